package guard_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func TestRecordTopicsAreRefused(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	subscribe := func(who string, topics ...string) chattest.Answer {
		client := subscriptions.NewDefaultClient()
		h.SubscriptionsBroker().Register(client)
		defer h.SubscriptionsBroker().Unregister(client.Id())
		return h.client(who).JSON(http.MethodPost, "/api/realtime", map[string]any{"clientId": client.Id(), "subscriptions": topics})
	}
	for _, name := range []string{store.Rooms, store.Members, store.Messages, store.Reactions} {
		collection, err := h.FindCollectionByNameOrId(name)
		must(t, err)
		for _, topic := range []string{name, name + "/*", name + "/" + message.Id, collection.Id, collection.Id + "/*", name + "?options=%7B%7D", name + "/*?x=1"} {
			got := subscribe("ann", "users/*", topic)
			if got.Status != 400 || !strings.Contains(got.Body, "chat/rooms/ID") {
				t.Errorf("%s: %d %s", topic, got.Status, got.Body)
			}
			if got := subscribe("root", topic); got.Status != 204 {
				t.Errorf("%s as a superuser: %d %s", topic, got.Status, got.Body)
			}
		}
	}
	if got := subscribe("ann", "users/*", "chatter/*", room); got.Status != 204 {
		t.Errorf("topics that are not ours: %d %s", got.Status, got.Body)
	}
}

func TestAThousandMembersAtOnce(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = fmt.Sprintf("crowd%010d", i)
	}
	_, err := h.NonconcurrentDB().NewQuery("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999) " +
		"INSERT INTO users (id, email, name, tokenKey, password) SELECT 'crowd' || SUBSTR('0000000000' || i, -10), 'crowd' || i || '@example.com', 'Person ' || i, 'key' || i, 'x' FROM n").Execute()
	must(t, err)
	room, _ := h.friends(t)
	before := h.dump(t, room)
	many := []string{"name", "Crowd"}
	for _, id := range ids {
		many = append(many, "members", id)
	}
	for path, status := range map[string]int{"/chat/new-group/": 422, "/chat/" + room + "/edit/": 422} {
		got := h.client("ann").Post(path, chattest.Form(many...))
		if got.Status != status || !strings.Contains(got.Body, "at most 100 people at once") {
			t.Errorf("%s: %d %s", path, got.Status, got.Body)
		}
	}
	if after := h.dump(t, room); after != before {
		t.Error("refused, and yet something was written")
	}
	if _, err := h.Chat.CreateGroup(h.ann.Id, chatplugin.Group{Name: "Crowd", Members: ids}); chat.AsError(err) == nil {
		t.Errorf("1,001 members: %v", err)
	}
	if after := h.dump(t, room); after != before {
		t.Error("refused, and yet something was written")
	}
	// One fewer fits, and all of them are told of in one sentence.
	crowd, err := h.Chat.CreateGroup(h.ann.Id, chatplugin.Group{Name: "Crowd", Members: ids[:999]})
	must(t, err)
	if got := h.room(t, crowd); got.Members != 1000 || got.Rev != 1 {
		t.Errorf("the crowd is %+v", got)
	}
	h.recount(t, crowd)
	if err := h.post(h.ann, "/chat/"+crowd+"/edit/", "members", h.bob.Id); err == nil || !strings.Contains(err.Error(), "at most 1000 members") {
		t.Errorf("one more than a thousand: %v", err)
	}
	h.recount(t, crowd)
}

// Adding is all or nothing, whoever else adds at the same time.
func TestAddingAtOnce(t *testing.T) {
	h := newHouse(t, chatplugin.Config{Limits: chatplugin.Limits{GroupMembers: 10}})
	room, _ := h.friends(t)
	var crowd []string
	for i := range 12 {
		crowd = append(crowd, h.User(fmt.Sprint("Person ", i)).Id)
	}
	added := make([]bool, 6)
	together(6, func(i int) {
		form := chattest.Form("members", crowd[2*i], "members", crowd[2*i+1])
		got, err := tryForm(h.Client(h.ann), "/chat/"+room+"/edit/", form)
		added[i] = err == nil && got.Status == 200
		if err != nil || got.Status >= 500 {
			t.Errorf("%v %d %s", err, got.Status, got.Body)
		}
	})
	h.recount(t, room)
	for i := range added {
		one, two := memberOf(t, h, room, crowd[2*i]), memberOf(t, h, room, crowd[2*i+1])
		if one != two || one != added[i] {
			t.Errorf("pair %d: answered %v, in it %v and %v", i, added[i], one, two)
		}
	}
	if n := h.room(t, room).Members; n != 10 {
		t.Errorf("%d members, and room for 10", n)
	}
	same := make([]error, 10)
	late := h.User("Late")
	must(t, h.Delete(h.Member(room, h.carl)))
	together(10, func(i int) { same[i] = h.post(h.ann, "/chat/"+room+"/edit/", "members", late.Id) })
	for _, err := range same {
		if err != nil {
			t.Errorf("adding the same person: %v", err)
		}
	}
	h.recount(t, room)
}

func memberOf(t *testing.T, h *house, room, user string) bool {
	t.Helper()
	_, err := store.FindMember(h, room, user)
	if err != nil && err != chat.ErrNoRoom {
		t.Error(err)
	}
	return err == nil
}

