package live_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// ungrouped takes off what a page says of a message's neighbours.
var ungrouped = strings.NewReplacer(" data-first", "", " data-last", "")

// mirrored holds that a message frame is shaped as the contract says, and that
// its html is what the room's page shows, byte for byte.
func mirrored(h *house, viewer *core.Record, room string, frame chattest.Frame) {
	h.t.Helper()
	names := keys(h.t, frame.Raw())
	if !slices.Equal(names, []string{"type", "room", "rev", "message", "html"}) {
		h.t.Errorf("the keys are %v", names)
	}
	if frame.Text("room") != room || frame.Message().Text("room") != room {
		h.t.Errorf("the room is %q and %q", frame.Text("room"), frame.Message().Text("room"))
	}
	row := h.Find(store.Messages, frame.Message().Text("id"))
	for _, field := range []string{"author", "kind", "body", "reply_to", "client_id", "edited", "deleted", "created"} {
		if got, want := frame.Message().Text(field), row.GetString(field); got != want {
			h.t.Errorf("%s is %q, in the row %q", field, got, want)
		}
	}
	for _, field := range []string{"seq", "rev"} {
		if got, want := frame.Message().Int(field), int64(row.GetInt(field)); got != want {
			h.t.Errorf("%s is %d, in the row %d", field, got, want)
		}
	}
	for _, path := range []string{room + "/", room + "/messages/"} {
		page := h.Client(viewer).Get("/chat/" + path)
		if page.Status != http.StatusOK || !strings.Contains(ungrouped.Replace(page.Body), frame.Text("html")) {
			h.t.Errorf("%s: %d; it does not show %s", path, page.Status, frame.Text("html"))
		}
	}
}

func TestEveryEntranceOfAMessageIsToldAlike(t *testing.T) {
	h := inOneLanguage(t)
	s := h.open(h.bob, h.group)
	for _, entrance := range entrances {
		t.Run(entrance.name, func(t *testing.T) {
			h.t = t
			id, fragment := entrance.send(h, h.group, h.ann, "**Hello** from "+entrance.name)
			frame := message(s, h.Rev(h.group))
			if frame.Message().Text("id") != id || frame.Message().Text("author") != h.ann.Id {
				t.Fatalf("got %s", frame.Raw())
			}
			mirrored(h, h.bob, h.group, frame)
			if fragment != "" && fragment != frame.Text("html") {
				t.Errorf("the sender was answered\n%s\nand others were sent\n%s", fragment, frame.Text("html"))
			}
		})
	}
}

func TestEveryChangeOfAMessageIsToldAlike(t *testing.T) {
	h := inOneLanguage(t)
	s := h.open(h.bob, h.group)
	superuser := h.WithToken(h.Superuser())
	fields := func(pairs map[string]any) map[string]any { return pairs }
	edit := fields(map[string]any{"body": "edited"})
	reaction := func(message string) map[string]any {
		return map[string]any{"message": message, "user": h.ann.Id, "emoji": "👍"}
	}
	for _, change := range []struct {
		name string
		do   func(message string)
		want func(chattest.Frame) bool
	}{
		{"edited over REST", func(m string) { h.rest(h.Client(h.ann), http.MethodPatch, store.Messages, m, edit) }, edited},
		{"edited by a superuser", func(m string) { h.rest(superuser, http.MethodPatch, store.Messages, m, edit) }, edited},
		{"edited by a save", func(m string) { h.change(store.Messages, m, edit) }, edited},
		{"deleted over REST", func(m string) { h.rest(h.Client(h.ann), http.MethodDelete, store.Messages, m, nil) }, tombstone},
		{"deleted by a superuser", func(m string) { h.rest(superuser, http.MethodDelete, store.Messages, m, nil) }, tombstone},
		{"deleted by a save", func(m string) { h.change(store.Messages, m, map[string]any{"deleted": "2030-01-01 00:00:00.000Z"}) }, tombstone},
		{"deleted by the host", func(m string) {
			if err := h.Chat.DeleteMessage(m); err != nil {
				t.Fatal(err)
			}
		}, tombstone},
		{"reacted to over REST", func(m string) { h.rest(h.Client(h.ann), http.MethodPost, store.Reactions, "", reaction(m)) }, unedited},
		{"reacted to by a superuser", func(m string) { h.rest(superuser, http.MethodPost, store.Reactions, "", reaction(m)) }, unedited},
		{"reacted to by a save", func(m string) { h.React(m, h.ann, "👍") }, unedited},
		{"a reaction taken back", func(m string) {
			r := h.React(m, h.ann, "👍")
			message(s, h.Rev(h.group))
			h.delete(r)
		}, unedited},
	} {
		t.Run(change.name, func(t *testing.T) {
			h.t = t
			sent := h.Message(h.group, h.ann, "original")
			seq := message(s, h.Rev(h.group)).Int("rev")
			change.do(sent.Id)
			frame := message(s, h.Rev(h.group))
			if frame.Message().Text("id") != sent.Id || frame.Message().Int("seq") != seq || frame.Int("rev") <= seq || !change.want(frame) {
				t.Fatalf("got %s", frame.Raw())
			}
			mirrored(h, h.bob, h.group, frame)
		})
	}
	risesByOne(t, s.Revs())
}

func edited(f chattest.Frame) bool {
	return f.Message().Text("body") == "edited" && f.Message().Text("edited") != ""
}

func tombstone(f chattest.Frame) bool {
	return f.Message().Text("body") == "" && f.Message().Text("deleted") != "" && strings.Contains(f.Text("html"), "data-deleted")
}

func unedited(f chattest.Frame) bool {
	return f.Message().Text("body") == "original" && f.Message().Text("edited") == ""
}

// A save that changes nothing allots no revision and is not told.
func TestWhatChangesNothingIsNotTold(t *testing.T) {
	h := inOneLanguage(t)
	sent := h.Message(h.group, h.ann, "same")
	s := h.open(h.bob, h.group)
	rev := h.Rev(h.group)
	h.change(store.Messages, sent.Id, map[string]any{"body": "same"})
	h.rest(h.Client(h.ann), http.MethodPatch, store.Messages, sent.Id, map[string]any{"body": "same \n"})
	h.Message(h.group, h.ann, "marker")
	said(s, "marker")
	if got := s.Revs(); !slices.Equal(got, []int64{rev + 1}) {
		t.Fatalf("got %v, and the room was at %d", got, rev)
	}
}

func TestSystemMessagesCarryTheirEvent(t *testing.T) {
	h := inOneLanguage(t)
	s := h.open(h.bob, h.group)
	h.change(store.Rooms, h.group, map[string]any{"name": "Best friends"})
	frame := message(s, h.Rev(h.group))
	event, _ := frame.Message()["event"].(map[string]any)
	if frame.Message().Text("kind") != "system" || frame.Message().Text("author") != "" || event["type"] != "renamed" || event["name"] != "Best friends" {
		t.Fatalf("got %s", frame.Raw())
	}
	mirrored(h, h.bob, h.group, frame)
}

func TestRepliesShowWhatTheyAnswer(t *testing.T) {
	h := inOneLanguage(t)
	s := h.open(h.bob, h.group)
	first := h.Message(h.group, h.ann, "How are you?")
	answer := h.post(h.cid, h.group+"/send/", "body", "Well", "reply_to", first.Id)
	frame := said(s, "Well")
	if frame.Text("html") != answer.Body || !strings.Contains(answer.Body, "How are you?") {
		t.Fatalf("sent %s, answered %s", frame.Text("html"), answer.Body)
	}
	mirrored(h, h.bob, h.group, frame)
}
