// Command oracle answers questions about Go modules with Go's own code. It reads one JSON object a line and prints one
// a line: {"op":"compare","args":["v1.0.0","v1.1.0"]} gives {"out":["-1"]}; an error gives {"err":"text"}.
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	goversion "go/version"
	"io"
	"log"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	modzip "golang.org/x/mod/zip"
)

type question struct {
	Op   string   `json:"op"`
	Args []string `json:"args"`
}

type answer struct {
	Out []string `json:"out"`
	Err string   `json:"err,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	dec := json.NewDecoder(in)
	for {
		var q question
		if err := dec.Decode(&q); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		var a answer
		res, err := ask(q.Op, q.Args)
		a.Out = res
		if err != nil {
			a.Err = err.Error()
		}
		if err := enc.Encode(a); err != nil {
			log.Fatal(err)
		}
	}
}

func yes(b bool) []string { return []string{strconv.FormatBool(b)} }

func ok(err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	return []string{"ok"}, nil
}

func one(s string, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	return []string{s}, nil
}

func ask(op string, a []string) ([]string, error) {
	switch op {
	case "checkPath":
		return ok(module.CheckPath(a[0]))
	case "checkImportPath":
		return ok(module.CheckImportPath(a[0]))
	case "checkFilePath":
		return ok(module.CheckFilePath(a[0]))
	case "check":
		return ok(module.Check(a[0], a[1]))
	case "splitPathVersion":
		p, m, ok := module.SplitPathVersion(a[0])
		if !ok {
			return nil, errors.New("bad")
		}
		return []string{p, m}, nil
	case "escapePath":
		return one(module.EscapePath(a[0]))
	case "unescapePath":
		return one(module.UnescapePath(a[0]))
	case "escapeVersion":
		return one(module.EscapeVersion(a[0]))
	case "unescapeVersion":
		return one(module.UnescapeVersion(a[0]))
	case "matchPrefixPatterns":
		return yes(module.MatchPrefixPatterns(a[0], a[1])), nil
	case "glob":
		m, err := path.Match(a[0], a[1])
		return yes(m), err
	case "semver":
		v := a[0]
		return []string{strconv.FormatBool(semver.IsValid(v)), semver.Canonical(v), semver.Major(v), semver.MajorMinor(v),
			semver.Prerelease(v), semver.Build(v), module.CanonicalVersion(v)}, nil
	case "compare":
		return []string{strconv.Itoa(semver.Compare(a[0], a[1]))}, nil
	case "pseudo":
		if !module.IsPseudoVersion(a[0]) {
			return nil, errors.New("not pseudo")
		}
		rev, _ := module.PseudoVersionRev(a[0])
		ts := "none"
		if t, err := module.PseudoVersionTime(a[0]); err == nil {
			ts = strconv.FormatInt(t.Unix(), 10)
		}
		base, err := module.PseudoVersionBase(a[0])
		if err != nil {
			base = "error"
		}
		return []string{rev, ts, base}, nil
	case "gover":
		x, y := "go"+a[0], "go"+a[1]
		return []string{strconv.FormatBool(goversion.IsValid(x)), strings.TrimPrefix(goversion.Lang(x), "go"),
			strconv.Itoa(goversion.Compare(x, y))}, nil
	case "modfile":
		return parseMod(a[0], a[1])
	case "work":
		f, err := modfile.ParseWork("go.work", []byte(a[0]), nil)
		if err != nil {
			return nil, lines(err)
		}
		var out []string
		if f.Go != nil {
			out = append(out, "go "+f.Go.Version)
		}
		if f.Toolchain != nil {
			out = append(out, "toolchain "+f.Toolchain.Name)
		}
		for _, g := range f.Godebug {
			out = append(out, "godebug "+g.Key+" "+g.Value)
		}
		for _, u := range f.Use {
			out = append(out, "use "+u.Path)
		}
		for _, r := range f.Replace {
			out = append(out, fmt.Sprintf("replace %v %v", r.Old, r.New))
		}
		return out, nil
	case "modulePath":
		return []string{modfile.ModulePath([]byte(a[0]))}, nil
	case "autoQuote":
		return []string{modfile.AutoQuote(a[0])}, nil
	case "edit":
		return edit(a[0], a[1], a[2:])
	case "checkZip":
		cf, err := modzip.CheckZip(module.Version{Path: a[0], Version: a[1]}, a[2])
		return cf.Valid, err
	case "unzip":
		dir, err := os.MkdirTemp("", "oracle")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		return ok(modzip.Unzip(dir, module.Version{Path: a[0], Version: a[1]}, a[2]))
	case "hashZip":
		return one(dirhash.HashZip(a[0], dirhash.Hash1))
	case "hashGoMod":
		return one(dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(a[0])), nil
		}))
	case "makeZip":
		return ok(makeZip(a[0], a[1:]))
	case "createFromDir":
		f, err := os.Create(a[2])
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return ok(modzip.CreateFromDir(f, module.Version{Path: a[0], Version: a[1]}, a[3]))
	case "unicode":
		return []string{unicode.Version, tableSum()}, nil
	case "openNote":
		v, err := note.NewVerifier(a[0])
		if err != nil {
			return nil, err
		}
		n, err := note.Open([]byte(a[1]), note.VerifierList(v))
		if err != nil {
			return nil, err
		}
		return []string{n.Text}, nil
	case "sumdbLookup":
		return lookup(a)
	case "sumdbServe":
		return serve(a)
	}
	return nil, fmt.Errorf("unknown op %s", op)
}

// lines turns the errors of a file into their line numbers, in order.
func lines(err error) error {
	var list modfile.ErrorList
	if !errors.As(err, &list) {
		return err
	}
	slices.SortStableFunc(list, func(a, b modfile.Error) int { return a.Pos.Line - b.Pos.Line })
	var out []string
	for _, e := range list {
		out = append(out, strconv.Itoa(e.Pos.Line))
	}
	return errors.New(strings.Join(out, " "))
}

func parseMod(mode, text string) ([]string, error) {
	parse := modfile.Parse
	if mode == "lax" {
		parse = modfile.ParseLax
	}
	f, err := parse("go.mod", []byte(text), fixer(mode))
	if err != nil {
		return nil, lines(err)
	}
	return dump(f), nil
}

// fixer is what the go command does to the versions of the main module's file, short of looking anything up.
func fixer(mode string) modfile.VersionFixer {
	if mode == "lax" {
		return nil
	}
	return func(path, vers string) (string, error) {
		_, major, ok := module.SplitPathVersion(path)
		if !ok {
			return "", errors.New("malformed module path")
		}
		v := module.CanonicalVersion(vers)
		if v == "" {
			return "", errors.New("no version")
		}
		return v, module.CheckPathMajor(v, major)
	}
}

func dump(f *modfile.File) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if f.Module != nil {
		add("module %s %q", f.Module.Mod.Path, f.Module.Deprecated)
	}
	if f.Go != nil {
		add("go %s", f.Go.Version)
	}
	if f.Toolchain != nil {
		add("toolchain %s", f.Toolchain.Name)
	}
	for _, g := range f.Godebug {
		add("godebug %s %s", g.Key, g.Value)
	}
	for _, r := range f.Require {
		add("require %v %v", r.Mod, r.Indirect)
	}
	for _, r := range f.Exclude {
		add("exclude %v", r.Mod)
	}
	for _, r := range f.Replace {
		add("replace %v %v", r.Old, r.New)
	}
	for _, r := range f.Retract {
		// In the file of a dependency nothing makes sure that these are versions.
		low, high := module.CanonicalVersion(r.Low), module.CanonicalVersion(r.High)
		if low != "" && high != "" {
			add("retract %s %s %q", low, high, r.Rationale)
		}
	}
	for _, t := range f.Tool {
		add("tool %s", t.Path)
	}
	for _, i := range f.Ignore {
		add("ignore %s", i.Path)
	}
	return out
}

// edit makes one change and gives what the result says.
func edit(text, what string, a []string) ([]string, error) {
	f, err := modfile.Parse("go.mod", []byte(text), fixer("strict"))
	if err != nil {
		return nil, err
	}
	switch what {
	case "setRequire":
		err = f.AddRequire(a[0], a[1])
	case "dropRequire":
		err = f.DropRequire(a[0])
	case "setGo":
		err = f.AddGoStmt(a[0])
	case "dropGo":
		f.DropGoStmt()
	case "setToolchain":
		err = f.AddToolchainStmt(a[0])
	case "dropToolchain":
		f.DropToolchainStmt()
	case "setModule":
		err = f.AddModuleStmt(a[0])
	case "setReplace":
		err = f.AddReplace(a[0], a[1], a[2], a[3])
	case "dropReplace":
		err = f.DropReplace(a[0], a[1])
	case "addExclude":
		err = f.AddExclude(a[0], a[1])
	case "dropExclude":
		err = f.DropExclude(a[0], a[1])
	case "addRetract":
		err = f.AddRetract(modfile.VersionInterval{Low: a[0], High: a[1]}, a[2])
	case "dropRetract":
		err = f.DropRetract(modfile.VersionInterval{Low: a[0], High: a[1]})
	case "addTool":
		err = f.AddTool(a[0])
	case "dropTool":
		err = f.DropTool(a[0])
	case "addIgnore":
		err = f.AddIgnore(a[0])
	case "dropIgnore":
		err = f.DropIgnore(a[0])
	case "setGodebug":
		err = f.AddGodebug(a[0], a[1])
	case "dropGodebug":
		err = f.DropGodebug(a[0])
	default:
		err = fmt.Errorf("unknown edit %s", what)
	}
	if err != nil {
		return nil, err
	}
	f.Cleanup()
	// What was dropped may still be in the lists; the printed file is what counts.
	data, err := f.Format()
	if err != nil {
		return nil, err
	}
	return parseMod("strict", string(data))
}

// makeZip writes a zip of name and content pairs, names as they are.
func makeZip(file string, pairs []string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for i := 0; i+1 < len(pairs); i += 2 {
		method := zip.Deflate
		if i%4 == 2 {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: pairs[i], Method: method})
		if err != nil {
			return err
		}
		if !strings.HasSuffix(pairs[i], "/") {
			if _, err := io.WriteString(w, pairs[i+1]); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// tableSum is the SHA-256 over letter, print and fold of every character.
func tableSum() string {
	h := sha256.New()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if 0xd800 <= r && r < 0xe000 {
			continue
		}
		m := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			m = min(m, f)
		}
		if 'A' <= m && m <= 'Z' {
			m += 'a' - 'A'
		}
		fmt.Fprintf(h, "%v %v %d\n", unicode.IsLetter(r), unicode.IsPrint(r), m)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// files is a checksum database made of its answers, as sumdb.ClientOps.
type files struct {
	key     string
	answers map[string][]byte
	mu      sync.Mutex
	latest  []byte
}

func (f *files) ReadRemote(path string) ([]byte, error) {
	if data, ok := f.answers[strings.TrimPrefix(path, "/")]; ok {
		return data, nil
	}
	return nil, fmt.Errorf("no %s", path)
}
func (f *files) ReadConfig(file string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if file == "key" {
		return []byte(f.key), nil
	}
	return f.latest, nil
}
func (f *files) WriteConfig(file string, old, new []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !bytes.Equal(old, f.latest) {
		return sumdb.ErrWriteConflict
	}
	f.latest = new
	return nil
}
func (f *files) ReadCache(file string) ([]byte, error) { return nil, errors.New("no cache") }
func (f *files) WriteCache(file string, data []byte)   {}
func (f *files) Log(msg string)                        {}
func (f *files) SecurityError(msg string)              {}

// lookup asks Go's client: key, path, version, then pairs of path and answer in base64.
func lookup(a []string) ([]string, error) {
	f := &files{key: a[0], answers: map[string][]byte{}}
	for i := 3; i+1 < len(a); i += 2 {
		data, err := base64.StdEncoding.DecodeString(a[i+1])
		if err != nil {
			return nil, err
		}
		f.answers[a[i]] = data
	}
	return sumdb.NewClient(f).Lookup(a[1], a[2])
}

// serve makes a database with Go's code: private key, number of records. It gives pairs of path and answer in base64.
func serve(a []string) ([]string, error) {
	signer, err := note.NewSigner(a[0])
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseInt(a[1], 10, 64)
	if err != nil {
		return nil, err
	}
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, hashes[i])
		}
		return out, nil
	})
	var texts []string
	for i := range n {
		text := fmt.Sprintf("example.com/m%d v1.0.0 h1:zip%d=\nexample.com/m%d v1.0.0/go.mod h1:mod%d=\n", i, i, i, i)
		texts = append(texts, text)
		add, err := tlog.StoredHashes(i, []byte(text), reader)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, add...)
	}
	root, err := tlog.TreeHash(n, reader)
	if err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: string(tlog.FormatTree(tlog.Tree{N: n, Hash: root}))}, signer)
	if err != nil {
		return nil, err
	}
	out := []string{"latest", base64.StdEncoding.EncodeToString(signed)}
	for i, text := range texts {
		record, err := tlog.FormatRecord(int64(i), []byte(text))
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprintf("lookup/example.com/m%d@v1.0.0", i),
			base64.StdEncoding.EncodeToString(append(record, signed...)))
	}
	for _, tile := range tlog.NewTiles(8, 0, n) {
		data, err := tlog.ReadTileData(tile, reader)
		if err != nil {
			return nil, err
		}
		out = append(out, tile.Path(), base64.StdEncoding.EncodeToString(data))
	}
	return out, nil
}
