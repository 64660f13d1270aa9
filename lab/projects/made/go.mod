module corp.example/made

go 1.21
