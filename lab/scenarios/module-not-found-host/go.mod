module corp.example/shop

go 1.21

require gopkg.acme-tools.dev/strutil v1.2.0
