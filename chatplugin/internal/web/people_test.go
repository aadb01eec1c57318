package web_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

const peopleRecords = "/api/collections/chat_people/records"

// names are whom somebody sees in chat_people.
func names(t *testing.T, c *chattest.Client, filter string) string {
	t.Helper()
	got := c.Get(peopleRecords + "?sort=name&fields=name&skipTotal=1&filter=" + url.QueryEscape(filter))
	if got.Status != 200 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	return strings.NewReplacer(`"name":`, "", `"`, "", "{", "", "}", "").Replace(got.Body[strings.Index(got.Body, "[")+1 : strings.Index(got.Body, "]")])
}

func TestPeopleOfOnesRooms(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	people := app.Users("Ann", "Bob", "Cid", "Eve")
	ann, bob, cid, eve := people[0], people[1], people[2], people[3]
	group := app.Group("Crew", ann, bob, cid)
	app.Direct(ann, bob)

	for who, want := range map[*core.Record]string{ann: "Ann,Bob,Cid", cid: "Ann,Bob,Cid", eve: ""} {
		if got := names(t, app.Client(who), ""); got != want {
			t.Errorf("%s sees %q, want %q", who.GetString("name"), got, want)
		}
	}
	if got := names(t, app.Client(nil), ""); got != "" {
		t.Errorf("a guest sees %q", got)
	}
	got := app.Client(ann).Get(peopleRecords + "/" + bob.Id + "?expand=person,person.chat_members_via_user")
	if got.Status != 200 || strings.Contains(got.Body, "@example.com") || got.Field("email") != nil {
		t.Errorf("more than a name and a picture: %s", got.Body)
	}
	if got := app.Client(eve).Get(peopleRecords + "/" + bob.Id); got.Status != 404 {
		t.Errorf("a stranger's look: %d", got.Status)
	}

	// Out of the room, out of sight.
	if err := app.Chat.Kick(group, cid.Id); err != nil {
		t.Fatal(err)
	}
	if got := names(t, app.Client(cid), ""); got != "" {
		t.Errorf("removed, and sees %q", got)
	}
	if got := names(t, app.Client(ann), ""); got != "Ann,Bob" {
		t.Errorf("those left are %q", got)
	}
}

// TestF17_NoFilterFindsAnAddress holds that addresses cannot be guessed at by
// filters and orders over relations to people.
func TestF17_NoFilterFindsAnAddress(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	people := app.Users("Ann", "Bob")
	ann, bob := people[0], people[1]
	room := app.Direct(ann, bob)
	app.Message(room, bob, "hello")
	mail := bob.Email()
	for _, test := range []struct{ collection, always, asked string }{
		{"chat_people", `name = "Bob"`, `person.email = "` + mail + `"`},
		{"chat_people", `name = "Bob"`, `person.email ~ "example.com"`},
		{"chat_members", `room = "` + room + `" && user = "` + bob.Id + `"`, `user.email = "` + mail + `"`},
		{"chat_messages", `room = "` + room + `"`, `author.email ~ "@"`},
		{"chat_messages", `room = "` + room + `"`, `author.tokenKey != ""`},
		{"chat_rooms", `id = "` + room + `"`, `chat_members_via_room.user.email ?~ "@"`},
	} {
		list := func(filter string) chattest.Answer {
			return app.Client(ann).Get("/api/collections/" + test.collection + "/records?fields=id&filter=" + url.QueryEscape("("+filter+")"))
		}
		if got := list(test.always); got.Status != 200 || !strings.Contains(got.Body, `"id"`) {
			t.Fatalf("%s: the premise does not hold: %d %s", test.collection, got.Status, got.Body)
		}
		if got := list(test.always + " && " + test.asked); got.Status == 200 && strings.Contains(got.Body, `"id"`) {
			t.Errorf("%s: %s tells of an address: %s", test.collection, test.asked, got.Body)
		}
	}
}

// A host may change its users collection while the chat runs.
func TestPeopleFollowTheUsersCollection(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	people := app.Users("Ann", "Bob")
	app.Direct(people[0], people[1])
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		t.Fatal(err)
	}
	sees := func(want string) {
		t.Helper()
		got := app.Client(people[0]).Get(peopleRecords + "?sort=name")
		if got.Status != 200 || strings.Count(got.Body, want) != 1 {
			t.Errorf("no %s in %d %s", want, got.Status, got.Body)
		}
	}
	sees(`"name":"Ann"`)
	broken, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		t.Fatal(err)
	}
	broken.Fields.RemoveByName("name")
	app.OnCollectionUpdateExecute("users").BindFunc(func(e *core.CollectionEvent) error {
		if e.Collection == broken {
			return errors.New("not like this")
		}
		return e.Next()
	})
	if err := app.Save(broken); err == nil {
		t.Fatal("the premise does not hold: it was saved")
	}
	sees(`"name":"Ann"`)
	users.Fields.RemoveByName("avatar")
	if err := app.Save(users); err != nil {
		t.Fatal(err)
	}
	sees(`"name":"Ann"`)
	users.Fields.RemoveByName("name")
	if err := app.Save(users); err != nil {
		t.Fatal(err)
	}
	got := app.Client(people[0]).Get(peopleRecords)
	if got.Status != 200 || strings.Count(got.Body, `"name":""`) != 2 {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}
