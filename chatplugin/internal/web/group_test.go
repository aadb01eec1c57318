package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// club is a group with somebody of each role, and an outsider.
type club struct {
	*chattest.App
	room                        string
	owner, admin, member, other *core.Record
}

func newClub(t *testing.T, config chatplugin.Config) club {
	t.Helper()
	app := chattest.NewApp(t, config).Serve()
	people := app.Users("Olga", "Adam", "Mary", "Otto")
	c := club{App: app, owner: people[0], admin: people[1], member: people[2], other: people[3]}
	c.room = app.Group("Club", c.owner, c.admin, c.member)
	if got := c.post(c.owner, "edit", "action", "role", "user", c.admin.Id, "role", "admin"); got.Status != 200 {
		t.Fatalf("no admin: %d %s", got.Status, got.Body)
	}
	return c
}

func (c club) post(as *core.Record, action string, form ...string) chattest.Answer {
	return c.Client(as).Post("/chat/"+c.room+"/"+action+"/", chattest.Form(form...))
}

func (c club) role(user *core.Record) string {
	if member := c.Member(c.room, user); member != nil {
		return member.GetString("role")
	}
	return ""
}

func TestEditingAGroup(t *testing.T) {
	c := newClub(t, chatplugin.Config{})
	details := c.post(c.admin, "edit", "action", "details", "name", "New name", "description", "About it")
	if to := details.Header.Get("HX-Redirect"); details.Status != 204 || to != "/chat/"+c.room+"/info/" {
		t.Errorf("details: %d to %q", details.Status, to)
	}
	room := c.Find("chat_rooms", c.room)
	if room.GetString("name") != "New name" || room.GetString("description") != "About it" {
		t.Errorf("it is %q, %q", room.GetString("name"), room.GetString("description"))
	}
	if info := c.Client(c.member).Get("/chat/" + c.room + "/info/"); !strings.Contains(info.Body, "About it") {
		t.Error("the details page does not show it")
	}
	added := c.post(c.admin, "edit", "action", "add", "members", c.other.Email(), "members", "")
	if added.Status != 200 || c.role(c.other) != "member" || !strings.Contains(added.Body, "Otto") {
		t.Errorf("add: %d %s", added.Status, added.Body)
	}
	if removed := c.post(c.admin, "edit", "action", "remove", "user", c.other.Id); removed.Status != 200 || c.role(c.other) != "" {
		t.Errorf("remove: %d, %q", removed.Status, c.role(c.other))
	}
	page := c.Client(c.owner).Do("POST", "/chat/"+c.room+"/edit/", strings.NewReader("action=role&role=admin&user="+c.member.Id),
		append(asPage, "Content-Type", "application/x-www-form-urlencoded")...)
	if page.Status != 303 || page.Header.Get("Location") != "/chat/"+c.room+"/edit/" || c.role(c.member) != "admin" {
		t.Errorf("role: %d to %q, %q", page.Status, page.Header.Get("Location"), c.role(c.member))
	}
	for _, fields := range []map[string]any{
		{"name": "By JSON"}, {"user": c.member.Id, "role": "member"}, {"members": []string{c.other.Id}}, {"remove": c.other.Id},
	} {
		if got := c.Client(c.owner).JSON("POST", "/chat/"+c.room+"/edit", fields); got.Status != 204 {
			t.Errorf("JSON %v: %d %s", fields, got.Status, got.Body)
		}
	}
	if got := c.Find("chat_rooms", c.room).GetString("name"); got != "By JSON" {
		t.Errorf("it is %q", got)
	}
}

