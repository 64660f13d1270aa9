module corp.example/billing

go 1.26.0

require (
	github.com/go-chi/chi/v5 v5.5.0
	github.com/google/uuid v1.6.0
	github.com/pkg/errors v0.9.1
	github.com/spf13/pflag v1.1.0
	golang.org/x/sync v0.24.0
	gopkg.in/yaml.v3 v3.0.1
)
