package act_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"

	"pocketchat/chatplugin/internal/act"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/migrated"
	"pocketchat/chatplugin/internal/store"
	_ "pocketchat/pb_migrations"
)

// house is an app with the rules and nothing that shows or publishes.
type house struct {
	*tests.TestApp
	acts *act.Acts
	t    testing.TB
}

type silent struct{}

func (silent) Reserve(string, int64) {}
func (silent) Purged(string, int64)  {}
func (silent) Erased(string)         {}

func newHouse(t testing.TB, history chat.History, canLookUp func(app core.App, viewer, found *core.Record) bool) *house {
	t.Helper()
	app := migrated.App(t)
	s := store.New(store.Users{Collection: "users", NameField: "name", Avatar: "avatar"})
	limits := chat.Limits{}.WithDefaults()
	g := guard.Bind(app, guard.Options{Store: s, Limits: limits, History: history, Timeline: silent{}})
	t.Cleanup(g.Wait)
	return &house{TestApp: app, acts: act.New(act.Options{Guard: g, Store: s, Limits: limits, CanLookUp: canLookUp}), t: t}
}

func (h *house) user(name string) *core.Record {
	h.t.Helper()
	collection, err := h.FindCollectionByNameOrId("users")
	must(h.t, err)
	user := core.NewRecord(collection)
	user.SetEmail(strings.ToLower(name) + "@example.com")
	user.SetPassword("correct horse")
	user.Set("name", name)
	must(h.t, h.Save(user))
	return user
}

func (h *house) users(names ...string) []*core.Record {
	h.t.Helper()
	var users []*core.Record
	for _, name := range names {
		users = append(users, h.user(name))
	}
	return users
}

func (h *house) room(id string) store.Room {
	h.t.Helper()
	room, err := store.FindRoom(h, id)
	must(h.t, err)
	return room
}

func (h *house) seat(room string, user *core.Record) store.Seat {
	h.t.Helper()
	seat, err := store.FindSeat(h, room, user.Id)
	must(h.t, err)
	return seat
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err error, code chat.Code) {
	t.Helper()
	if refusal := chat.AsError(err); refusal == nil || refusal.Code != code {
		t.Errorf("%s: %v", what, err)
	}
}

// Who is not there, or no more, gets the same refusal from every deed.
func TestStrangersAndGhosts(t *testing.T) {
	h := newHouse(t, chat.HistoryAll, nil)
	people := h.users("Ann", "Bob", "Eve")
	ann, bob, eve := people[0], people[1], people[2]
	room, err := h.acts.CreateGroup(h, ann.Id, act.Group{Name: "Ours", Members: []string{bob.Id}})
	must(t, err)
	message, err := h.acts.Send(h, act.Draft{Room: room, Author: ann.Id, Body: "Hi"})
	must(t, err)
	name := "Theirs"
	for _, where := range []string{room, "nosuchroom00000"} {
		for what, err := range map[string]error{
			"send": func() error { _, err := h.acts.Send(h, act.Draft{Room: where, Author: eve.Id, Body: "Hi"}); return err }(),
			"mark": h.acts.MarkRead(h, where, eve.Id, 1), "clear": h.acts.DeleteForMe(h, where, eve.Id), "leave": h.acts.Leave(h, where, eve.Id),
			"delete": h.acts.DeleteGroup(h, where, eve.Id), "change": h.acts.Change(h, where, eve.Id, act.Changes{Name: &name}),
			"add": h.acts.AddMembers(h, where, eve.Id, []string{eve.Id}), "remove": h.acts.Remove(h, where, eve.Id, bob.Id),
			"role": h.acts.SetRole(h, where, eve.Id, eve.Id, chat.Owner),
		} {
			if err != chat.ErrNoRoom {
				t.Errorf("%s in %s: %v", what, where, err)
			}
		}
	}
	refused(t, "edit", h.acts.Edit(h, room, message.Id, eve.Id, "Mine"), chat.NotFound)
	refused(t, "bury", h.acts.DeleteMessage(h, room, message.Id, eve.Id), chat.NotFound)
	refused(t, "edit another's", h.acts.Edit(h, room, message.Id, bob.Id, "Mine"), chat.Forbidden)
	refused(t, "edit nothing", h.acts.Edit(h, room, "nosuchmessage00", bob.Id, "Mine"), chat.NotFound)
	refused(t, "remove who is not in it", h.acts.Remove(h, room, ann.Id, eve.Id), chat.Conflict)
	refused(t, "promote who is not in it", h.acts.SetRole(h, room, ann.Id, eve.Id, chat.Admin), chat.Conflict)
	must(t, h.acts.DeleteGroup(h, room, ann.Id))
	for what, err := range map[string]error{
		"delete twice": h.acts.DeleteGroup(h, room, ann.Id), "leave": h.acts.Leave(h, room, bob.Id), "mark": h.acts.MarkRead(h, room, bob.Id, 1),
	} {
		refused(t, what, err, chat.NotFound)
	}
}

