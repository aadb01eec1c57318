package session

import (
	"errors"
	"net/http"
	"testing"

	"github.com/pocketbase/pocketbase/core"
)

// TestInnerRequestsAreTheClients: PocketBase sees the client's address and
// browser, and neither its cookie nor its token.
func TestInnerRequestsAreTheClients(t *testing.T) {
	h := newHouse(t)
	h.user("ann@example.com", password)
	bob := h.user("bob@example.com", password)
	h.app.Settings().TrustedProxy.Headers = []string{"X-Forwarded-For"}
	var seen *core.RequestEvent
	var auth *core.Record
	h.app.OnRecordAuthWithPasswordRequest().BindFunc(func(e *core.RecordAuthWithPasswordRequestEvent) error {
		seen, auth = e.RequestEvent, e.Auth
		return e.Next()
	})
	c := h.client()
	c.signIn("bob@example.com", password)
	c.as("X-Forwarded-For", "9.9.9.9, 203.0.113.7", "User-Agent", "Lynx", "Authorization", h.token(bob), "Hx-Request", "true").
		post("/chat/sign-in/", "identity", "ann@example.com", "password", password)
	if seen == nil {
		t.Fatal("PocketBase's hook did not run")
	}
	if got := seen.RealIP(); got != "203.0.113.7" {
		t.Errorf("address %q", got)
	}
	if auth != nil {
		t.Errorf("signed in as %s before signing in", auth.Id)
	}
	r := seen.Request
	if r.UserAgent() != "Lynx" || r.Host == "" || r.RemoteAddr == "" {
		t.Errorf("browser %q, host %q, from %q", r.UserAgent(), r.Host, r.RemoteAddr)
	}
	for _, name := range []string{"Cookie", "Authorization", "Hx-Request", "Accept-Encoding"} {
		if r.Header.Get(name) != "" {
			t.Errorf("%s was passed on", name)
		}
	}
}

func TestNotMounted(t *testing.T) {
	inner := &Inner{}
	e := &core.RequestEvent{}
	e.Request, _ = http.NewRequest("POST", "/", nil)
	if _, err := inner.Post(e, "/api/health", "", nil); !errors.Is(err, ErrNotMounted) {
		t.Errorf("%v", err)
	}
}

func TestFaultsShowNothing(t *testing.T) {
	h := newHouse(t)
	h.user("ann@example.com", password)
	h.app.OnRecordAuthWithPasswordRequest().BindFunc(func(e *core.RecordAuthWithPasswordRequestEvent) error {
		return e.InternalServerError("secret of the database", nil)
	})
	got := h.client().post("/chat/sign-in/", "identity", "ann@example.com", "password", password)
	if got.status != 500 || got.shown(t).Page != "failure" || got.shown(t).Failure.Message == "" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestForgottenSessionsAreBounded(t *testing.T) {
	h := newHouse(t)
	book := h.session.book
	for range maxNotes + 500 {
		book.end(newSessionID(), h.clock.Now())
	}
	if n := len(book.notes); n > maxNotes {
		t.Errorf("%d notes", n)
	}
}
