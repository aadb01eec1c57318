package pb_public

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// scriptBudget is what all scripts of a room page may weigh, gzipped.
const scriptBudget = 45 * 1024

func made(t *testing.T) *Assets {
	t.Helper()
	a, err := New()
	if err != nil {
		t.Fatalf("the embedded assets: %v", err)
	}
	return a
}

func TestNamesCarryTheHashOfWhatIsServed(t *testing.T) {
	a := made(t)
	for _, name := range []string{"page.js", "htmx.js", "chat.css", "favicon.svg"} {
		hashed := a.Name(name)
		content, gzipped, mime, ok := a.Open(hashed)
		if !ok || len(content) == 0 || mime == "" {
			t.Fatalf("%s is not served under its name %q", name, hashed)
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(name)
		if want := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:8]) + ext; hashed != want {
			t.Errorf("%s is called %s, want %s", name, hashed, want)
		}
		r, err := gzip.NewReader(bytes.NewReader(gzipped))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(r); err != nil || !bytes.Equal(plain, content) {
			t.Errorf("%s: the gzipped form does not hold the same (%v)", name, err)
		}
	}
}

func TestUnknownNames(t *testing.T) {
	a := made(t)
	for _, name := range []string{"", "nothing.js", "../embed.go", "page.0000000000000000.js", "js/page.js"} {
		if got := a.Name(name); got != "" {
			t.Errorf("Name(%q) = %q, want nothing", name, got)
		}
		if _, _, _, ok := a.Open(name); ok {
			t.Errorf("Open(%q) found something", name)
		}
	}
	if _, _, _, ok := a.Open("page.js"); ok {
		t.Error("a file is served without its hash, yet cached for ever")
	}
}

func TestEveryImportLeadsToAServedFile(t *testing.T) {
	a := made(t)
	anyImport := regexp.MustCompile(`(?:from|import)\s*\(?\s*["'` + "`" + `](\.[^"'` + "`" + `]+)["'` + "`" + `]`)
	for hashed, f := range a.files {
		if path.Ext(hashed) != ".js" {
			continue
		}
		for _, m := range anyImport.FindAllStringSubmatch(string(f.content), -1) {
			if _, _, _, ok := a.Open(strings.TrimPrefix(m[1], "./")); !ok {
				t.Errorf("%s imports %s, which is not served", hashed, m[1])
			}
		}
	}
	if len(a.Imports("page.js")) == 0 {
		t.Error("the page's script imports nothing")
	}
}

