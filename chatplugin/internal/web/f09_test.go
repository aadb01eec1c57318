package web_test

import (
	"encoding/json"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// TestF09_TotalGoesWithTheList: pages count on from the total and from each
// room's count. While somebody writes, the two must be of one moment: what lay
// between them would be counted twice, or never.
func TestF09_TotalGoesWithTheList(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{})
	people := app.Users("Ann", "Bob")
	ann, bob := people[0], people[1]
	room := app.Direct(ann, bob)
	app.Message(room, bob, "first")
	app.Serve()
	client := app.Client(ann)

	written := make(chan struct{})
	go func() {
		defer close(written)
		for range 150 {
			app.Message(room, bob, "another")
		}
	}()
	seen := map[int]bool{}
	for writing := true; writing; {
		select {
		case <-written:
			writing = false
		default:
		}
		for _, path := range []string{"/chat/widget-state/?rooms=1", "/chat/list-partial/", "/chat/unread/?rooms=1"} {
			var counts struct {
				Unread int                    `json:"unread"`
				Total  int                    `json:"total"` // as /unread/ calls it
				Rooms  []struct{ Unread int } `json:"rooms"`
			}
			answer := client.Get(path, "Accept", "application/json")
			if err := json.Unmarshal([]byte(answer.Body), &counts); err != nil || len(counts.Rooms) != 1 {
				t.Fatalf("%s: %d %s (%v)", path, answer.Status, answer.Body, err)
			}
			if total := counts.Unread + counts.Total; total != counts.Rooms[0].Unread {
				t.Errorf("%s: the total is %d, the rooms' sum %d", path, total, counts.Rooms[0].Unread)
			}
			seen[counts.Rooms[0].Unread] = true
		}
	}
	if len(seen) < 3 {
		t.Errorf("the premise does not hold: nothing was written between two looks, of which %d differ", len(seen))
	}
	if !seen[151] {
		t.Error("the last look does not show what was written")
	}
}
