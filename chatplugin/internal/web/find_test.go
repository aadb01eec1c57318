package web_test

import (
	"net/url"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// Phones begin an address with a capital letter.
func TestAddressesAreFoundWhateverTheirCase(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	typed := strings.ToUpper(bob.Email()[:1]) + bob.Email()[1:]
	if typed == bob.Email() {
		t.Fatal("the address has no letter to change")
	}
	got := app.Client(ann).Get("/chat/check-user/?email="+url.QueryEscape(typed), asHTMX...)
	if got.Status != 200 || !strings.Contains(got.Body, "Bob") {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

// Who cannot sign in by the collection's own rule cannot be written to.
func TestAccountsThatCannotSignInAreNotFound(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	ask := func() chattest.Answer {
		// Another auth rule ends all tokens, so each asks with a new one.
		return app.Client(app.Find("users", ann.Id)).Get("/chat/check-user/?email="+url.QueryEscape(bob.Email()), asHTMX...)
	}
	if got := ask(); !strings.Contains(got.Body, "Bob") {
		t.Fatalf("Bob is not found at all: %s", got.Body)
	}
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		t.Fatal(err)
	}
	rule := "verified = true"
	users.AuthRule = &rule
	if err := app.Save(users); err != nil {
		t.Fatal(err)
	}
	if got := ask(); !strings.Contains(got.Body, "Bob") {
		t.Errorf("verified, and not found: %s", got.Body)
	}
	bob.SetVerified(false)
	if err := app.Save(bob); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got.Status != 200 || strings.Contains(got.Body, "Bob") {
		t.Errorf("not verified, and found: %d %s", got.Status, got.Body)
	}
	got := app.Client(app.Find("users", ann.Id)).Post("/chat/new/", chattest.Form("email", bob.Email()))
	if got.Status != 422 {
		t.Errorf("a room with who cannot sign in: %d", got.Status)
	}
}
