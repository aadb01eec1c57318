package guard_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/store"
)

// forged is what somebody sends for a field who wants it to be something else;
// nil where nothing can be forged. others are records of rooms that they are not
// in, by collection.
func forged(field core.Field, now string, others map[string]string) any {
	const then = "2001-01-01 00:00:00.000Z"
	switch field := field.(type) {
	case *core.NumberField:
		return 999
	case *core.TextField:
		return "forged"
	case *core.BoolField:
		return now == "0"
	case *core.DateField, *core.AutodateField:
		return then
	case *core.JSONField:
		return map[string]any{"type": "created"}
	case *core.RelationField:
		return others[field.CollectionId]
	case *core.SelectField:
		for _, value := range slices.Backward(field.Values) {
			if value != now {
				return value
			}
		}
	}
	return nil
}

func (h *house) row(t testing.TB, collection, id string) dbx.NullStringMap {
	t.Helper()
	row := dbx.NullStringMap{}
	must(t, h.DB().NewQuery("SELECT * FROM {{"+collection+"}} WHERE [[id]] = {:id}").Bind(dbx.Params{"id": id}).One(row))
	return row
}

// strangers makes a room that only Eve and Carl are in, and answers its records
// by the ids of their collections.
func (h *house) strangers(t testing.TB) map[string]string {
	t.Helper()
	room := h.Group("Others", h.eve, h.carl)
	message := h.Message(room, h.eve, "Among us")
	others := map[string]string{}
	for name, id := range map[string]string{store.Rooms: room, store.Messages: message.Id, store.Members: h.Member(room, h.carl).Id, "users": h.eve.Id} {
		collection, err := h.FindCollectionByNameOrId(name)
		must(t, err)
		others[collection.Id] = id
	}
	return others
}

// Every field of every collection is sent by somebody who may change the record.
// But for those that are theirs to change each is refused, or put back.
func TestEveryFieldThatIsKept(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	others := h.strangers(t)
	reaction := h.React(message.Id, h.bob, "👍")
	for _, test := range []struct {
		collection, id, as string
		own                []string // what they may change
	}{
		{store.Messages, message.Id, "bob", []string{"body", "files", "deleted"}},
		{store.Rooms, room, "ann", []string{"name", "description", "avatar"}},
		{store.Members, h.Member(room, h.bob).Id, "bob", []string{"read_rev", "notify", "pinned"}},
		{store.Members, h.Member(room, h.bob).Id, "ann", []string{"role"}},
		{store.Reactions, reaction.Id, "bob", nil},
	} {
		collection, err := h.FindCollectionByNameOrId(test.collection)
		must(t, err)
		tried := 0
		for _, field := range collection.Fields {
			name := field.GetName()
			before := h.row(t, test.collection, test.id)
			value := forged(field, before[name].String, others)
			if value == nil || slices.Contains(test.own, name) {
				continue
			}
			tried++
			dump := h.dump(t, room)
			got := h.client(test.as).JSON(http.MethodPatch, records(test.collection, test.id), map[string]any{name: value})
			if got.Status >= 500 || got.Status >= 400 && len(got.Field("message").(string)) < 10 {
				t.Errorf("%s.%s as %s: %d %s", test.collection, name, test.as, got.Status, got.Body)
			}
			after := h.row(t, test.collection, test.id)
			delete(before, "updated")
			for cell := range before {
				if before[cell] != after[cell] {
					t.Errorf("%s.%s = %v as %s (%d) made %s of %s = %s", test.collection, name, value, test.as, got.Status, after[cell].String, cell, before[cell].String)
				}
			}
			if got.Status >= 400 && h.dump(t, room) != dump {
				t.Errorf("%s.%s was refused, and yet something changed", test.collection, name)
			}
		}
		if tried < 3 {
			t.Fatalf("premise: only %d fields of %s were tried", tried, test.collection)
		}
	}
	h.recount(t, room)
}

// The same where a record is made.
func TestEveryFieldThatIsKeptFromTheStart(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	others := h.strangers(t)
	for _, test := range []struct {
		collection, as string
		fields         map[string]any // that they may choose
	}{
		{store.Messages, "bob", map[string]any{"room": room, "body": "Hi", "client_id": "c-9", "reply_to": message.Id}},
		{store.Members, "ann", map[string]any{"room": room, "user": h.eve.Id, "role": "member"}},
		{store.Reactions, "bob", map[string]any{"message": message.Id, "emoji": "👍"}},
	} {
		collection, err := h.FindCollectionByNameOrId(test.collection)
		must(t, err)
		body := map[string]any{}
		for _, field := range collection.Fields {
			if value := forged(field, "0", others); value != nil && field.GetName() != "id" {
				body[field.GetName()] = value
			}
		}
		for name, value := range test.fields {
			body[name] = value
		}
		got := h.client(test.as).JSON(http.MethodPost, records(test.collection), body)
		if got.Status != 200 {
			t.Fatalf("%s: %d %s", test.collection, got.Status, got.Body)
		}
		row := h.row(t, test.collection, got.Field("id").(string))
		for name, value := range body {
			cell := row[name].String
			if _, own := test.fields[name]; own {
				continue
			}
			if text, ok := value.(string); ok && cell == text || strings.Contains(cell, "2001-") || cell == "999" || strings.Contains(cell, `"created"`) {
				t.Errorf("%s.%s is %s, as it was sent", test.collection, name, cell)
			}
		}
		// Records of a room that they are not in, in each relation by itself.
		for _, field := range collection.Fields {
			relation, ok := field.(*core.RelationField)
			if !ok || relation.CollectionId == h.eve.Collection().Id {
				continue
			}
			body := map[string]any{}
			for name, value := range test.fields {
				body[name] = value
			}
			body["client_id"], body[field.GetName()] = "c-10", others[relation.CollectionId]
			before := h.dump(t, room, others[relation.CollectionId])
			got := h.client(test.as).JSON(http.MethodPost, records(test.collection), body)
			if got.Status != 400 && got.Status != 404 || h.dump(t, room, others[relation.CollectionId]) != before {
				t.Errorf("%s with another room's %s: %d %s", test.collection, field.GetName(), got.Status, got.Body)
			}
		}
	}
	h.recount(t, room)
}
