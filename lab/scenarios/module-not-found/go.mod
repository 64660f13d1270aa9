module corp.example/shop

go 1.21

require github.com/google/uuidd v1.6.0