func TestOpenDirect(t *testing.T) {
	h := newHouse(t, chat.HistoryAll, nil)
	people := h.users("Ann", "Bob")
	ann, bob := people[0], people[1]
	_, err := h.acts.OpenDirect(h, ann.Id, ann.Id)
	refused(t, "with oneself", err, chat.Invalid)
	_, err = h.acts.OpenDirect(h, ann.Id, "nobodyhasthisid")
	refused(t, "with nobody", err, chat.Invalid)
	room, err := h.acts.OpenDirect(h, ann.Id, bob.Id)
	must(t, err)
	shown := func(user *core.Record) bool {
		listing, err := h.acts.Store.List(h, store.ListQuery{Viewer: user.Id, Limit: 10})
		must(t, err)
		return len(listing.Rows) == 1 && listing.Rows[0].ID == room
	}
	if !shown(ann) || shown(bob) {
		t.Errorf("right after, Ann sees it: %v, Bob: %v", shown(ann), shown(bob))
	}
	_, err = h.acts.Send(h, act.Draft{Room: room, Author: ann.Id, Body: "Hi"})
	must(t, err)
	if !shown(bob) {
		t.Error("Bob does not see what Ann wrote")
	}
	must(t, h.acts.DeleteForMe(h, room, bob.Id))
	if shown(bob) {
		t.Error("Bob still sees what he deleted")
	}
	again, err := h.acts.OpenDirect(h, bob.Id, ann.Id)
	must(t, err)
	if again != room || !shown(bob) || h.seat(room, bob).Member.Since() == 0 {
		t.Errorf("opened anew: the same room %v, shown %v, history from %d", again == room, shown(bob), h.seat(room, bob).Member.Since())
	}
}

func TestGroupsTellOnce(t *testing.T) {
	h := newHouse(t, chat.HistoryAll, nil)
	people := h.users("Ann", "Bob", "Cid", "Dora", "Eli")
	ids := []string{people[1].Id, people[1].Id, people[0].Id, people[2].Id} // doubled, and herself
	room, err := h.acts.CreateGroup(h, people[0].Id, act.Group{Name: " The  group ", Description: "Of friends", Members: ids})
	must(t, err)
	if got := h.room(room); got.Members != 3 || got.Rev != 1 || got.Posts != 0 || got.Name != "The group" {
		t.Errorf("the group began as %+v", got)
	}
	must(t, h.acts.AddMembers(h, room, people[0].Id, []string{people[3].Id, people[4].Id, people[1].Id}))
	if got := h.room(room); got.Members != 5 || got.Rev != 2 {
		t.Errorf("adding two: %+v", got)
	}
	must(t, h.acts.AddMembers(h, room, people[0].Id, []string{people[3].Id}))
	if got := h.room(room); got.Rev != 2 {
		t.Errorf("adding nobody new was told of: %+v", got)
	}
	rows, _, err := store.Before(h, room, 0, 100, 10)
	must(t, err)
	if rows[0].Body != "Ann created the group “The group”" || rows[1].Body != "Ann added Dora and Eli" {
		t.Errorf("the group heard %q and %q", rows[0].Body, rows[1].Body)
	}
	before := h.count("chat_rooms")
	_, err = h.acts.CreateGroup(h, people[0].Id, act.Group{Name: "Half", Members: []string{people[1].Id, "nobodyhasthisid"}})
	if err == nil || h.count("chat_rooms") != before {
		t.Errorf("a group with nobody in it: %v, %d rooms", err, h.count("chat_rooms")-before)
	}
}

func (h *house) count(collection string) int64 {
	h.t.Helper()
	n, err := h.CountRecords(collection)
	must(h.t, err)
	return n
}

