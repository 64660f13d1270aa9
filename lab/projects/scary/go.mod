module corp.example/scary

go 1.21
