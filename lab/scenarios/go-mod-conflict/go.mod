module corp.example/shop

go 1.21

require (
<<<<<<< HEAD
	github.com/google/uuid v1.6.0
=======
	github.com/google/uuid v1.5.0
>>>>>>> feature/orders
)
