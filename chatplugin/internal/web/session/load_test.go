package session

import (
	"context"
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

const password = "correct horse"

func TestGuests(t *testing.T) {
	h := newHouse(t)
	c := h.client()
	tests := []struct {
		name             string
		client           *client
		method, path     string
		status           int
		location, htmxTo string
	}{
		{"a page", c, "GET", "/chat/?q=a%20b", 303, "/chat/sign-in/?next=%2Fchat%2F%3Fq%3Da%2520b", ""},
		{"the inbox", c, "GET", "/chat/", 303, "/chat/sign-in/?next=%2Fchat%2F", ""},
		{"a form", c, "POST", "/chat/act/", 303, "/chat/sign-in/?next=%2Fchat%2F", ""},
		{"a form of a page of ours", c.as("Referer", h.server.URL+"/chat/abc/"), "POST", "/chat/act/", 303,
			"/chat/sign-in/?next=%2Fchat%2Fabc%2F", ""},
		{"a form of a foreign page", c.as("Referer", "https://evil.example/x"), "POST", "/chat/act/", 303, "/chat/sign-in/?next=%2Fchat%2F", ""},
		{"htmx", c.htmx().as("HX-Current-URL", h.server.URL+"/chat/abc/"), "GET", "/chat/", 401, "", "/chat/sign-in/?next=%2Fchat%2Fabc%2F"},
		{"htmx from elsewhere", c.htmx().as("HX-Current-URL", "https://evil.example/x"), "POST", "/chat/act/", 401, "", "/chat/sign-in/?next=%2Fchat%2F"},
		{"JSON", c.json(), "GET", "/chat/", 401, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.client.do(test.method, test.path, "", "")
			if got.status != test.status || got.location() != test.location || got.header.Get("HX-Redirect") != test.htmxTo {
				t.Errorf("%d %q %q", got.status, got.location(), got.header.Get("HX-Redirect"))
			}
			if test.name == "JSON" && !strings.Contains(got.body, `"status":401`) {
				t.Errorf("no PocketBase error: %s", got.body)
			}
		})
	}
}

func TestCookieFlags(t *testing.T) {
	h := newHouse(t)
	h.user("ann@example.com", password)
	host := strings.TrimPrefix(h.server.URL, "http://")
	tests := []struct {
		name    string
		headers []string // proxy headers that PocketBase is told to trust
		left    bool
		send    []string
		secure  bool
	}{
		{"plain", nil, false, nil, false},
		{"a proxy's word without trust", nil, false, []string{"X-Forwarded-Proto", "https"}, false},
		{"a trusted proxy", []string{"X-Forwarded-For"}, false, []string{"X-Forwarded-Proto", "https"}, true},
		{"a trusted proxy without TLS", []string{"X-Forwarded-For"}, false, []string{"X-Forwarded-Proto", "http"}, false},
		{"the last word counts", []string{"X-Forwarded-For"}, false, []string{"X-Forwarded-Proto", "https, http"}, false},
		{"the first word counts", []string{"X-Forwarded-For"}, true, []string{"X-Forwarded-Proto", "https, http"}, true},
		{"the browser says so itself", nil, false, []string{"Origin", "https://" + host}, true},
		{"our plain page", nil, false, []string{"Origin", "http://" + host}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h.app.Settings().TrustedProxy.Headers = test.headers
			h.app.Settings().TrustedProxy.UseLeftmostIP = test.left
			got := h.client().as(test.send...).post("/chat/sign-in/", "identity", "ann@example.com", "password", password)
			c := got.cookie()
			if got.status != 303 || c == nil {
				t.Fatalf("%d %s", got.status, got.body)
			}
			name := CookieName
			if test.secure {
				name = SecureCookieName
			}
			if c.Name != name || c.Secure != test.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("set %s", c)
			}
			if token := int(h.life() / time.Second); c.MaxAge < token-60 || c.MaxAge > token {
				t.Errorf("lasts %d s, the token %d s", c.MaxAge, token)
			}
		})
	}
}

func TestOnlyTheSecureNameCountsOverTLS(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)
	value := newSessionID() + "." + h.token(ann)
	tests := []struct {
		name   string
		tls    bool
		cookie string
		found  bool
	}{
		{"plain, plain name", false, CookieName, true},
		{"plain, secure name", false, SecureCookieName, true}, // a proxy that we know nothing of
		{"TLS, secure name", true, SecureCookieName, true},
		{"TLS, plain name", true, CookieName, false}, // a neighbouring subdomain can plant it
	}
	for _, test := range tests {
		r, _ := http.NewRequest("GET", "/chat/", nil)
		r.AddCookie(&http.Cookie{Name: test.cookie, Value: value})
		if test.tls {
			r.TLS = &tls.ConnectionState{}
		}
		e := &core.RequestEvent{App: h.app}
		e.Request = r
		if _, found := readCookie(e); found != test.found {
			t.Errorf("%s: found %v", test.name, found)
		}
	}
}

