package session

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCrossSite(t *testing.T) {
	h := newHouse(t, func(_ *house, o *Options) { o.Origins = []string{"https://App.example/"} })
	h.app.Settings().Meta.AppURL = "https://chat.example"
	ann := h.user("ann@example.com", password)
	c := h.client()
	c.signIn("ann@example.com", password)
	own := h.server.URL
	header := h.client().as("Authorization", h.token(ann))
	tests := []struct {
		name   string
		client *client
		method string
		send   []string
		status int
	}{
		{"our page", c, "POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", own}, 200},
		{"our page, old browser", c, "POST", []string{"Origin", own}, 200},
		{"no browser", c, "POST", nil, 200},
		{"another site", c, "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		{"another site, old browser", c, "POST", []string{"Origin", "https://evil.example"}, 403},
		{"a sandboxed page", c, "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "null"}, 403},
		{"a neighbouring subdomain", c, "POST", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://blog.example"}, 403},
		{"no origin, cross-site", c, "POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"an allowed origin", c, "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://app.example"}, 200},
		{"nearly an allowed origin", c, "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://app.example.evil"}, 403},
		{"the public address", c, "POST", []string{"Origin", "https://chat.example"}, 200},
		{"the public address without TLS", c, "POST", []string{"Origin", "http://chat.example"}, 403},
		{"reading", c, "GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 200},
		{"a token of its own", header, "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 200},
		{"a token beside the cookie", c.as("Authorization", h.token(ann)), "POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"Basic authorization", h.client().as("Authorization", "Basic YTpi"), "POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := map[string]string{"GET": "/chat/", "POST": "/chat/act/"}[test.method]
			if got := test.client.as(test.send...).do(test.method, path, "", ""); got.status != test.status {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
	cross := []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}
	t.Run("signing in", func(t *testing.T) {
		got := h.client().as(cross...).post("/chat/sign-in/", "identity", "ann@example.com", "password", password)
		if got.status != 403 || got.cookie() != nil || got.shown(t).Failure.Message != h.session.Words.CrossSite {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("a cookie for a token", func(t *testing.T) {
		if got := header.as(cross...).do("POST", "/chat/session/", "", ""); got.status != 403 || got.cookie() != nil {
			t.Errorf("%d", got.status)
		}
	})
	t.Run("signing out", func(t *testing.T) {
		if got := c.as(cross...).post("/chat/sign-out/"); got.status != 403 || c.jarCookie() == nil {
			t.Errorf("%d", got.status)
		}
	})
}

func TestCheckOrigin(t *testing.T) {
	h := newHouse(t, func(_ *house, o *Options) { o.Origins = []string{"https://app.example"} })
	h.app.Settings().Meta.AppURL = "http://localhost:8090"
	tests := []struct {
		name string
		send map[string]string
		want bool
	}{
		{"no browser", nil, true},
		{"our page", map[string]string{"Origin": "https://chat.example"}, true},
		{"our page by another case", map[string]string{"Origin": "https://CHAT.example"}, true},
		{"another port", map[string]string{"Origin": "https://chat.example:8443"}, false},
		{"another site", map[string]string{"Origin": "https://evil.example"}, false},
		{"another site that ends alike", map[string]string{"Origin": "https://evilchat.example"}, false},
		{"nowhere", map[string]string{"Origin": "null"}, false},
		{"rubbish", map[string]string{"Origin": "://"}, false},
		{"an allowed origin", map[string]string{"Origin": "https://app.example"}, true},
		{"the setting nobody changed", map[string]string{"Origin": "http://localhost:8090"}, false},
		{"behind a proxy that changes the host", map[string]string{"Origin": "https://shown.example", "Sec-Fetch-Site": "same-origin"}, true},
		{"cross-site", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, false},
		{"a token of its own", map[string]string{"Origin": "https://evil.example", "Authorization": "a.b.c"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/ws/chat/inbox/", nil)
			r.Host = "chat.example"
			for name, value := range test.send {
				r.Header.Set(name, value)
			}
			if got := h.session.CheckOrigin(r); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestBadOriginsAreToldAtStart(t *testing.T) {
	h := newHouse(t)
	for _, origin := range []string{"app.example", "*", "https://", "https://app.example/path", ""} {
		options := h.session.Options
		options.Origins = []string{origin}
		if _, err := New(options); err == nil || !strings.Contains(err.Error(), "allowed origin 1") {
			t.Errorf("%q: %v", origin, err)
		}
	}
}
