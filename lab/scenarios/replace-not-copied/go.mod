module corp.example/shop

go 1.21

require (
	corp.example/money v0.0.0
	github.com/google/uuid v1.6.0
)

replace corp.example/money => ./libs/money
