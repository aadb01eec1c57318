package web_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
)

// alone is a front end that has REST, the routes' JSON and an Authorization
// header, and none of the pages.
type alone struct {
	*chattest.App
	t                   *testing.T
	ann, bob, carl, eve *core.Record
	room, direct        string // made by the acts
}

// as asks as somebody, and ends the test unless the status is a success.
func (a *alone) as(user *core.Record, method, path string, data any) chattest.Answer {
	a.t.Helper()
	got := a.Client(user).JSON(method, path, data)
	if got.Status >= 300 {
		a.t.Fatalf("%s %s: %d %s", method, path, got.Status, got.Body)
	}
	if got.Status != 204 && !strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") {
		a.t.Fatalf("%s %s answers %s", method, path, got.Header.Get("Content-Type"))
	}
	return got
}

// list asks for records of a collection.
func (a *alone) list(user *core.Record, collection, filter, more string) []chattest.Frame {
	a.t.Helper()
	got := a.as(user, "GET", records(collection)+"?filter="+url.QueryEscape(filter)+more, nil)
	var page struct{ Items []chattest.Frame }
	if err := json.Unmarshal([]byte(got.Body), &page); err != nil {
		a.t.Fatal(err)
	}
	return page.Items
}

func (a *alone) messages(user *core.Record) []chattest.Frame {
	a.t.Helper()
	return a.list(user, "chat_messages", fmt.Sprintf("room=%q", a.room), "&sort=seq")
}

func (a *alone) send(user *core.Record, data map[string]any) chattest.Frame {
	a.t.Helper()
	data["room"] = a.room
	return decode(a.t, a.as(user, "POST", records("chat_messages"), data))
}

func (a *alone) last(user *core.Record) chattest.Frame {
	a.t.Helper()
	all := a.messages(user)
	return all[len(all)-1]
}

func records(collection string, id ...string) string {
	return "/api/collections/" + collection + "/records" + strings.Join(append([]string{""}, id...), "/")
}

func decode(t *testing.T, answer chattest.Answer) chattest.Frame {
	t.Helper()
	frame := chattest.Frame{}
	if err := json.Unmarshal([]byte(answer.Body), &frame); err != nil {
		t.Fatalf("%v: %s", err, answer.Body)
	}
	return frame
}

// row is a room as somebody's list shows it, and their total.
func (a *alone) row(user *core.Record, room string) (chattest.Frame, int64) {
	a.t.Helper()
	list := decode(a.t, a.as(user, "GET", "/chat/list-partial/", nil))
	for _, row := range list["rooms"].([]any) {
		if row := chattest.Frame(row.(map[string]any)); row.Text("id") == room {
			return row, list.Int("unread")
		}
	}
	return nil, list.Int("unread")
}

func (a *alone) own(user *core.Record) chattest.Frame {
	a.t.Helper()
	return a.list(user, "chat_members", fmt.Sprintf("room=%q && user=%q", a.room, user.Id), "")[0]
}
