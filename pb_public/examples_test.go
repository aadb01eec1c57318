package pb_public

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The SDK beside the examples is the published one.
func TestExamplesAreVendoredUnchanged(t *testing.T) {
	sums, err := os.ReadFile("examples/vendor/vendor.sum")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(sums)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		want[name] = sum
	}
	scripts, err := filepath.Glob("examples/vendor/*.js")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("premise: no vendored scripts (%v)", err)
	}
	for _, path := range scripts {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		if got := hex.EncodeToString(sum[:]); got != want[filepath.Base(path)] {
			t.Errorf("%s has the sum %s, vendor.sum says %q", path, got, want[filepath.Base(path)])
		}
	}
}

// An example is under no policy that the pages are not under: nothing inline.
func TestExamplesHaveNothingInline(t *testing.T) {
	pages, err := filepath.Glob("examples/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("premise: no examples (%v)", err)
	}
	for _, path := range pages {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, inline := range []string{"style=", "<style", "onclick=", "onsubmit=", "javascript:", "<script>"} {
			if strings.Contains(string(page), inline) {
				t.Errorf("%s has %s", path, inline)
			}
		}
	}
}

// What the README shows of the SDK is the file that the example runs.
func TestReadmeShowsTheExample(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"examples/start.js", "examples/start.dart"} {
		script, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		language := strings.TrimPrefix(filepath.Ext(name), ".")
		if !strings.Contains(string(readme), "```"+language+"\n"+string(script)+"```") {
			t.Errorf("the README has no block that is %s", name)
		}
	}
}