func TestRewriting(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	t.Run("a change deep down renames all that import it", func(t *testing.T) {
		names := func(leaf string) *Assets {
			a, err := build(fstest.MapFS{
				"js/a.js":     file(`import { b } from "./b.js";`),
				"js/b.js":     file("import \"../vendor/c.js\";\nexport { x } from \"./d.js\";"),
				"vendor/c.js": file(leaf),
				"js/d.js":     file(`export const x = "from './a.js'";`),
				"css/2.css":   file("two"), "css/1.css": file("one"),
			})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		one, two := names("1"), names("2")
		for _, name := range []string{"a.js", "b.js", "c.js"} {
			if one.Name(name) == two.Name(name) {
				t.Errorf("%s kept its name", name)
			}
		}
		if one.Name("d.js") != two.Name("d.js") {
			t.Error("a file that imports nothing was renamed")
		}
		if content, _, _, _ := one.Open(one.Name("a.js")); !strings.Contains(string(content), `"./`+one.Name("b.js")+`"`) {
			t.Errorf("the import was not rewritten: %s", content)
		}
		if content, _, _, _ := one.Open(one.Name("chat.css")); string(content) != "one\ntwo" {
			t.Errorf("styles joined as %q", content)
		}
		if got := one.Imports("a.js"); len(got) != 3 {
			t.Errorf("a.js needs %v, want three files", got)
		}
	})
	t.Run("what is loaded when needed has its hashed name, and is not preloaded", func(t *testing.T) {
		names := func(leaf string) *Assets {
			a, err := build(fstest.MapFS{
				"js/a.js":    file("import \"./b.js\";\nexport const late = () => import(\"./late.js\");\nreimport(\"./b.js\");"),
				"js/b.js":    file("const x = await import( \"./later.js\" );"),
				"js/late.js": file("import \"./b.js\";\nimport \"./leaf.js\";"), "js/later.js": file(leaf), "js/leaf.js": file("1"),
			})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		one, two := names("1"), names("2")
		if one.Name("a.js") == two.Name("a.js") {
			t.Error("a change of what is loaded late left the name of what loads it")
		}
		content, _, _, _ := one.Open(one.Name("a.js"))
		for _, want := range []string{`import("./` + one.Name("late.js") + `")`, `reimport("./b.js")`} {
			if !strings.Contains(string(content), want) {
				t.Errorf("no %s in %s", want, content)
			}
		}
		if got := one.Imports("a.js"); len(got) != 1 || got[0] != one.Name("b.js") {
			t.Errorf("a.js preloads %v, want b.js alone", got)
		}
		if got := one.Lazy("a.js"); len(got) != 2 || got[0] != one.Name("late.js") || got[1] != one.Name("later.js") {
			t.Errorf("a.js loads %v when needed, want late.js and later.js", got)
		}
	})
	for name, source := range map[string]fstest.MapFS{
		"late cycle":   {"a.js": file(`import("./b.js");`), "b.js": file(`import "./a.js";`)},
		"late missing": {"a.js": file(`import("./b.js");`)},
		"cycle":        {"a.js": file(`import "./b.js";`), "b.js": file(`import "./a.js";`)},
		"itself":       {"a.js": file(`import "./a.js";`)},
		"missing":      {"a.js": file(`import "./b.js";`)},
		"same name":    {"js/a.js": file(""), "vendor/a.js": file("")},
		"odd kind":     {"a.exe": file("")},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := build(source); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestSqueezing(t *testing.T) {
	got := squeeze("// one\n/** two */\n/**\n * three\n */\n\n  if (a) {\n    b(); // four\n  }\n")
	if want := "if (a) {\nb(); // four\n}\n"; got != want {
		t.Errorf("squeezed to %q, want %q", got, want)
	}
	own, err := fs.Glob(embedded, "js/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range own {
		data, err := fs.ReadFile(embedded, p)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(data), "\n") {
			if strings.Count(line, "`")%2 != 0 && !strings.HasPrefix(strings.TrimSpace(line), "*") {
				t.Errorf("%s:%d: a string that spans lines would be squeezed as well", p, i+1)
			}
		}
	}
}

func TestScriptBudget(t *testing.T) {
	a := made(t)
	total := 0
	for _, hashed := range append(a.Imports("page.js"), a.Name("page.js")) {
		_, gzipped, _, ok := a.Open(hashed)
		if !ok {
			t.Fatalf("%s is not served", hashed)
		}
		total += len(gzipped)
	}
	t.Logf("scripts of a room page: %d bytes gzipped", total)
	if total > scriptBudget {
		t.Errorf("the scripts of a room page weigh %d bytes gzipped, more than %d", total, scriptBudget)
	}
}

func TestVendoredFilesAreUnchanged(t *testing.T) {
	sums, err := os.ReadFile("vendor/vendor.sum")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(sums)), "\n") {
		sum, name, ok := strings.Cut(line, "  ")
		if !ok {
			t.Fatalf("vendor.sum: not a sum and a name: %q", line)
		}
		want[name] = sum
	}
	scripts, err := fs.Glob(embedded, "vendor/*.js")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no vendored scripts (%v)", err)
	}
	for _, p := range scripts {
		data, err := fs.ReadFile(embedded, p)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		if got := hex.EncodeToString(sum[:]); got != want[path.Base(p)] {
			t.Errorf("%s has the sum %s, vendor.sum says %q", p, got, want[path.Base(p)])
		}
	}
}
