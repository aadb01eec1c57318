package web_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pocketchat/chatplugin/chattest"
)

func (a *alone) people(t *testing.T) {
	info := decode(t, a.as(a.ann, "GET", "/chat/"+a.room+"/info/", nil))
	var names []string
	for _, m := range info["members"].([]any) {
		names = append(names, m.(map[string]any)["name"].(string))
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "Ann Bob Carl" || info["can_edit"] != true {
		t.Errorf("%s: %v", got, info)
	}
	members := a.list(a.bob, "chat_members", fmt.Sprintf("room=%q", a.room), "")
	seen := a.list(a.bob, "chat_people", fmt.Sprintf("id=%q || id=%q", a.ann.Id, a.eve.Id), "")
	if len(members) != 3 || len(seen) != 1 || seen[0].Text("name") != "Ann" {
		t.Errorf("%d members; people %v", len(members), seen)
	}
}

func (a *alone) settings(t *testing.T) {
	a.as(a.carl, "PATCH", records("chat_members", a.own(a.carl).Text("id")), map[string]any{"notify": "none", "pinned": true})
	if row, _ := a.row(a.carl, a.room); row["muted"] != true || row["pinned"] != true {
		t.Errorf("%v", row)
	}
}

func (a *alone) pages(t *testing.T) {
	for i := range 60 {
		a.Message(a.room, a.bob, fmt.Sprint("line ", i))
	}
	type page struct {
		Messages     []chattest.Frame
		Older, Newer bool
		Rev          int64
		Room         chattest.Frame
	}
	get := func(path string) (p page) {
		t.Helper()
		if err := json.Unmarshal([]byte(a.as(a.ann, "GET", "/chat/"+a.room+"/"+path, nil).Body), &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	bodies := func(p page) (first, last string) {
		return p.Messages[0].Text("body"), p.Messages[len(p.Messages)-1].Text("body")
	}
	opened := get("?latest=1")
	if first, last := bodies(opened); len(opened.Messages) != 50 || first != "line 10" || last != "line 59" || !opened.Older || opened.Newer ||
		opened.Rev != a.Rev(a.room) || opened.Room.Text("member") != a.own(a.ann).Text("id") || opened.Room.Text("role") != "owner" {
		t.Errorf("opened from %q to %q: %+v", first, last, opened)
	}
	older := get("messages/?before=" + opened.Messages[0].Text("id"))
	if _, last := bodies(older); last != "line 9" || older.Older {
		t.Errorf("older ends with %q, more: %v", last, older.Older)
	}
	around := get("messages/?around=" + opened.Messages[20].Text("id"))
	if first, last := bodies(around); !around.Older || !around.Newer || first != "line 15" || last != "line 44" {
		t.Errorf("around: from %q to %q", first, last)
	}
	after := get(fmt.Sprint("messages/?after=", opened.Rev-3))
	if first, _ := bodies(after); len(after.Messages) != 3 || first != "line 57" || after.Newer {
		t.Errorf("after: %+v", after)
	}
	byREST := a.list(a.ann, "chat_messages", fmt.Sprintf("room=%q && seq<%d", a.room, opened.Messages[0].Int("seq")), "&sort=-seq&perPage=5")
	if len(byREST) != 5 || byREST[0].Text("body") != "line 9" {
		t.Errorf("by REST: %v", byREST)
	}
	// One who is far behind gets the page where reading stopped, and goes on from its cursor.
	behind := decode(t, a.as(a.carl, "GET", "/chat/"+a.room+"/", nil))
	if behind["newer"] != true || behind.Int("rev") >= a.Rev(a.room) {
		t.Errorf("opened at %d of %d, newer: %v", behind.Int("rev"), a.Rev(a.room), behind["newer"])
	}
	rest := decode(t, a.as(a.carl, "GET", fmt.Sprint("/chat/", a.room, "/messages/?after=", behind.Int("rev")), nil))
	if n := len(behind["messages"].([]any)) + len(rest["messages"].([]any)); n < 60 || rest["newer"] != false {
		t.Errorf("%d messages, newer: %v", n, rest["newer"])
	}
}

func (a *alone) find(t *testing.T) {
	for query, want := range map[string]int{"crE": 1, "bob": 1, "nothing": 0} {
		list := decode(t, a.as(a.ann, "GET", "/chat/list-partial/?q="+query, nil))
		if got := len(list["rooms"].([]any)); got != want {
			t.Errorf("%q: %d rooms", query, got)
		}
	}
	if rooms := a.list(a.ann, "chat_rooms", "name~'crew'", ""); len(rooms) != 1 {
		t.Errorf("by REST: %v", rooms)
	}
}

func (a *alone) change(t *testing.T) {
	a.as(a.ann, "PATCH", records("chat_rooms", a.room), map[string]any{"name": "Night crew", "description": "Late"})
	if row, _ := a.row(a.bob, a.room); row.Text("name") != "Night crew" {
		t.Errorf("%v", row)
	}
	a.as(a.ann, "POST", "/chat/"+a.room+"/edit/", map[string]any{"name": "Crew"})
	if got := a.Client(a.bob).JSON("PATCH", records("chat_rooms", a.room), map[string]any{"name": "Mine"}); got.Status != 403 {
		t.Errorf("a member: %d %s", got.Status, got.Body)
	}
}

func (a *alone) roles(t *testing.T) {
	added := decode(t, a.as(a.ann, "POST", records("chat_members"), map[string]any{"room": a.room, "user": a.eve.Id, "role": "member"}))
	a.as(a.ann, "PATCH", records("chat_members", a.own(a.bob).Text("id")), map[string]any{"role": "admin"})
	a.as(a.bob, "DELETE", records("chat_members", added.Text("id")), nil)
	a.as(a.bob, "POST", "/chat/"+a.room+"/edit/", map[string]any{"members": []string{a.eve.Email()}})
	a.as(a.bob, "POST", "/chat/"+a.room+"/edit/", map[string]any{"remove": a.eve.Id})
	if a.Member(a.room, a.eve) != nil || a.own(a.bob).Text("role") != "admin" {
		t.Errorf("Eve is %v, Bob %v", a.Member(a.room, a.eve), a.own(a.bob))
	}
}

func (a *alone) leave(t *testing.T) {
	a.as(a.carl, "DELETE", records("chat_members", a.own(a.carl).Text("id")), nil)
	a.as(a.bob, "POST", "/chat/"+a.room+"/leave/", nil)
	if left := a.list(a.ann, "chat_members", fmt.Sprintf("room=%q", a.room), ""); len(left) != 1 {
		t.Errorf("%v", left)
	}
}

func (a *alone) deleteForMe(t *testing.T) {
	a.Message(a.direct, a.ann, "Bob?")
	if row, _ := a.row(a.bob, a.direct); row.Int("unread") != 1 || row.Text("name") != "Ann" {
		t.Fatalf("premise: %v", row)
	}
	a.as(a.bob, "POST", "/chat/"+a.direct+"/delete/", nil)
	if row, total := a.row(a.bob, a.direct); row != nil || total != 0 {
		t.Errorf("%v of %d", row, total)
	}
	if seen := a.list(a.bob, "chat_messages", fmt.Sprintf("room=%q", a.direct), ""); len(seen) != 0 {
		t.Errorf("%v", seen)
	}
}

func (a *alone) deleteForAll(t *testing.T) {
	a.as(a.ann, "DELETE", records("chat_rooms", a.room), nil)
	if row, _ := a.row(a.ann, a.room); row != nil {
		t.Errorf("%v", row)
	}
	second := decode(t, a.as(a.ann, "POST", "/chat/new-group/", map[string]any{"name": "Again"})).Text("room")
	a.as(a.ann, "POST", "/chat/"+second+"/delete-group/", nil)
	if got := a.Client(a.ann).JSON("GET", "/chat/"+second+"/", nil); got.Status != 404 {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}
