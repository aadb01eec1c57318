package session

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

func TestRenewal(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)
	half := h.life() / 2
	tests := []struct {
		name    string
		left    time.Duration
		renewed bool
	}{
		{"young", h.life() - time.Minute, false},
		{"not quite half its life", half + time.Minute, false},
		{"past half its life", half - time.Minute, true},
		{"about to end", time.Minute, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := h.client()
			id, old := newSessionID(), h.aged(ann, test.left)
			c.setCookie(CookieName, id+"."+old)
			renew := h.watched(h.clientWith(id+"."+h.aged(ann, half+time.Minute)), "socket")
			got := c.get("/chat/")
			if got.status != 200 || (got.cookie() != nil) != test.renewed {
				t.Fatalf("%d, cookie %v", got.status, got.cookie())
			}
			if !test.renewed {
				return
			}
			newID, token, _ := strings.Cut(got.cookie().Value, ".")
			expires := readClaims(token).expires
			if newID != id || token == old || expires.Before(time.Now().Add(h.life()-time.Minute)) {
				t.Errorf("renewed until %v as %q, which was %q", expires, newID, id)
			}
			if again := c.get("/chat/"); again.status != 200 || again.cookie() != nil {
				t.Errorf("right after: %d, cookie %v", again.status, again.cookie())
			}
			if until, ok := renew(context.Background()); !ok || !until.Equal(expires) {
				t.Errorf("the open socket lasts until %v, %v; want %v", until, ok, expires)
			}
		})
	}
}

func TestOneOfManyRequestsRenews(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)
	value := newSessionID() + "." + h.aged(ann, time.Hour)
	var renewals atomic.Int32
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if h.clientWith(value).get("/chat/").cookie() != nil {
				renewals.Add(1)
			}
		})
	}
	wg.Wait()
	if renewals.Load() != 1 {
		t.Errorf("10 requests of one page renewed %d times", renewals.Load())
	}
}

func TestSocketsRenewNothing(t *testing.T) {
	h := newHouse(t)
	value := newSessionID() + "." + h.aged(h.user("ann@example.com", password), time.Hour)
	got := h.clientWith(value).as("Connection", "Upgrade", "Upgrade", "websocket").get("/chat/")
	if got.status != 200 || got.cookie() != nil {
		t.Errorf("%d, cookie %v", got.status, got.cookie())
	}
}

func TestRenewalRefused(t *testing.T) {
	h := newHouse(t)
	h.users(func(users *core.Collection) { rule := "verified = true"; users.AuthRule = &rule })
	ann := h.user("ann@example.com", password)
	c := h.clientWith(newSessionID() + "." + h.aged(ann, time.Hour))
	ann.SetVerified(false)
	if err := h.app.Save(ann); err != nil {
		t.Fatal(err)
	}
	got := c.json().get("/chat/")
	if got.status != 401 || c.jarCookie() != nil {
		t.Errorf("%d, cookie %v", got.status, c.jarCookie())
	}
	if ends := h.endings(); len(ends) != 1 || !strings.HasPrefix(ends[0], ann.Id+"/") {
		t.Errorf("told of %v", ends)
	}
}

func TestRenewalWaitsOutARateLimit(t *testing.T) {
	h := newHouse(t)
	c := h.clientWith(newSessionID() + "." + h.aged(h.user("ann@example.com", password), time.Hour))
	h.app.OnRecordAuthRefreshRequest().BindFunc(func(e *core.RecordAuthRefreshRequestEvent) error {
		return e.TooManyRequestsError("", nil)
	})
	if got := c.get("/chat/"); got.status != 200 || c.jarCookie() == nil {
		t.Errorf("%d, cookie %v", got.status, c.jarCookie())
	}
}

func TestF15_SessionsEnd(t *testing.T) {
	tests := []struct {
		name string
		end  func(*house, *core.Record, *client)
	}{
		{"password changed", func(h *house, ann *core.Record, _ *client) {
			ann.SetPassword("another horse")
			if err := h.app.Save(ann); err != nil {
				h.Fatal(err)
			}
		}},
		{"user deleted", func(h *house, ann *core.Record, _ *client) {
			if err := h.app.Delete(ann); err != nil {
				h.Fatal(err)
			}
		}},
		{"collection's secret rotated", func(h *house, _ *core.Record, _ *client) {
			h.users(func(users *core.Collection) { users.AuthToken.Secret = strings.Repeat("s", 50) })
		}},
		{"signed out", func(h *house, _ *core.Record, c *client) {
			if got := c.post("/chat/sign-out/"); got.status != 303 {
				h.Fatalf("%d %s", got.status, got.body)
			}
		}},
		{"signed out everywhere, elsewhere", func(h *house, _ *core.Record, _ *client) {
			other := h.client()
			other.signIn("ann@example.com", password)
			if got := other.post("/chat/sign-out/", "everywhere", "1"); got.status != 303 {
				h.Fatalf("%d %s", got.status, got.body)
			}
		}},
		{"expired", func(h *house, _ *core.Record, _ *client) { h.clock.Advance(8 * 24 * time.Hour) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			h.T = t
			ann := h.user("ann@example.com", password)
			c := h.client()
			value := c.signIn("ann@example.com", password).cookie().Value
			renew := h.watched(c, "socket")
			if _, ok := renew(context.Background()); !ok {
				t.Fatal("over before it ended")
			}
			test.end(h, ann, c)
			if until, ok := renew(context.Background()); ok {
				t.Errorf("the socket lasts until %v", until)
			}
			if test.name == "expired" {
				return // PocketBase's clock did not move
			}
			c.setCookie(CookieName, value) // a browser that missed the end
			if got := c.get("/chat/"); got.status != 303 {
				t.Errorf("the page: %d", got.status)
			}
		})
	}
}

func TestARequestUnderWayBringsNoSessionBack(t *testing.T) {
	h := newHouse(t)
	id := newSessionID()
	c := h.clientWith(id + "." + h.aged(h.user("ann@example.com", password), time.Hour))
	h.app.OnRecordAuthRefreshRequest().BindFunc(func(e *core.RecordAuthRefreshRequestEvent) error {
		h.session.end(e.Record.Id, id, time.Now().Add(time.Hour)) // signed out in the meantime
		return e.Next()
	})
	if got := c.get("/chat/"); got.cookie() != nil {
		t.Error("the renewed cookie came after the sign-out")
	}
	if got := c.get("/chat/"); got.status != 303 {
		t.Errorf("the old cookie still lets in: %d", got.status)
	}
}