func TestWhoMayEnter(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)
	boss := h.account(core.CollectionNameSuperusers, "boss@example.com", password)
	others := core.NewAuthCollection("others")
	if err := h.app.Save(others); err != nil {
		t.Fatal(err)
	}
	stranger := h.account("others", "eve@example.com", password)
	static, err := ann.NewStaticAuthToken(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	file, err := ann.NewFileToken()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		token string
		in    bool
		why   int // what POST /session/ says
	}{
		{"a user", h.token(ann), true, 204},
		{"an impersonated user", static, false, 403},
		{"a superuser", h.token(boss), false, 403},
		{"another collection's", h.token(stranger), false, 403},
		{"a file token", file, false, 401},
		{"rubbish", "a.b.c", false, 401},
	}
	status := map[bool]int{true: 200, false: 401}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, header := range []string{test.token, "Bearer " + test.token} {
				got := h.client().json().as("Authorization", header).get("/chat/")
				if got.status != status[test.in] {
					t.Errorf("by header: %d %s", got.status, got.body)
				}
			}
			c := h.client()
			c.setCookie(CookieName, newSessionID()+"."+test.token)
			if got := c.json().get("/chat/"); got.status != status[test.in] {
				t.Errorf("by cookie: %d %s", got.status, got.body)
			}
			fresh := h.client()
			got := fresh.json().as("Authorization", test.token).do("POST", "/chat/session/", "", "")
			if got.status != test.why || (got.cookie() != nil) != test.in {
				t.Errorf("by POST /session/: %d %s", got.status, got.body)
			}
			if got := fresh.json().get("/chat/"); got.status != status[test.in] {
				t.Errorf("with the cookie of POST /session/: %d", got.status)
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		if got := h.client().json().do("POST", "/chat/session/", "", ""); got.status != 401 {
			t.Errorf("%d", got.status)
		}
	})
}

func TestBadCookies(t *testing.T) {
	h := newHouse(t)
	token := h.token(h.user("ann@example.com", password))
	for _, value := range []string{"", ".", token, "short." + token, newSessionID() + ".", newSessionID() + "x." + token, "..", newSessionID() + "." + token + "x"} {
		c := h.client()
		c.setCookie(CookieName, value)
		if got := c.json().get("/chat/"); got.status != 401 {
			t.Errorf("%q let in: %d", value, got.status)
		}
	}
}

func TestHeaderServesInPlaceOfTheCookie(t *testing.T) {
	h := newHouse(t)
	ann, bob := h.user("ann@example.com", password), h.user("bob@example.com", password)
	c := h.client()
	c.signIn("ann@example.com", password)

	if got := c.get("/chat/"); !strings.HasPrefix(got.body, ann.Id) {
		t.Fatalf("the cookie says %q", got.body)
	}
	if got := c.as("Authorization", h.token(bob)).get("/chat/"); !strings.HasPrefix(got.body, bob.Id) {
		t.Errorf("with bob's header: %q", got.body)
	}
	if got := c.json().as("Authorization", "expired.or.wrong").get("/chat/"); got.status != 401 {
		t.Errorf("a bad header fell back to the cookie: %d", got.status)
	}
	// A proxy's own password is no token.
	if got := c.as("Authorization", "Basic YTpi").get("/chat/"); !strings.HasPrefix(got.body, ann.Id) {
		t.Errorf("behind Basic authorization: %d %q", got.status, got.body)
	}
	if got := c.get("/api/who"); got.body != "guest" {
		t.Errorf("PocketBase's /api/ read our cookie: %q", got.body)
	}
}

func TestHostsOwnSession(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)
	boss := h.account(core.CollectionNameSuperusers, "boss@example.com", password)
	for _, test := range []struct {
		record *core.Record
		in     bool
	}{{ann, true}, {boss, false}, {nil, false}} {
		e := &core.RequestEvent{App: h.app, Auth: test.record}
		e.Request, _ = http.NewRequest("GET", "/chat/", nil)
		if err := h.session.Load().Func(e); err != nil {
			t.Fatal(err)
		}
		if (Viewer(e) != nil) != test.in {
			t.Errorf("%v: viewer %v", test.record, Viewer(e))
		}
		if !test.in {
			continue
		}
		if until, ok := h.session.Renewer(e)(context.Background()); !ok || !until.After(time.Now()) {
			t.Errorf("its sockets last until %v, %v", until, ok)
		}
	}
}

// TestF15_SessionsEnd: every end of a session shows to pages and to sockets.
