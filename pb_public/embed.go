// Package pb_public holds what browsers load: scripts, styles and icons,
// embedded into the binary and served under names that carry the hash of
// their content, so that they may be cached for ever.
//
// There is no bundler. Scripts are ES modules whose relative imports, static or
// by import("./x.js"), are rewritten to the hashed names when the assets are
// made, and whose comments and indentation stay behind; the styles are joined in lexical order into one
// chat.css.
package pb_public

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
)

//go:embed css/*.css js/*.js vendor/*.js icons/*.svg icons/*.png
var embedded embed.FS

// Assets are all embedded files by their flat names.
type Assets struct {
	names   map[string]string   // "page.js" → "page.3f9c….js"
	files   map[string]file     // by hashed name
	imports map[string][]string // plain name of a script → plain names it imports
	lazy    map[string][]string // the same of what it imports when needed
}

type file struct {
	content, gzipped []byte
	mime             string
}

// mimes are the kinds of files that are served; any other is a mistake.
var mimes = map[string]string{
	".js":  "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",
}

// importing matches the address of a static import or re-export of a
// neighbouring module, lazily that of one that is loaded when it is needed.
var (
	importing = regexp.MustCompile(`((?:^|[\s;}])(?:from|import)\s*)"(\.{1,2}/[^"]+)"`)
	lazily    = regexp.MustCompile(`((?:^|[^\w$.])import\s*\(\s*)"(\.{1,2}/[^"]+)"`)
)

// New reads the embedded files, once for all who ask, since they are as the
// program was built. It fails only on a mistake in them: an import of a file that
// is not there, a cycle of imports, two files of one name.
func New() (*Assets, error) { return assets() }

var assets = sync.OnceValues(func() (*Assets, error) { return build(embedded) })

func build(source fs.FS) (*Assets, error) {
	b := &builder{
		raw:    map[string]string{},
		state:  map[string]int{},
		assets: &Assets{names: map[string]string{}, files: map[string]file{}, imports: map[string][]string{}, lazy: map[string][]string{}},
	}
	if err := b.read(source); err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(b.raw) {
		if err := b.add(name, nil); err != nil {
			return nil, err
		}
	}
	return b.assets, nil
}

// Name is the hashed name of an embedded file: Name("page.js"). It is empty
// for a file that does not exist.
func (a *Assets) Name(name string) string { return a.names[name] }

// Imports are the hashed names of all scripts that the named one needs,
// directly or not and without itself, in the order of their names: what a page
// preloads, so that a chain of imports does not cost a round trip each. What is
// loaded only when needed is not among them.
func (a *Assets) Imports(name string) []string {
	hashed := map[string]bool{}
	for plain := range a.needed(name) {
		if plain != name {
			hashed[a.names[plain]] = true
		}
	}
	return sortedKeys(hashed)
}

// needed are the plain names of a script and of all that it imports.
func (a *Assets) needed(name string) map[string]bool {
	seen := map[string]bool{}
	var walk func(string)
	walk = func(n string) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, dep := range a.imports[n] {
			walk(dep)
		}
	}
	walk(name)
	return seen
}

// Lazy are the hashed names of the scripts that the named one, or what it
// imports, loads when they are needed.
func (a *Assets) Lazy(name string) []string {
	seen := map[string]bool{}
	for plain := range a.needed(name) {
		for _, dep := range a.lazy[plain] {
			seen[a.names[dep]] = true
		}
	}
	return sortedKeys(seen)
}

// Open finds a file by its hashed name. The content and its gzipped form were
// made once and must not be changed.
func (a *Assets) Open(hashed string) (content, gzipped []byte, mime string, ok bool) {
	f, ok := a.files[hashed]
	return f.content, f.gzipped, f.mime, ok
}

type builder struct {
	raw    map[string]string // flat name → content
	state  map[string]int    // 1 while a file's imports are added, 2 afterwards
	assets *Assets
}

// read gathers all files under their flat names and joins the styles.
func (b *builder) read(source fs.FS) error {
	var styles []string
	err := fs.WalkDir(source, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(source, p)
		if err != nil {
			return err
		}
		name := path.Base(p)
		if path.Ext(p) == ".css" {
			styles = append(styles, string(data)) // WalkDir goes in lexical order
			return nil
		}
		if _, taken := b.raw[name]; taken {
			return fmt.Errorf("assets: two files are called %s", name)
		}
		b.raw[name] = string(data)
		if strings.HasPrefix(p, "js/") {
			b.raw[name] = squeeze(b.raw[name])
		}
		return nil
	})
	if err == nil && len(styles) > 0 {
		b.raw["chat.css"] = strings.Join(styles, "\n")
	}
	return err
}

// add hashes one file after all that it imports, since their names are part of
// its content.
func (b *builder) add(name string, chain []string) error {
	switch b.state[name] {
	case 1:
		return fmt.Errorf("assets: imports form a cycle: %s", strings.Join(append(chain, name), " → "))
	case 2:
		return nil
	}
	content, known := b.raw[name]
	if !known {
		return fmt.Errorf("assets: %s imports %s, which does not exist", chain[len(chain)-1], name)
	}
	b.state[name] = 1
	if path.Ext(name) == ".js" {
		var err error
		if content, err = b.rewrite(content, append(slices.Clone(chain), name)); err != nil {
			return err
		}
	}
	b.state[name] = 2
	return b.store(name, []byte(content))
}

// rewrite puts hashed names in the place of plain ones. A script that is loaded
// lazily may not import its importer back: each name would be part of the
// other.
func (b *builder) rewrite(content string, chain []string) (string, error) {
	content, failed := b.replace(importing, content, b.assets.imports, chain)
	content, late := b.replace(lazily, content, b.assets.lazy, chain)
	return content, errors.Join(failed, late)
}

func (b *builder) replace(form *regexp.Regexp, content string, found map[string][]string, chain []string) (string, error) {
	name := chain[len(chain)-1]
	var failed error
	out := form.ReplaceAllStringFunc(content, func(match string) string {
		part := form.FindStringSubmatch(match)
		dep := path.Base(part[2])
		if err := b.add(dep, chain); err != nil {
			failed = errors.Join(failed, err)
			return match
		}
		if !slices.Contains(found[name], dep) {
			found[name] = append(found[name], dep)
		}
		return part[1] + `"./` + b.assets.names[dep] + `"`
	})
	return out, failed
}

func (b *builder) store(name string, content []byte) error {
	ext := path.Ext(name)
	mime, known := mimes[ext]
	if !known {
		return fmt.Errorf("assets: %s has an unknown kind", name)
	}
	gzipped, err := compress(content)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:8]) + ext
	b.assets.names[name] = hashed
	b.assets.files[hashed] = file{content: content, gzipped: gzipped, mime: mime}
	return nil
}

// squeeze leaves out comments that have lines of their own, and indentation: a
// third of what a browser would load. It knows no more of the language than
// that, so no string of ours may span lines.
func squeeze(script string) string {
	var out strings.Builder
	comment := false
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		switch {
		case comment:
			comment = !strings.HasSuffix(line, "*/")
		case strings.HasPrefix(line, "/*"):
			comment = !strings.HasSuffix(line, "*/")
		case line != "" && !strings.HasPrefix(line, "//"):
			out.WriteString(line + "\n")
		}
	}
	return out.String()
}

func compress(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
