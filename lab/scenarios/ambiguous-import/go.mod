module corp.example/shop

go 1.21

require (
	libs.corp.example/kit v1.0.0
	libs.corp.example/kit/log v1.2.0
)
