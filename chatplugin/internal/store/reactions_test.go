package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/pocketbase/dbx"

	"pocketchat/chatplugin/internal/store"
)

// react writes a reaction by each of n people, in this order.
func (h *house) react(message, emoji string, n int) {
	h.t.Helper()
	for i := range n {
		h.exec("INSERT INTO chat_reactions (id, message, user, emoji, created, updated) VALUES ({:id}, {:message}, {:user}, {:emoji}, '', '')", dbx.Params{
			"id": fmt.Sprintf("%s%s%d", message, emoji, i), "message": message, "user": fmt.Sprintf("person%09d", 900-i), "emoji": emoji,
		})
	}
}

func TestReactionsComeWithTheirMessages(t *testing.T) {
	h := newHouse(t)
	h.group("room", "viewer", 10)
	h.react("room3", "👍", 2)
	h.react("room3", "❤️", 1)
	h.react("room5", "🎉", 50)
	read := map[string]func() ([]store.Message, error){
		"before": func() ([]store.Message, error) {
			rows, _, err := store.Before(h, "room", 0, 1<<60, 10)
			return rows, err
		},
		"from": func() ([]store.Message, error) {
			rows, _, err := store.From(h, "room", 0, 1, 10)
			return rows, err
		},
		"changed": func() ([]store.Message, error) {
			rows, _, err := store.ChangedAfter(h, "room", 0, 0, 10)
			return rows, err
		},
		"around": func() ([]store.Message, error) {
			window, err := store.Around(h, "room", 0, 4, 10, 10)
			return append(window.Before, window.After...), err
		},
		"one by one": func() (rows []store.Message, err error) {
			for i := range 10 {
				message, err := store.FindMessage(h, "room", fmt.Sprint("room", i+1))
				if err != nil {
					return nil, err
				}
				rows = append(rows, message)
			}
			return rows, nil
		},
	}
	for name, rows := range read {
		t.Run(name, func(t *testing.T) {
			messages, err := rows()
			must(t, err)
			if len(messages) != 10 {
				t.Fatalf("%d messages", len(messages))
			}
			for i, message := range messages {
				if i != 2 && i != 4 && message.Reactions() != nil {
					t.Errorf("message %d has %v", i+1, message.Reactions())
				}
			}
			few := messages[2].Reactions()
			if len(few) != 2 || few[0].Emoji != "👍" || few[0].Count != 2 || few[1].Emoji != "❤️" || few[1].Count != 1 {
				t.Fatalf("got %+v", few)
			}
			if !slices.Equal(few[0].Users, []string{"person000000900", "person000000899"}) {
				t.Errorf("who came first stands first: %v", few[0].Users)
			}
			many := messages[4].Reactions()
			if len(many) != 1 || many[0].Count != 50 || len(many[0].Users) != store.ReactionUsers {
				t.Fatalf("got %+v", many)
			}
			if last := many[0].Users[store.ReactionUsers-1]; last != "person000000881" {
				t.Errorf("the last one named is %q, perhaps cut", last)
			}
		})
	}
}

// Ids of a host's own making may be of any length: none is ever cut in half.
func TestReactionsNameWholeIDs(t *testing.T) {
	h := newHouse(t)
	h.group("room", "viewer", 1)
	for length := range 40 {
		user := fmt.Sprintf("%0*d", length+4, length)
		h.exec("INSERT INTO chat_reactions (id, message, user, emoji, created, updated) VALUES ({:user}, 'room1', {:user}, '👍', '', '')", dbx.Params{"user": user})
		message, err := store.FindMessage(h, "room", "room1")
		must(t, err)
		for i, id := range message.Reactions()[0].Users {
			if want := fmt.Sprintf("%0*d", i+4, i); id != want {
				t.Fatalf("with %d people: %q, want %q", length+1, id, want)
			}
		}
	}
}

// BenchmarkReactions reads the older page with three emoji by four people each
// under every message, and with none.
func BenchmarkReactions(b *testing.B) {
	for _, people := range []int{0, 4} {
		b.Run(fmt.Sprint("people=", people), func(b *testing.B) {
			h := newHouse(b)
			h.group("room", "viewer", 200)
			for i := range 200 {
				for _, emoji := range []string{"👍", "❤️", "🎉"} {
					h.react(fmt.Sprint("room", i+1), emoji, people)
				}
			}
			for b.Loop() {
				if rows, _, err := store.Before(h, "room", 0, 150, 30); err != nil || len(rows) != 30 {
					b.Fatal(len(rows), err)
				}
			}
		})
	}
}
