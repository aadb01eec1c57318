package pb_public

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

// TestModels runs the checks of the plain models inside a page.
func TestModels(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/src/", http.StripPrefix("/src", http.FileServerFS(embedded)))
	mux.Handle("/testdata/", http.FileServerFS(os.DirFS(".")))
	server := httptest.NewServer(mux)
	defer server.Close()

	page := newTab(t)
	page.open(server.URL + "/testdata/models.html")
	page.waitFor("window.results !== undefined")
	results := eval[map[string]string](page, "window.results")
	if len(results) < 20 {
		t.Fatalf("only %d checks ran", len(results))
	}
	for name, failure := range results {
		t.Run(name, func(t *testing.T) {
			if failure != "" {
				t.Error(failure)
			}
		})
	}
}
