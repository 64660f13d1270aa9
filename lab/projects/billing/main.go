// Command billing adds up a bill.
package main

import (
	"fmt"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/pkg/errors"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"
	"gopkg.in/yaml.v3"
)

func main() {
	name := pflag.String("name", "bill", "its name")
	pflag.Parse()
	var group errgroup.Group
	group.Go(func() error { return errors.New(uuid.NewString()) })
	out, err := yaml.Marshal(map[string]any{"name": *name, "error": group.Wait().Error()})
	fmt.Println(string(out), err, chi.NewRouter())
}