// Who sends while a room is being deleted is told that it is gone, or was heard
// before; nothing is left half-written.
func TestSendingIntoARoomThatIsGoing(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	for range 5 {
		room, _ := h.friends(t)
		people := []*core.Record{h.ann, h.adam, h.bob, h.carl}
		statuses := make([]int, 40)
		together(len(statuses), func(i int) {
			var got chattest.Answer
			var err error
			switch {
			case i == 20:
				got, err = tryForm(h.Client(h.ann), "/chat/"+room+"/delete-group/", chattest.Form())
			case i%3 == 0:
				got, err = tryJSON(h.Client(people[i%4]), http.MethodPost, records(store.Messages), map[string]any{"room": room, "body": "Hi"})
			case i%3 == 1:
				got, err = tryForm(h.Client(people[i%4]), "/chat/"+room+"/read/", chattest.Form("rev", "2"))
			default:
				got, err = tryForm(h.Client(people[i%4]), "/chat/"+room+"/send/", chattest.Form("body", "Hi"))
			}
			if err != nil {
				t.Error(err)
			}
			statuses[i] = got.Status
		})
		for i, status := range statuses {
			if allowed := []int{200, 204, 400, 404}; !slices.Contains(allowed, status) {
				t.Errorf("request %d was answered %d", i, status)
			}
		}
		h.eventually(t, "the room is gone", func() bool {
			_, err := store.FindRoom(h, room)
			return err == chat.ErrNoRoom
		})
		if left := h.rows(t, room); left != 0 || h.Member(room, h.bob) != nil {
			t.Errorf("%d messages are left", left)
		}
	}
}

// Texts and names of every kind leave the room readable by every means.
func TestFilesOnly(t *testing.T) {
	h := newHouse(t, chatplugin.Config{Limits: chatplugin.Limits{Files: 2, FileBytes: 100}})
	room, _ := h.friends(t)
	message, _ := h.withFile(t, room, "small")
	if got := h.Find(store.Messages, message.Id); got.GetString("body") != "" || len(got.GetStringSlice("files")) != 1 {
		t.Errorf("a message of a file alone became %v", got.FieldsData())
	}
	got := h.client("bob").JSON(http.MethodPatch, records(store.Messages, message.Id), map[string]any{"files": []string{}})
	if got.Status != 400 {
		t.Errorf("an empty message is left: %d %s", got.Status, got.Body)
	}
	message.Set("body", "Now with words")
	must(t, h.Save(message))
	got = h.client("bob").JSON(http.MethodPatch, records(store.Messages, message.Id), map[string]any{"files": []string{}})
	if got.Status != 200 || len(h.stored(t, "small")) != 0 {
		t.Errorf("taking the file off: %d %s, stored %v", got.Status, got.Body, h.stored(t, "small"))
	}
	h.recount(t, room)
	for name, count := range map[string]int{"too many": 3, "too large": 1} {
		before := h.dump(t, room)
		draft := chatplugin.Draft{Room: room, Author: h.bob.Id}
		for i := range count {
			size := 10
			if name == "too large" {
				size = 101
			}
			draft.Files = append(draft.Files, fileOf(t, fmt.Sprint("f", i, ".txt"), strings.Repeat("x", size)))
		}
		if _, err := h.Chat.Send(draft); chat.AsError(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
		if after := h.dump(t, room); after != before || len(h.stored(t, "xxxxxxxxxx")) != 0 {
			t.Errorf("%s: something was written", name)
		}
	}
}

func TestPicturesOfGroups(t *testing.T) {
	h := newHouse(t, chatplugin.Config{Limits: chatplugin.Limits{AvatarBytes: 1000}})
	room, _ := h.friends(t)
	group := h.Find(store.Rooms, room)
	group.Set("avatar", fileOf(t, "us.gif", "GIF89a\x01\x00\x01\x00\x00\x00\x00;"))
	must(t, h.Save(group))
	last, err := h.FindRecordsByFilter(store.Messages, "room = {:room}", "-seq", 1, 0, map[string]any{"room": room})
	must(t, err)
	if name := h.room(t, room).Avatar; name == "" || !strings.Contains(last[0].GetString("event"), string(chat.Pictured)) {
		t.Errorf("the picture is %q, and the group heard %s", name, last[0].GetString("body"))
	}
	stale := h.Find(store.Rooms, room)
	stale.Set("description", "Us")
	must(t, h.Save(stale))
	for name, file := range map[string]string{"too large": "GIF89a" + strings.Repeat("x", 1000), "no picture": "#!/bin/sh"} {
		before := h.dump(t, room)
		group := h.Find(store.Rooms, room)
		group.Set("avatar", fileOf(t, "us.gif", file))
		if err := h.Save(group); err == nil || statusOf(err) != 400 {
			t.Errorf("%s: %v", name, err)
		}
		if after := h.dump(t, room); after != before {
			t.Errorf("%s: something was written", name)
		}
	}
	direct := h.Find(store.Rooms, h.Direct(h.ann, h.bob))
	direct.Set("avatar", fileOf(t, "us.gif", "GIF89a\x01\x00\x01\x00\x00\x00\x00;"))
	if err := h.Save(direct); chat.AsError(err) == nil {
		t.Errorf("a direct room got a picture: %v", err)
	}
}
