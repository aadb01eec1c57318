package web_test

import (
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// Whom PocketBase takes a request for the chat's records to be from is the same
// whether the chat remembers the token or not. By a collection's id, which is no
// other thing to PocketBase, it does not.
func TestRecordsAreAskedForByTheSame(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	app.Message(app.Direct(ann, bob), bob, "hello")
	rooms, err := app.FindCollectionByNameOrId("chat_rooms")
	if err != nil {
		t.Fatal(err)
	}
	var asker *core.Record
	app.OnRecordsListRequest("chat_rooms").BindFunc(func(e *core.RecordsListRequestEvent) error {
		asker = e.Auth
		return e.Next()
	})
	must := func(token string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	others := core.NewAuthCollection("others")
	if err := app.Save(others); err != nil {
		t.Fatal(err)
	}
	other := core.NewRecord(others)
	other.Set("id", "s0mebodyelse000")
	other.SetEmail("somebody@example.org")
	other.SetPassword("correct horse")
	if err := app.Save(other); err != nil {
		t.Fatal(err)
	}
	tokens := []struct{ name, token, who string }{
		{"a user", must(ann.NewAuthToken()), ann.Id},
		{"a user, with a scheme", "Bearer " + must(bob.NewAuthToken()), bob.Id},
		{"a user by a static token", must(ann.NewStaticAuthToken(time.Hour)), ann.Id},
		{"a superuser", app.Superuser(), "_superusers"},
		{"another collection's", must(other.NewAuthToken()), other.Id},
		{"for files alone", must(ann.NewFileToken()), ""},
		{"rubbish", "rubbish", ""},
		{"nobody", "", ""},
	}
	ask := func(t *testing.T, token, collection string) (who, email, body string) {
		t.Helper()
		asker = nil
		got := app.Client(nil).Get("/api/collections/"+collection+"/records", "Authorization", token)
		if got.Status != 200 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		if asker == nil {
			return "", "", got.Body
		}
		if asker.IsSuperuser() {
			return "_superusers", asker.Email(), got.Body
		}
		return asker.Id, asker.Email(), got.Body
	}
	same := func(t *testing.T, token, want string) {
		t.Helper()
		for range 3 { // found, compared with its row, remembered
			who, email, body := ask(t, token, "chat_rooms")
			theirs, theirEmail, theirBody := ask(t, token, rooms.Id)
			if who != want || theirs != want || email != theirEmail || body != theirBody {
				t.Fatalf("it is %q (%s), by PocketBase alone %q (%s), and should be %q:\n%s\n%s", who, email, theirs, theirEmail, want, body, theirBody)
			}
		}
	}
	for _, test := range tokens {
		t.Run(test.name, func(t *testing.T) { same(t, test.token, test.who) })
	}
	t.Run("after a new password", func(t *testing.T) {
		ann = app.Find("users", ann.Id)
		ann.SetPassword("another correct horse")
		if err := app.Save(ann); err != nil {
			t.Fatal(err)
		}
		same(t, tokens[0].token, "")
		same(t, tokens[2].token, "")
		same(t, must(ann.NewAuthToken()), ann.Id)
	})
	t.Run("after the account is gone", func(t *testing.T) {
		if err := app.Delete(app.Find("users", bob.Id)); err != nil {
			t.Fatal(err)
		}
		same(t, tokens[1].token, "")
	})
}