func TestWhoMayEdit(t *testing.T) {
	c := newClub(t, chatplugin.Config{})
	direct := c.Direct(c.owner, c.other)
	tests := []struct {
		name string
		as   *core.Record
		form []string
		want int
	}{
		{"a member renames", c.member, []string{"action", "details", "name", "Mine"}, 403},
		{"a member adds", c.member, []string{"action", "add", "members", "nobody@example.com"}, 403},
		{"a member removes", c.member, []string{"action", "remove", "user", c.admin.Id}, 403},
		{"a member rises", c.member, []string{"action", "role", "user", c.member.Id, "role", "owner"}, 403},
		{"an admin removes an owner", c.admin, []string{"action", "remove", "user", c.owner.Id}, 403},
		{"an admin rises", c.admin, []string{"action", "role", "user", c.admin.Id, "role", "owner"}, 403},
		{"the last owner steps down", c.owner, []string{"action", "role", "user", c.owner.Id, "role", "member"}, 403},
		{"an unknown role", c.owner, []string{"action", "role", "user", c.member.Id, "role", "king"}, 422},
		{"no name", c.owner, []string{"action", "details", "name", " "}, 422},
		{"an unknown e-mail", c.owner, []string{"action", "add", "members", "typo@exmaple.com"}, 422},
		{"somebody who is not there", c.owner, []string{"action", "remove", "user", c.other.Id}, 422},
		{"an id of the wrong shape", c.owner, []string{"action", "remove", "user", "../x' OR 1"}, 422},
		{"an unknown action", c.owner, []string{"action", "fly"}, 422},
		{"nothing", c.owner, nil, 422},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := c.post(test.as, "edit", test.form...)
			doc := parse(t, got.Body)
			if got.Status != test.want || said(doc.Selection) == "" {
				t.Errorf("%d, want %d: %s", got.Status, test.want, got.Body)
			}
			if test.want == 422 && doc.Find("#chat-edit form").Length() < 3 {
				t.Errorf("the forms are not there: %s", got.Body)
			}
			status := map[int]int{403: 403, 422: 400}[test.want]
			json := c.Client(test.as).Post("/chat/"+c.room+"/edit/", chattest.Form(test.form...), "Accept", "application/json", "HX-Request", "")
			if json.Status != status || json.Field("message") == "" {
				t.Errorf("JSON: %d %s", json.Status, json.Body)
			}
		})
	}
	if c.role(c.owner) != "owner" || c.role(c.admin) != "admin" || c.role(c.member) != "member" || c.Find("chat_rooms", c.room).GetString("name") != "Club" {
		t.Error("something of it was done")
	}
	for user, want := range map[*core.Record]int{c.owner: 200, c.admin: 200, c.member: 403, c.other: 404} {
		if got := c.Client(user).Get("/chat/" + c.room + "/edit/"); got.Status != want {
			t.Errorf("the form for %s: %d, want %d", user.GetString("name"), got.Status, want)
		}
	}
	if got := c.Client(c.owner).Get("/chat/" + direct + "/edit/"); got.Status != 403 {
		t.Errorf("a direct room's form: %d", got.Status)
	}
}

func TestGroupPicture(t *testing.T) {
	c := newClub(t, chatplugin.Config{Limits: chatplugin.Limits{AvatarBytes: 5000}})
	send := func(fields, uploads [][3]string) chattest.Answer {
		body, contentType := files(t, append(fields, [3]string{"action", "details"}), uploads)
		return c.Client(c.owner).Do("POST", "/chat/"+c.room+"/edit/", strings.NewReader(body), "Content-Type", contentType, "HX-Request", "true")
	}
	if got := send([][3]string{{"name", "Club"}}, [][3]string{{"avatar", "dot.png", dot}}); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	src := parse(t, c.Client(c.member).Get("/chat/").Body).Find("[data-room='"+c.room+"'] img").AttrOr("src", "")
	picture := c.Client(c.member).Get(src)
	if picture.Status != 200 || picture.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(picture.Body, "\x89PNG") {
		t.Errorf("%q: %d %s", src, picture.Status, picture.Header.Get("Content-Type"))
	}
	if got := c.Client(c.other).Get(src); got.Status != 404 {
		t.Errorf("a stranger sees it: %d", got.Status)
	}
	if got := send(nil, [][3]string{{"avatar", "evil.svg", `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`}}); got.Status != 422 {
		t.Errorf("an SVG: %d %s", got.Status, got.Body)
	}
	if got := send(nil, [][3]string{{"avatar", "big.png", dot + strings.Repeat("x", 6000)}}); got.Status != 413 {
		t.Errorf("a large one: %d", got.Status)
	}
	if got := send([][3]string{{"avatar_remove", "1"}}, nil); got.Status != 204 {
		t.Errorf("taking it away: %d %s", got.Status, got.Body)
	}
	if got := c.Client(c.member).Get(src); got.Status != 404 {
		t.Errorf("it is gone, and answers %d", got.Status)
	}
}

func TestTwoAdminsRemoveEachOther(t *testing.T) {
	c := newClub(t, chatplugin.Config{})
	if got := c.post(c.owner, "edit", "action", "role", "user", c.admin.Id, "role", "owner"); got.Status != 200 {
		t.Fatal(got.Body)
	}
	pairs := [][2]*core.Record{{c.owner, c.admin}, {c.admin, c.owner}}
	answers := make([]chattest.Answer, 2)
	var wg sync.WaitGroup
	for i, pair := range pairs {
		wg.Go(func() {
			answers[i], _ = c.Client(pair[0]).Try("POST", "/chat/"+c.room+"/edit/", strings.NewReader("action=remove&user="+pair[1].Id),
				"Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json")
		})
	}
	wg.Wait()
	done := 0
	for _, answer := range answers {
		switch answer.Status {
		case 204:
			done++
		case 400, 403, 404:
		default:
			t.Errorf("%d %s", answer.Status, answer.Body)
		}
	}
	if left := c.role(c.owner) + c.role(c.admin); done != 1 || left != "owner" {
		t.Errorf("%d of two went through, left is %q", done, left)
	}
}

