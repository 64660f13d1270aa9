module libs.corp.example/kit/log

go 1.21
