package session

import (
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
)

func TestASessionAlwaysBeginsAnew(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)
	h.user("bob@example.com", password)
	c := h.client()
	first, _, _ := strings.Cut(c.signIn("ann@example.com", password).cookie().Value, ".")
	second, _, _ := strings.Cut(c.signIn("bob@example.com", password).cookie().Value, ".")
	if first == second {
		t.Error("the session id stayed")
	}
	if ends := h.endings(); len(ends) != 1 || ends[0] != ann.Id+"/"+first {
		t.Errorf("ann's sockets in this browser were not closed: %v", ends)
	}
	if n := len(c.http.Jar.Cookies(mustURL(h.server.URL))); n != 1 {
		t.Errorf("%d cookies", n)
	}
}

func TestSignOut(t *testing.T) {
	tests := []struct {
		name       string
		fields     []string
		elsewhere  int // what another browser of ann's gets afterwards
		everywhere bool
	}{
		{"here", nil, 200, false},
		{"here, said so", []string{"everywhere", "0"}, 200, false},
		{"everywhere", []string{"everywhere", "1"}, 303, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			ann := h.user("ann@example.com", password)
			c, other := h.client(), h.client()
			id, _, _ := strings.Cut(c.signIn("ann@example.com", password).cookie().Value, ".")
			other.signIn("ann@example.com", password)

			got := c.post("/chat/sign-out/", test.fields...)
			if got.status != 303 || got.location() != "/chat/sign-in/?signed-out=1" || c.jarCookie() != nil {
				t.Fatalf("%d %q, cookie %v", got.status, got.location(), c.jarCookie())
			}
			if page := c.get(got.location()).shown(t).SignIn; page.Notice != h.session.Words.SignedOut {
				t.Errorf("notice %q", page.Notice)
			}
			if got := other.get("/chat/"); got.status != test.elsewhere {
				t.Errorf("the other browser: %d", got.status)
			}
			var here, all int
			for _, end := range h.endings() {
				if end == ann.Id+"/"+id {
					here++
				}
				if end == ann.Id+"/" {
					all++
				}
			}
			if here != 1 || (all == 1) != test.everywhere {
				t.Errorf("told of %v", h.endings())
			}
		})
	}
}

func TestSignOutOfOthers(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)
	if got := h.client().post("/chat/sign-out/"); got.status != 303 {
		t.Errorf("a guest: %d", got.status)
	}
	c := h.client()
	c.setCookie(CookieName, "rubbish")
	if got := c.post("/chat/sign-out/", "everywhere", "1"); got.status != 303 || c.jarCookie() != nil {
		t.Errorf("a broken cookie: %d, %v", got.status, c.jarCookie())
	}
	// A client with a token of its own.
	api := h.client().json().as("Authorization", h.token(ann))
	if got := api.get("/chat/"); got.status != 200 {
		t.Fatal(got.status)
	}
	if got := api.post("/chat/sign-out/"); got.status != 204 {
		t.Errorf("JSON: %d %s", got.status, got.body)
	}
	if got := api.get("/chat/"); got.status != 401 {
		t.Errorf("its token still lets in: %d", got.status)
	}
	if len(h.endings()) != 1 {
		t.Errorf("told of %v", h.endings())
	}
}

func TestSessionOfAToken(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)
	c := h.client()
	if got := c.as("Authorization", h.token(ann)).do("POST", "/chat/session/", "", ""); got.status != 204 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := c.get("/chat/"); got.status != 200 {
		t.Fatalf("%d", got.status)
	}
	if got := c.do("DELETE", "/chat/session/", "", ""); got.status != 204 || c.jarCookie() != nil {
		t.Errorf("%d, cookie %v", got.status, c.jarCookie())
	}
	if got := c.get("/chat/"); got.status != 303 || len(h.endings()) != 1 {
		t.Errorf("%d, told of %v", got.status, h.endings())
	}
	if got := c.do("DELETE", "/chat/session/", "", ""); got.status != 204 {
		t.Errorf("once more: %d", got.status)
	}
}

func TestOldAccountsCanSignOutEverywhere(t *testing.T) {
	h := newHouse(t)
	h.user("ann@example.com", password)
	c, other := h.client(), h.client()
	c.signIn("ann@example.com", password)
	other.signIn("ann@example.com", password)
	h.users(func(users *core.Collection) { users.Fields.Add(&core.TextField{Name: "nickname", Required: true}) })
	if got := c.post("/chat/sign-out/", "everywhere", "1"); got.status != 303 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := other.get("/chat/"); got.status != 303 {
		t.Errorf("the other browser: %d", got.status)
	}
}