func TestLeaving(t *testing.T) {
	c := newClub(t, chatplugin.Config{})
	if got := c.post(c.owner, "leave"); got.Status >= 300 || got.Header.Get("HX-Redirect") != "/chat/" {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if c.role(c.admin) != "owner" {
		t.Errorf("the admin is %q now", c.role(c.admin))
	}
	if got := c.Client(c.owner).Get("/chat/" + c.room + "/"); got.Status != 404 {
		t.Errorf("who left sees %d", got.Status)
	}
	direct := c.Direct(c.admin, c.member)
	for _, headers := range [][]string{asPage, asHTMX, asJSON} {
		got := c.Client(c.admin).Do("POST", "/chat/"+direct+"/leave", nil, headers...)
		if got.Status != 403 || !strings.Contains(got.Body, "Delete it for yourself") {
			t.Errorf("a direct room: %d %s", got.Status, got.Body)
		}
	}
	for _, user := range []*core.Record{c.member, c.admin} {
		if got := c.Client(user).Do("POST", "/chat/"+c.room+"/leave/", nil, asJSON...); got.Status != 204 {
			t.Errorf("%d %s", got.Status, got.Body)
		}
	}
	if _, err := c.FindRecordById("chat_rooms", c.room); err == nil {
		t.Error("the empty group is there still")
	}
}

func TestDeletingAGroup(t *testing.T) {
	c := newClub(t, chatplugin.Config{})
	direct := c.Direct(c.admin, c.member)
	if got := c.post(c.member, "delete-group"); got.Status != 403 {
		t.Errorf("a member: %d", got.Status)
	}
	if got := c.Client(c.admin).Post("/chat/"+direct+"/delete-group/", nil); got.Status != 403 {
		t.Errorf("a direct room: %d", got.Status)
	}
	if got := c.post(c.admin, "delete-group"); got.Status >= 300 {
		t.Errorf("an admin: %d %s", got.Status, got.Body)
	}
	for _, user := range []*core.Record{c.owner, c.admin, c.member} {
		if got := c.Client(user).Get("/chat/" + c.room + "/"); got.Status != 404 {
			t.Errorf("afterwards: %d", got.Status)
		}
		if c.Unread(user) != 0 {
			t.Error("it is counted still")
		}
	}
}

func TestListPagesAndFilters(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob 100%")
	for i := range 70 {
		app.Group(fmt.Sprintf("Room %d_x", i), ann)
	}
	app.Message(app.Direct(ann, bob), bob, "hello")
	client := app.Client(ann)
	doc := parse(t, client.Get("/chat/").Body)
	seen := map[string]bool{}
	for pages := 0; ; pages++ {
		rows := doc.Find("[data-room]")
		for i := range rows.Length() {
			seen[rows.Eq(i).AttrOr("data-room", "")] = true
		}
		more := doc.Find("a[data-more-rooms]")
		if more.Length() == 0 || pages > 10 {
			break
		}
		answer := client.Get(more.AttrOr("href", ""), asHTMX...)
		if doc = parse(t, answer.Body); answer.Status != 200 || doc.Find("#chat-rooms").Length() != 0 {
			t.Fatalf("a next page: %d %s", answer.Status, answer.Body)
		}
	}
	if len(seen) != 71 {
		t.Errorf("%d rooms on all pages", len(seen))
	}
	for q, want := range map[string]int{
		"bob": 1, "100%": 1, "Room 6": 11, "room_": 0, "%": 1, "_": 30, "nobody": 0, "'": 0, "": 30, strings.Repeat("x", 9000): 0, "\xff\x00": 30,
	} {
		answer := client.Get("/chat/list-partial/?q="+url.QueryEscape(q), asHTMX...)
		doc := parse(t, answer.Body)
		if got := doc.Find("[data-room]").Length(); answer.Status != 200 || got != want {
			t.Errorf("%.20q: %d with %d rooms, want %d", q, answer.Status, got, want)
		}
		if total := doc.Find("[data-unread-total]").AttrOr("data-unread-total", ""); total != "1" {
			t.Errorf("%.20q: the total is of all rooms, not %s", q, total)
		}
	}
	for _, cursor := range []string{"x", "-", "20260101000000.000-../x", "20260101000000.000"} {
		if got := client.Get("/chat/list-partial/?before="+url.QueryEscape(cursor), asHTMX...); got.Status != 400 {
			t.Errorf("the cursor %q: %d", cursor, got.Status)
		}
	}
	if got := client.Get("/chat/list-partial/?before=20260101000000.000-abcdefghijklmno", asPage...); parse(t, got.Body).Find("body[data-chat]").Length() != 1 {
		t.Error("followed without script, it is no page")
	}
}
