package session

import (
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"
)

// TestKnownTokens holds that a token which is remembered as good opens nothing
// once anything that made it good is different, whoever changed that.
func TestKnownTokens(t *testing.T) {
	tests := []struct {
		name   string
		change func(h *house, ann *core.Record) error
		good   bool
	}{
		{"nothing", func(*house, *core.Record) error { return nil }, true},
		{"a name by this process", func(h *house, ann *core.Record) error {
			ann.Set("name", "Another")
			return h.app.Save(ann)
		}, true},
		{"a name by another process", func(h *house, ann *core.Record) error { return h.set(ann, "name", "Another") }, true},
		{"a password", func(h *house, ann *core.Record) error {
			ann.SetPassword("another correct horse")
			return h.app.Save(ann)
		}, false},
		{"a password by another process", func(h *house, ann *core.Record) error {
			return h.set(ann, core.FieldNameTokenKey, security.RandomString(40))
		}, false},
		{"the account's end", func(h *house, ann *core.Record) error { return h.app.Delete(ann) }, false},
		{"the account's end by another process", func(h *house, ann *core.Record) error {
			_, err := h.app.NonconcurrentDB().Delete("users", dbx.HashExp{"id": ann.Id}).Execute()
			return err
		}, false},
		{"the secret", func(h *house, ann *core.Record) error {
			h.users(func(users *core.Collection) { users.AuthToken.Secret = security.RandomString(50) })
			return nil
		}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			ann := h.user("ann@example.com", password)
			token, err := ann.NewAuthToken()
			if err != nil {
				t.Fatal(err)
			}
			clients := map[string]*client{"header": h.client().as("Authorization", token), "cookie": h.clientWith(newSessionID() + "." + token)}
			for by, c := range clients {
				for range 3 {
					if got := c.json().do("GET", "/chat/", "", ""); got.status != 200 {
						t.Fatalf("by %s: %d %s", by, got.status, got.body)
					}
				}
			}
			if g, ok := h.session.known.get(token); !ok || g.row == nil {
				t.Fatal("the token is not remembered")
			}
			if err := test.change(h, h.find(ann.Id)); err != nil {
				t.Fatal(err)
			}
			for by, c := range clients {
				if got := c.json().do("GET", "/chat/", "", ""); (got.status == 200) != test.good {
					t.Errorf("by %s: %d", by, got.status)
				}
			}
			if record := h.session.bearer(&core.RequestEvent{App: h.app}, token); test.good && record.GetString("name") != h.find(ann.Id).GetString("name") {
				t.Errorf("the name is %q", record.GetString("name"))
			}
		})
	}
}

// TestKnownTokensAreCopies holds that what one request does to its viewer's
// record is not seen by the next.
func TestKnownTokensAreCopies(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)
	token, err := ann.NewAuthToken()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		record := h.session.bearer(&core.RequestEvent{App: h.app}, token)
		if record == nil || record.IsNew() || record.Id != ann.Id || record.GetString("name") == "Changed" {
			t.Fatal("not ann as she is", record)
		}
		record.Set("name", "Changed")
	}
}

// set changes a row as another process does, past all hooks.
func (h *house) set(record *core.Record, field, value string) error {
	_, err := h.app.NonconcurrentDB().Update("users", dbx.Params{field: value}, dbx.HashExp{"id": record.Id}).Execute()
	return err
}

func (h *house) find(id string) *core.Record {
	h.Helper()
	record, err := h.app.FindRecordById("users", id)
	if err != nil {
		h.Fatal(err)
	}
	return record
}
