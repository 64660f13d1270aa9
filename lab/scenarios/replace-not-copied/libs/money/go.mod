module corp.example/money

go 1.21
