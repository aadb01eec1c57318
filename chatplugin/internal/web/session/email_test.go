package session

import (
	"testing"

	"github.com/pocketbase/pocketbase/core"
)

// Phones write the first letter large, and people don't see it.
func TestCapitalsInAddresses(t *testing.T) {
	h := newHouse(t)
	h.users(func(users *core.Collection) { users.OTP.Enabled = true })
	got := h.client().post("/chat/sign-up/", filled("email", "Mia@Example.com")...)
	if got.status != 303 {
		t.Fatalf("signing up: %d %s", got.status, got.body)
	}
	if _, err := h.app.FindAuthRecordByEmail("users", "mia@example.com"); err != nil {
		t.Errorf("the address was kept in capitals: %v", err)
	}
	// One that a host's own page kept as it was typed is still signed in to.
	h.user("Old@Example.com", password)
	for _, identity := range []string{"mia@example.com", "Mia@example.com", "MIA@EXAMPLE.COM", "Old@Example.com"} {
		if got := h.client().post("/chat/sign-in/", "identity", identity, "password", password); got.status != 303 {
			t.Errorf("%s: %d", identity, got.status)
		}
		if got := h.client().post("/chat/sign-in/", "identity", identity, "method", "code"); got.status != 200 {
			t.Errorf("a code for %s: %d", identity, got.status)
		}
	}
	got = h.client().post("/chat/sign-in/", "identity", "Mia@example.com", "password", "not the password")
	if shown := got.shown(t).SignIn.Form.Value("identity"); got.status != 422 || shown != "Mia@example.com" {
		t.Errorf("refused: %d, and shows %q in place of what was typed", got.status, shown)
	}
}
