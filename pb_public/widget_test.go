package pb_public

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// loaderBudget is what a host's page loads for everybody, gzipped.
const loaderBudget = 6 * 1024

func TestLoaderBudget(t *testing.T) {
	a := made(t)
	_, gzipped, _, ok := a.Open(a.Name("widget.js"))
	if !ok || len(gzipped) > loaderBudget {
		t.Errorf("the widget's loader weighs %d bytes gzipped, more than %d", len(gzipped), loaderBudget)
	}
	if names := append(a.Imports("widget.js"), a.Lazy("widget.js")...); len(names) > 0 {
		t.Errorf("the loader brings %q along, whoever is there", names)
	}
	t.Logf("the loader: %d bytes gzipped", len(gzipped))
	for _, name := range []string{"widget-view.js", "widget-panel.js", "widget-live.js", "panel.js", "panel-look.js"} {
		_, gzipped, _, _ := a.Open(a.Name(name))
		t.Logf("%s, when it is needed: %d bytes gzipped", name, len(gzipped))
	}
}

// In a host's page nothing may depend on what a strict policy forbids.
func TestWidgetKeepsToStrictPolicies(t *testing.T) {
	for _, name := range []string{"widget.js", "widget-view.js", "widget-panel.js", "widget-live.js", "socket.js", "unread.js", "backoff.js"} {
		source, err := os.ReadFile("js/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "setAttribute(\"style\"", "eval(", "new Function", "document.write"} {
			if strings.Contains(string(source), word) {
				t.Errorf("%s uses %s", name, word)
			}
		}
	}
}

func TestDemoScriptIsUnchanged(t *testing.T) {
	want, err := os.ReadFile("demo/vendor/vendor.sum")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("demo/vendor/htmx.js")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]) + "  htmx.js\n"; got != string(want) {
		t.Errorf("demo/vendor/htmx.js has the sum %s, vendor.sum says %s", got, want)
	}
}
