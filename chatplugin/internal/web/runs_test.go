package web_test

import (
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// TestPagesDrawnOnce holds that a page which was read and drawn before is as it
// has to be now, whatever changed since.
func TestPagesDrawnOnce(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{})
	heard := listen(app) // before anything runs beside the test
	app.Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Group("Friends", ann, bob)
	first := app.Message(room, bob, "The first words")
	second := app.Message(room, bob, "The second words")
	page, bobs := app.Browser(ann), app.Browser(bob)
	paths := []string{"/chat/" + room + "/", "/chat/" + room + "/messages/?before=" + second.Id, "/chat/" + room + "/messages/"}
	reads := func(path string, extra ...string) string {
		got := page.Get(path, extra...)
		if got.Status != 200 {
			t.Fatalf("%s: %d", path, got.Status)
		}
		return got.Body
	}
	for _, path := range paths {
		reads(path)
		seen := heard.during(func() { reads(path) })
		for _, query := range seen {
			if strings.Contains(query, "SUBSTR(q.[[body]]") && strings.Contains(query, "LIMIT") {
				t.Fatalf("%s is not drawn from memory: %s", path, query)
			}
		}
	}
	changes := []struct {
		name  string
		do    func()
		shows string
	}{
		{"an edit", func() {
			record := app.Find("chat_messages", first.Id)
			record.Set("body", "Other words")
			if err := app.Save(record); err != nil {
				t.Fatal(err)
			}
		}, "Other words"},
		{"a name", func() {
			record := app.Find("users", bob.Id)
			record.Set("name", "Robert")
			if err := app.Save(record); err != nil {
				t.Fatal(err)
			}
		}, "Robert"},
		{"a deletion", func() {
			if err := app.Chat.DeleteMessage(first.Id); err != nil {
				t.Fatal(err)
			}
		}, "data-deleted"},
	}
	for _, change := range changes {
		for _, path := range paths {
			if strings.Contains(reads(path), change.shows) {
				t.Fatalf("%s shows %q before %s", path, change.shows, change.name)
			}
		}
		change.do()
		for _, path := range paths {
			if !strings.Contains(reads(path), change.shows) {
				t.Errorf("%s does not show %s", path, change.name)
			}
		}
	}
	for _, path := range paths {
		if german := reads(path, "Accept-Language", "de"); !strings.Contains(german, "gelöscht") || strings.Contains(reads(path), "gelöscht") {
			t.Errorf("%s is not in the language of who asks", path)
		}
	}
	if got := bobs.Post("/chat/"+room+"/leave/", nil); got.Status >= 400 {
		t.Fatal(got.Status)
	}
	if got := bobs.Get(paths[0]); got.Status != 404 {
		t.Errorf("who left gets %d", got.Status)
	}
}
