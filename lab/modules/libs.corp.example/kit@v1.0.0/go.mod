module libs.corp.example/kit

go 1.21
