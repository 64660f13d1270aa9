// Command reference prints what BuildKit itself makes of Dockerfiles and ignore files, for comparison with ours.
//
//	reference dockerfiles < list-of-paths        one JSON line a file: {"path","ok","phase","line","error"}
//	reference ignore < cases                     one JSON line a case, see ignoreCase
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

type verdict struct {
	Path  string `json:"path"`
	OK    bool   `json:"ok"`
	Phase string `json:"phase,omitempty"`
	Line  int    `json:"line,omitempty"`
	Error string `json:"error,omitempty"`
}

func judge(path string) verdict {
	text, err := os.ReadFile(path)
	if err != nil {
		return verdict{Path: path, Phase: "read", Error: err.Error()}
	}
	fail := func(phase string, err error) verdict {
		v := verdict{Path: path, Phase: phase, Error: err.Error()}
		var location *parser.LocationError
		if errors.As(err, &location) && len(location.Locations) > 0 && len(location.Locations[0]) > 0 {
			v.Line = location.Locations[0][0].Start.Line
		}
		return v
	}
	result, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return fail("parser", err)
	}
	stages, _, err := instructions.Parse(result.AST, nil)
	if err != nil {
		return fail("instructions", err)
	}
	if len(stages) == 0 {
		return fail("stages", errors.New("dockerfile contains no stages to build"))
	}
	return verdict{Path: path, OK: true}
}

// ignoreCase is an ignore file and the paths of a tree; a path that ends with a slash is a folder.
type ignoreCase struct {
	Ignore string   `json:"ignore"`
	Paths  []string `json:"paths"`
}

type ignoreAnswer struct {
	Error   string   `json:"error,omitempty"`
	Ignored []string `json:"ignored"`
}

func ignored(c ignoreCase) ignoreAnswer {
	patterns, err := ignorefile.ReadAll(strings.NewReader(c.Ignore))
	if err != nil {
		return ignoreAnswer{Error: err.Error()}
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return ignoreAnswer{Error: err.Error()}
	}
	// As the file system walk does it: parents first, their results handed down.
	paths := append([]string{}, c.Paths...)
	sort.Strings(paths)
	parents := map[string]patternmatcher.MatchInfo{}
	answer := ignoreAnswer{Ignored: []string{}}
	for _, path := range paths {
		name := strings.TrimSuffix(path, "/")
		match, info, err := matcher.MatchesUsingParentResults(name, parents[filepath.Dir(name)])
		if err != nil {
			return ignoreAnswer{Error: err.Error()}
		}
		parents[name] = info
		if match {
			answer.Ignored = append(answer.Ignored, path)
		}
	}
	return answer
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadString('\n')
		line = strings.TrimRight(line, "\n")
		if line != "" {
			switch os.Args[1] {
			case "dockerfiles":
				_ = encoder.Encode(judge(line))
			case "ignore":
				var c ignoreCase
				if err := json.Unmarshal([]byte(line), &c); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				_ = encoder.Encode(ignored(c))
			}
		}
		if err != nil {
			return
		}
	}
}
