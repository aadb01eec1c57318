package live_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

type txApp = core.App

var errChanged = errors.New("the host changed its mind")

// rolledBack runs do in a transaction of the host that is rolled back.
func (h *house) rolledBack(do func(tx txApp) error) {
	h.t.Helper()
	err := h.RunInTransaction(func(tx core.App) error {
		if err := do(tx); err != nil {
			h.t.Error(err)
		}
		return errChanged
	})
	if !errors.Is(err, errChanged) {
		h.t.Fatalf("premise: it was to be rolled back, but %v", err)
	}
}

func (h *house) lastSystem() *core.Record {
	h.t.Helper()
	found, err := h.FindRecordsByFilter(store.Messages, "room = {:room} && kind = 'system'", "-seq", 1, 0, map[string]any{"room": h.group})
	if err != nil || len(found) == 0 {
		h.t.Fatal("no system message", err)
	}
	return found[0]
}

func (h *house) draft(body string) *core.Record {
	return h.record(store.Messages, map[string]any{"room": h.group, "author": h.ann.Id, "body": body})
}

func TestHostSavesSeveralInOneTransaction(t *testing.T) {
	h := newHouse(t)
	s, list := h.open(h.bob, h.group), h.inbox(h.bob)
	start := h.Rev(h.group)
	err := h.RunInTransaction(func(tx core.App) error {
		for i := range 3 {
			if err := tx.Save(h.draft(fmt.Sprint("one of three ", i))); err != nil {
				return err
			}
		}
		// Nested, and not even noticed by PocketBase as a transaction of its own.
		return tx.RunInTransaction(func(tx core.App) error {
			return tx.Save(h.draft("nested"))
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	said(s, "nested")
	if got := s.Revs(); !slices.Equal(got, []int64{start + 1, start + 2, start + 3, start + 4}) {
		t.Errorf("got %v after %d", got, start)
	}
	list.Wait("all of them", func(f chattest.Frame) bool { return f.Type() == "inbox" && f.Int("posts") == 4 })
}

// A record that is saved twice in one transaction allots two revisions and is
// told of twice; else the second would wait for the first.
func TestHostSavesOneRecordTwice(t *testing.T) {
	h := newHouse(t)
	s := h.open(h.bob, h.group)
	start := h.Rev(h.group)
	record := h.draft("first thought")
	err := h.RunInTransaction(func(tx core.App) error {
		if err := tx.Save(record); err != nil {
			return err
		}
		record.Set("body", "second thought")
		return tx.Save(record)
	})
	if err != nil || h.Rev(h.group) != start+2 {
		t.Fatalf("premise: two revisions after %d, but %d: %v", start, h.Rev(h.group), err)
	}
	message(s, start+2)
	h.Message(h.group, h.ann, "after")
	message(s, start+3)
	if got := s.Revs(); !slices.Equal(got, []int64{start + 1, start + 2, start + 3}) {
		t.Errorf("got %v after %d", got, start)
	}
}

func TestHostRollsBack(t *testing.T) {
	h := newHouse(t)
	mine := h.Message(h.group, h.ann, "mine")
	s, list := h.open(h.bob, h.group), h.inbox(h.bob)
	start := h.Rev(h.group)
	h.rolledBack(func(tx txApp) error {
		created := h.draft("never said")
		edited, err := tx.FindRecordById(store.Messages, mine.Id)
		if err != nil {
			return err
		}
		edited.Set("body", "never edited")
		return errors.Join(tx.Save(created), tx.Save(edited))
	})
	h.Message(h.group, h.ann, "after")
	if frame := said(s, "after"); frame.Int("rev") != start+1 {
		t.Errorf("got %s", frame.Raw())
	}
	about(list, "inbox", h.group)
	for _, socket := range []*chattest.Socket{s, list} {
		h.never(socket, "what was rolled back", func(f chattest.Frame) bool {
			return f.Int("rev") > start+1 || f.Message().Text("body") == "never said" || f.Message().Text("body") == "never edited"
		})
	}
}

// A save that is refused inside a transaction which goes on takes nothing from
// what the transaction has saved before.
func TestHostGoesOnAfterARefusal(t *testing.T) {
	h := newHouse(t)
	s := h.open(h.bob, h.group)
	err := h.RunInTransaction(func(tx core.App) error {
		if err := tx.Save(h.draft("first")); err != nil {
			return err
		}
		stranger := h.draft("not a member")
		stranger.Set("author", h.eve.Id)
		answer := h.draft("an answer to nothing")
		answer.Set("reply_to", "nosuchmessage00")
		if tx.Save(stranger) == nil || tx.Save(answer) == nil {
			return errors.New("premise: both are refused")
		}
		return tx.Save(h.draft("second"))
	})
	if err != nil {
		t.Fatal(err)
	}
	said(s, "first")
	said(s, "second")
	h.Message(h.group, h.ann, "third")
	said(s, "third")
}

// A host's after hook that fails makes a committed save look failed. It silences
// nobody's sockets, and not the queue behind it.
func TestHostsHookFails(t *testing.T) {
	h := newHouse(t)
	h.OnRecordAfterCreateSuccess(store.Messages).BindFunc(func(e *core.RecordEvent) error { return errChanged })
	h.OnRecordAfterUpdateSuccess(store.Messages).BindFunc(func(e *core.RecordEvent) error { return nil }) // forgets e.Next
	h.OnRecordAfterDeleteSuccess(store.Members).BindFunc(func(e *core.RecordEvent) error { return errChanged })
	in, cid, list := h.open(h.bob, h.group), h.open(h.cid, h.group), h.inbox(h.bob)
	record := h.draft("heard all the same")
	if err := h.Save(record); !errors.Is(err, errChanged) {
		t.Fatalf("premise: the save looks failed, but %v", err)
	}
	said(in, "heard all the same")
	about(list, "inbox", h.group)
	h.change(store.Messages, record.Id, map[string]any{"body": "edited"})
	said(in, "edited")
	if err := h.Delete(h.Member(h.group, h.bob)); err == nil {
		t.Fatal("premise: the removal looks failed")
	}
	if h.Member(h.group, h.bob) != nil {
		t.Fatal("premise: the removal was committed")
	}
	if code := in.WaitClosed(); code != 4502 {
		t.Errorf("closed with %d", code)
	}
	about(list, "removed", h.group)
	cid.Wait("the system message", func(f chattest.Frame) bool { return f.Message().Text("kind") == "system" })
	risesByOne(t, cid.Revs())
}

// Without a server nothing is published, nothing is logged, and nothing waits.
func TestWithoutAServer(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{})
	people := app.Users("Ann", "Bob")
	room := app.Group("Friends", people[0], people[1])
	for range 5 {
		app.Message(room, people[0], "seeded")
	}
	if err := app.Chat.Kick(room, people[1].Id); err != nil {
		t.Fatal(err)
	}
	app.Terminate()
	app.Message(room, people[0], "after the stop")
}

func draftOf(h *house, body string) chatplugin.Draft {
	return chatplugin.Draft{Room: h.group, Author: h.ann.Id, Body: body}
}
