package answer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/migrated"
	"pocketchat/templates"
)

func text(format string, args ...any) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := fmt.Fprintf(w, format, args...)
		return err
	})
}

var testViews = Views{
	FailurePage: func(p templates.Page, f templates.Failure) templ.Component {
		return text("<page nonce=%q retry=%q>%d %s: %s</page>", p.Nonce, f.Retry, f.Status, f.Title, f.Message)
	},
	FailureFragment: func(_ templates.Site, f templates.Failure) templ.Component {
		return text(`<p role="alert">%s</p>`, f.Message)
	},
}

// serve runs handler behind the middleware on a real PocketBase router.
func serve(t *testing.T, handler func(*Answers, *core.RequestEvent) error) string {
	t.Helper()
	app := migrated.App(t)
	answers := New(Options{Views: testViews, Page: func(*core.RequestEvent) templates.Page {
		return templates.Page{Site: templates.Site{Base: "/chat"}}
	}})
	pb, err := apis.NewRouter(app)
	if err != nil {
		t.Fatal(err)
	}
	pb.Any("/try", func(e *core.RequestEvent) error { return handler(answers, e) }).
		Bind(answers.Middleware(), apis.BodyLimit(16))
	mux, err := pb.BuildMux()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/try"
}

type reply struct {
	status int
	header http.Header
	body   string
}

func ask(t *testing.T, method, url, body string, header map[string]string) reply {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(content)}
}

var (
	asPage     = map[string]string{"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
	asFragment = map[string]string{"Accept": "text/html", "HX-Request": "true"}
	asJSON     = map[string]string{"Accept": "application/json"}
)

func TestKindOf(t *testing.T) {
	tests := []struct {
		name   string
		header map[string]string
		want   Kind
	}{
		{"a browser", asPage, Page},
		{"curl", map[string]string{"Accept": "*/*"}, Page},
		{"nothing", nil, Page},
		{"htmx", asFragment, Fragment},
		{"a script of ours", map[string]string{"X-Chat-Fragment": "1"}, Fragment},
		{"JSON", asJSON, JSON},
		{"JSON first", map[string]string{"Accept": "application/json, text/plain, */*"}, JSON},
		{"JSON by htmx", map[string]string{"Accept": "application/json", "HX-Request": "true"}, JSON},
		{"JSON as good as HTML", map[string]string{"Accept": "text/html, application/json"}, JSON},
		{"JSON less than HTML", map[string]string{"Accept": "text/html, application/json;q=0.5"}, Page},
		{"no JSON please", map[string]string{"Accept": "application/json;q=0"}, Page},
		{"odd quality", map[string]string{"Accept": "application/json;q=much"}, Page},
		{"another JSON", map[string]string{"Accept": "application/ld+json"}, Page},
		{"a socket", map[string]string{"Upgrade": "WebSocket"}, JSON},
		{"HX-Request off", map[string]string{"HX-Request": "false"}, Page},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			for name, value := range test.header {
				r.Header.Set(name, value)
			}
			if got := KindOf(r); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestBodyOverTheLimit(t *testing.T) {
	url := serve(t, func(a *Answers, e *core.RequestEvent) error {
		form := struct {
			Body string `form:"body"`
		}{}
		if err := Bind(e, &form); err != nil {
			return err
		}
		return a.NoContent(e)
	})
	header := map[string]string{"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
	if got := ask(t, "POST", url, "body=short", header); got.status != 204 {
		t.Fatalf("a short body: %d %s", got.status, got.body)
	}
	if got := ask(t, "POST", url, "body="+strings.Repeat("x", 100), header); got.status != 413 || !strings.Contains(got.body, "<page") {
		t.Errorf("a long body: %d %s", got.status, got.body)
	}
	for body, kind := range map[string]string{
		"body=%zz":   "application/x-www-form-urlencoded",
		`{"body":`:   "application/json",
		`{"body":1}`: "application/json; charset=utf-8",
		"--x":        "multipart/form-data; boundary=x",
		"-":          "multipart/form-data",
		"what":       "text/plain",
	} {
		if got := ask(t, "POST", url, body, map[string]string{"Content-Type": kind}); got.status != 400 {
			t.Errorf("%s %q: %d %s", kind, body, got.status, got.body)
		}
	}
}

func TestNoHalfPages(t *testing.T) {
	url := serve(t, func(a *Answers, e *core.RequestEvent) error {
		return a.HTML(e, 200, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, "<half>")
			return errors.New("the rest is missing")
		}))
	})
	got := ask(t, "GET", url, "", asPage)
	if got.status != 500 || strings.Contains(got.body, "half") || !strings.Contains(got.body, Words{}.WithDefaults().Internal) {
		t.Errorf("%d %q", got.status, got.body)
	}
}

func TestPanicsAreCalm(t *testing.T) {
	url := serve(t, func(*Answers, *core.RequestEvent) error { panic("secret") })
	got := ask(t, "GET", url, "", asPage)
	if got.status != 500 || strings.Contains(got.body, "secret") || !strings.Contains(got.body, "<page") {
		t.Errorf("%d %q", got.status, got.body)
	}
}

func TestRedirect(t *testing.T) {
	url := serve(t, func(a *Answers, e *core.RequestEvent) error { return a.Redirect(e, "/chat/x/") })
	if got := ask(t, "POST", url, "", asPage); got.status != 303 || got.header.Get("Location") != "/chat/x/" {
		t.Errorf("page: %d %v", got.status, got.header)
	}
	got := ask(t, "POST", url, "", asFragment)
	if got.status != 204 || got.header.Get("HX-Redirect") != "/chat/x/" || got.header.Get("Location") != "" {
		t.Errorf("htmx: %d %v", got.status, got.header)
	}
}

func TestPolicy(t *testing.T) {
	url := serve(t, func(a *Answers, e *core.RequestEvent) error {
		return a.HTML(e, 200, text("%s", Nonce(e)))
	})
	first, second := ask(t, "GET", url, "", asPage), ask(t, "GET", url, "", asPage)
	csp := first.header.Get("Content-Security-Policy")
	if first.body == second.body || len(first.body) < 20 {
		t.Errorf("nonces %q and %q", first.body, second.body)
	}
	for _, part := range []string{"'nonce-" + first.body + "'", "script-src 'self';", "frame-ancestors 'self'", "ws://127.0.0.1:"} {
		if !strings.Contains(csp, part) {
			t.Errorf("%q lacks %q", csp, part)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Errorf("unsafe: %q", csp)
	}
	for name, want := range map[string]string{
		"X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
	} {
		if got := first.header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, host := range []string{"evil;script-src *", "a b", "a,b", "a'b"} {
		if strings.Contains(policy(host, "n", "'self'"), host) {
			t.Errorf("the policy repeats the host %q", host)
		}
	}
}
