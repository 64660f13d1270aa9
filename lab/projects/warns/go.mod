module corp.example/warns

go 1.21
