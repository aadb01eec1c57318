package session

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

type client struct {
	h      *house
	http   *http.Client
	header map[string]string
}

func (h *house) client() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	return &client{h: h, header: map[string]string{"Accept": "text/html"}, http: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (h *house) clientWith(value string) *client {
	c := h.client()
	c.setCookie(CookieName, value)
	return c
}

func (c *client) as(pairs ...string) *client {
	other := *c
	other.header = map[string]string{}
	for name, value := range c.header {
		other.header[name] = value
	}
	for i := 0; i < len(pairs); i += 2 {
		other.header[pairs[i]] = pairs[i+1]
	}
	return &other
}

func (c *client) htmx() *client { return c.as("HX-Request", "true") }
func (c *client) json() *client { return c.as("Accept", "application/json") }

type reply struct {
	status  int
	header  http.Header
	body    string
	cookies []*http.Cookie
}

func (r reply) location() string { return r.header.Get("Location") }

func (r reply) cookie() *http.Cookie {
	for _, c := range r.cookies {
		if (c.Name == CookieName || c.Name == SecureCookieName) && c.MaxAge >= 0 {
			return c
		}
	}
	return nil
}

func (r reply) shown(t *testing.T) shown {
	t.Helper()
	var s shown
	if err := json.Unmarshal([]byte(r.body), &s); err != nil {
		t.Fatalf("%d, not a page: %q", r.status, r.body)
	}
	return s
}

func (c *client) do(method, path, kind, body string) reply {
	c.h.Helper()
	r, err := http.NewRequest(method, c.h.server.URL+path, strings.NewReader(body))
	if err != nil {
		c.h.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, value := range c.header {
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Set(name, value)
	}
	response, err := c.http.Do(r)
	if err != nil {
		c.h.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		c.h.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(content), response.Cookies()}
}

func (c *client) get(path string) reply { c.h.Helper(); return c.do("GET", path, "", "") }

func (c *client) post(path string, pairs ...string) reply {
	c.h.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return c.do("POST", path, "application/x-www-form-urlencoded", form.Encode())
}

func (c *client) signIn(email, password string) reply {
	c.h.Helper()
	got := c.post("/chat/sign-in/", "identity", email, "password", password)
	if got.status != 303 || got.cookie() == nil {
		c.h.Fatalf("signing in: %d %s", got.status, got.body)
	}
	return got
}

func (c *client) jarCookie() *http.Cookie {
	u, _ := url.Parse(c.h.server.URL)
	for _, cookie := range c.http.Jar.Cookies(u) {
		if cookie.Name == CookieName || cookie.Name == SecureCookieName {
			return cookie
		}
	}
	return nil
}

func (c *client) setCookie(name, value string) {
	u, _ := url.Parse(c.h.server.URL)
	c.http.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

type shown struct {
	Page    string
	SignIn  templates.SignIn
	SignUp  templates.SignUp
	Failure templates.Failure
}

func show(s shown) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return json.NewEncoder(w).Encode(s) })
}

var shownFailures = answer.Views{
	FailurePage: func(_ templates.Page, f templates.Failure) templ.Component {
		return show(shown{Page: "failure", Failure: f})
	},
	FailureFragment: func(_ templates.Site, f templates.Failure) templ.Component { return show(shown{Failure: f}) },
}

var shownViews = Views{
	SignInPage: func(_ templates.Page, v templates.SignIn) templ.Component {
		return show(shown{Page: "sign-in", SignIn: v})
	},
	SignInForm: func(_ templates.Site, v templates.SignIn) templ.Component { return show(shown{SignIn: v}) },
	SignUpPage: func(_ templates.Page, v templates.SignUp) templ.Component {
		return show(shown{Page: "sign-up", SignUp: v})
	},
	SignUpForm: func(_ templates.Site, v templates.SignUp) templ.Component { return show(shown{SignUp: v}) },
}

func mustURL(raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil {
		panic(err)
	}
	return u
}
