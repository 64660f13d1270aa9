module corp.example/shop

go 1.22

require golang.org/x/sync v0.20.0
