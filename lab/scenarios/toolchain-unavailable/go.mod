module corp.example/hello

go 1.99.0
