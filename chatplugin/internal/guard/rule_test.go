package guard_test

import (
	"fmt"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// ruled has PocketBase know another rule for creating messages, as an operator
// may write it.
func (h *house) ruled(t *testing.T, rule *string) {
	t.Helper()
	messages, err := h.FindCollectionByNameOrId(store.Messages)
	must(t, err)
	messages.CreateRule = rule
	must(t, h.SaveNoValidate(messages))
}

// stranger is a token of another collection of people.
func (h *house) stranger(t *testing.T) string {
	t.Helper()
	others := core.NewAuthCollection("others")
	must(t, h.Save(others))
	record := core.NewRecord(others)
	record.SetEmail("somebody@example.org")
	record.SetPassword("correct horse")
	must(t, h.Save(record))
	token, err := record.NewAuthToken()
	must(t, err)
	return token
}

// Who may not create a message over REST hears from us what they would hear of
// PocketBase, which is spared the rule.
func TestTheRuleOfMessages(t *testing.T) {
	h, heard := listeningHouse(t, chatplugin.Config{})
	messages, err := h.FindCollectionByNameOrId(store.Messages)
	must(t, err)
	if messages.CreateRule == nil || *messages.CreateRule != store.MembersCreate {
		t.Fatalf("premise: the rule is another one: %v", messages.CreateRule)
	}
	asked := 0
	h.OnRecordCreateRequest(store.Messages).BindFunc(func(e *core.RecordRequestEvent) error {
		asked++
		known, err := e.App.FindCachedCollectionByNameOrId(store.Messages)
		if err != nil || known.CreateRule == nil || *known.CreateRule == "" {
			t.Errorf("a host's hook sees no rule: %v", err)
		}
		return e.Next()
	})
	room, _ := h.friends(t)
	secret := h.Direct(h.ann, h.bob)
	others := h.WithToken(h.stranger(t))
	clients := map[string]*chattest.Client{"guest": h.client(""), "outsider": h.client("eve"), "member": h.client("carl"), "stranger": others, "root": h.client("root")}
	type answer struct {
		status int
		body   string
		asked  int
	}
	answers := func() map[string]answer {
		all := map[string]answer{}
		for who, client := range clients {
			for what, fields := range map[string]map[string]any{
				"a room": {"room": room, "body": "Hi"}, "another's room": {"room": secret, "body": "Hi"},
				"no such room": {"room": "nosuchroom00000", "body": "Hi"}, "nowhere": {"body": "Hi"}, "two rooms": {"room": []string{room, secret}, "body": "Hi"},
				"nothing": {"room": room, "body": ""}, "rubbish": {"room": map[string]any{"a": 1}, "body": 7, "author": []int{1}},
			} {
				asked = 0
				got := client.JSON("POST", records(store.Messages), fields)
				all[who+", "+what] = answer{got.Status, got.Body, asked}
				if got.Status == 200 {
					all[who+", "+what] = answer{200, "", asked} // another message each time
				}
			}
		}
		return all
	}
	const tried = "__pb_create__" // what PocketBase calls the row that it tries a rule on
	heard.since(nil)
	ours := answers()
	if found := heard.heard(tried); len(found) > 0 {
		t.Errorf("PocketBase tried the rule as well: %s", found[0])
	}
	for name, want := range map[string]int{"guest, a room": 400, "outsider, a room": 400, "member, a room": 200, "member, another's room": 400, "root, another's room": 200} {
		if ours[name].status != want {
			t.Errorf("%s: %+v", name, ours[name])
		}
	}
	if out, nowhere := ours["outsider, a room"], ours["outsider, no such room"]; out != nowhere || out.asked != 0 {
		t.Errorf("an outsider hears %+v, and %+v of a room that is not there", out, nowhere)
	}
	h.ruled(t, types.Pointer("("+store.MembersCreate+")")) // the same to PocketBase, and not to us
	for name, theirs := range answers() {
		if ours[name] != theirs {
			t.Errorf("%s: %+v, and by PocketBase %+v", name, ours[name], theirs)
		}
	}
	if len(heard.heard(tried)) == 0 {
		t.Error("premise: PocketBase did not try the rule")
	}
}

// What an operator makes of the rule holds.
func TestAnotherRuleOfMessages(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	for i, test := range []struct {
		rule *string
		body string
		want int
	}{
		{types.Pointer(store.MembersCreate + ` && @request.body.body != "Forbidden"`), "Forbidden", 400},
		{types.Pointer(store.MembersCreate + ` && @request.body.body != "Forbidden"`), "Allowed", 200},
		{nil, "Hi", 403},
		{types.Pointer(store.MembersCreate), "Hi", 200},
	} {
		h.ruled(t, test.rule)
		got := h.client("carl").JSON("POST", records(store.Messages), map[string]any{"room": room, "body": test.body, "client_id": fmt.Sprint("rule-", i)})
		if got.Status != test.want {
			t.Errorf("%d: %d %s, want %d", i, got.Status, got.Body, test.want)
		}
	}
}

// PocketBase looks for what a message points at by prepared statements: that is
// put in place between a host's hooks and its own, which is at 99.
func TestMessagesAreCheckedByPreparedStatements(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	works := ""
	h.OnRecordValidate(store.Messages).Bind(&hook.Handler[*core.RecordEvent]{Priority: 98, Func: func(e *core.RecordEvent) error {
		works = fmt.Sprintf("%T", e.App)
		return e.Next()
	}})
	h.Message(room, h.ann, "Hi")
	if want := fmt.Sprintf("%T", store.Quick(h)); works != want {
		t.Errorf("it is checked by %q, not %q", works, want)
	}
}

// In a batch PocketBase tries the rule, and repeats are found as elsewhere.
func TestTheRuleInABatch(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	h.Settings().Batch.Enabled = true
	h.Settings().Batch.MaxRequests = 10
	request := func(id string) map[string]any {
		return map[string]any{"method": "POST", "url": records(store.Messages), "body": map[string]any{"room": room, "body": id, "client_id": id}}
	}
	for who, want := range map[string]int{"": 400, "eve": 400, "carl": 200} {
		got := h.client(who).JSON("POST", "/api/batch", map[string]any{"requests": []any{request("one"), request("one"), request("two")}})
		if got.Status != want {
			t.Errorf("%q: %d %s", who, got.Status, got.Body)
		}
	}
	if posts := h.room(t, room).Posts; posts != 3 {
		t.Errorf("the room has %d posts, Bob's and two", posts)
	}
}