// Sending is repeatable also inside a host's transaction, and counts once.
func TestSendInATransaction(t *testing.T) {
	h := newHouse(t, chat.HistoryAll, nil)
	people := h.users("Ann", "Bob")
	room, err := h.acts.OpenDirect(h, people[0].Id, people[1].Id)
	must(t, err)
	draft := act.Draft{Room: room, Author: people[0].Id, Body: "Once", ClientID: "c"}
	failure := errors.New("rolled back")
	if err := h.RunInTransaction(func(tx core.App) error {
		_, err := h.acts.Send(tx, draft)
		return errors.Join(err, failure)
	}); !errors.Is(err, failure) {
		t.Fatal(err)
	}
	if got := h.room(room); got.Rev != 0 || got.Posts != 0 {
		t.Errorf("rolled back, and counted: %+v", got)
	}
	var ids []string
	must(t, h.RunInTransaction(func(tx core.App) error {
		for range 3 {
			record, err := h.acts.Send(tx, draft)
			if err != nil {
				return err
			}
			ids = append(ids, record.Id)
		}
		return nil
	}))
	if got := h.room(room); got.Rev != 1 || got.Posts != 1 || ids[0] != ids[1] || ids[1] != ids[2] {
		t.Errorf("sent three times: %v, %+v", ids, got)
	}
	if unread := h.seat(room, people[1]).Unread(); unread != 1 {
		t.Errorf("%d unread", unread)
	}
}

// New members see what the host lets them see.
func TestHistoryOfNewMembers(t *testing.T) {
	for history, want := range map[chat.History]int{chat.HistoryAll: 3, chat.HistoryJoined: 1} {
		h := newHouse(t, history, nil)
		people := h.users("Ann", "Bob", "Cid")
		room, err := h.acts.CreateGroup(h, people[0].Id, act.Group{Name: "Group", Members: []string{people[1].Id}})
		must(t, err)
		early, err := h.acts.Send(h, act.Draft{Room: room, Author: people[0].Id, Body: "Before"})
		must(t, err)
		must(t, h.acts.AddMembers(h, room, people[0].Id, []string{people[2].Id}))
		seat := h.seat(room, people[2])
		rows, _, err := store.Before(h, room, seat.Member.Since(), 100, 10)
		must(t, err)
		if len(rows) != want || seat.Unread() != 0 {
			t.Errorf("%s: a new member sees %d messages, %d unread", history, len(rows), seat.Unread())
		}
		_, err = h.acts.Send(h, act.Draft{Room: room, Author: people[2].Id, Body: "Re", ReplyTo: early.Id})
		if allowed := history == chat.HistoryAll; (err == nil) != allowed {
			t.Errorf("%s: a reply to what was before: %v", history, err)
		}
		must(t, h.acts.DeleteMessage(h, room, early.Id, people[0].Id)) // must not give them one read too many
		_, err = h.acts.Send(h, act.Draft{Room: room, Author: people[1].Id, Body: "After"})
		must(t, err)
		if unread := h.seat(room, people[2]).Unread(); unread != 1 {
			t.Errorf("%s: %d unread", history, unread)
		}
	}
}

func TestLookUp(t *testing.T) {
	var ann, bob, cid *core.Record
	h := newHouse(t, chat.HistoryAll, func(_ core.App, viewer, found *core.Record) bool { return found.Id != cid.Id })
	people := h.users("Ann", "Bob", "Cid")
	ann, bob, cid = people[0], people[1], people[2]
	for email, want := range map[string]*core.Record{
		"bob@example.com": bob, " bob@example.com ": bob, "ann@example.com": ann, "cid@example.com": nil, "nobody@example.com": nil, "": nil, "no address": nil,
	} {
		found, err := h.acts.LookUp(h, ann, email)
		if err != nil || (found == nil) != (want == nil) || found != nil && found.Id != want.Id {
			t.Errorf("%q: %v, %v", email, found, err)
		}
	}
	ids, err := h.acts.Resolve(h, ann, []string{"bob@example.com", ann.Id})
	if err != nil || len(ids) != 2 || ids[0] != bob.Id || ids[1] != ann.Id {
		t.Errorf("resolved to %v, %v", ids, err)
	}
	for _, hidden := range []string{"cid@example.com", cid.Id} {
		_, one := h.acts.Resolve(h, ann, []string{"bob@example.com", hidden})
		_, other := h.acts.Resolve(h, ann, []string{"bob@example.com", "zzz" + hidden})
		refused(t, hidden, one, chat.Invalid)
		if one == nil || other == nil || strings.ReplaceAll(other.Error(), "zzz", "") != one.Error() {
			t.Errorf("who may not be found is told from nobody: %v and %v", one, other)
		}
	}
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf("p%d@example.com", i)
	}
	_, err = h.acts.Resolve(h, ann, many)
	refused(t, "a hundred and one", err, chat.TooLarge)
}
