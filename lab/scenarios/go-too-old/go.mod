module corp.example/hello

go 1.24
