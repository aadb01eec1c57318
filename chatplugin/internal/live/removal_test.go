package live_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// nothingAfter holds that the frame which says goodbye comes once, and that
// nothing about the room comes after it.
func (h *house) nothingAfter(s *chattest.Socket, room string) {
	h.t.Helper()
	seen := false
	for _, frame := range s.Frames() {
		about := frame.Text("room") == room
		if seen && about {
			h.t.Errorf("after removed came %s", frame.Raw())
		}
		seen = seen || about && frame.Type() == "removed"
	}
	if !seen {
		h.t.Errorf("removed never came, but %s", s.Types())
	}
}

// outside holds that no door of the room is open to Bob.
func (h *house) outside(room, message string) {
	h.t.Helper()
	bob := h.Client(h.bob)
	for _, path := range []string{"/ws/chat/" + room + "/", "/ws/chat/" + room + "/?rev=0"} {
		if s, status, _ := bob.TrySocket(path); s != nil || status != http.StatusNotFound {
			h.t.Errorf("%s: %d", path, status)
		}
	}
	for _, path := range []string{"/", "/info/", "/messages/", "/messages/?after=0"} {
		if answer := bob.Get("/chat/" + room + path); answer.Status != http.StatusNotFound {
			h.t.Errorf("%s: %d", path, answer.Status)
		}
	}
	for _, path := range []string{"/send/", "/typing/", "/read/"} {
		if answer := bob.Post("/chat/"+room+path, chattest.Form("body", "let me in", "rev", "1")); answer.Status != http.StatusNotFound {
			h.t.Errorf("%s: %d", path, answer.Status)
		}
	}
	for path, want := range map[string]int{
		store.Messages + "/records/" + message:                                http.StatusNotFound,
		store.Rooms + "/records/" + room:                                      http.StatusNotFound,
		store.Messages + `/records?filter=` + "(room%3D%22" + room + "%22)":   http.StatusOK,
		store.Members + `/records?filter=` + "(room%3D%22" + room + "%22)":    http.StatusOK,
		store.Reactions + "/records?filter=(message%3D%22" + message + "%22)": http.StatusOK,
	} {
		answer := bob.Get("/api/collections/" + path)
		if answer.Status != want || want == http.StatusOK && !strings.Contains(answer.Body, `"items":[]`) {
			h.t.Errorf("%s: %d %s", path, answer.Status, answer.Body)
		}
	}
}

func TestF14_RemovedMemberStillReceives(t *testing.T) {
	for _, way := range []struct {
		name  string
		ended bool // the whole room is
		by    func(h *house)
	}{
		{"removed on the page", false, func(h *house) { h.post(h.ann, h.group+"/edit/", "remove", h.bob.Id) }},
		{"left", false, func(h *house) { h.post(h.bob, h.group+"/leave/") }},
		{"removed over REST", false, func(h *house) {
			h.rest(h.Client(h.ann), http.MethodDelete, store.Members, h.Member(h.group, h.bob).Id, nil)
		}},
		{"removed by a superuser", false, func(h *house) {
			h.rest(h.WithToken(h.Superuser()), http.MethodDelete, store.Members, h.Member(h.group, h.bob).Id, nil)
		}},
		{"deleted by the host", false, func(h *house) { h.delete(h.Member(h.group, h.bob)) }},
		{"kicked by the host", false, func(h *house) {
			if err := h.Chat.Kick(h.group, h.bob.Id); err != nil {
				h.t.Fatal(err)
			}
		}},
		{"group deleted on the page", true, func(h *house) { h.post(h.ann, h.group+"/delete-group/") }},
		{"group deleted over REST", true, func(h *house) { h.rest(h.Client(h.ann), http.MethodDelete, store.Rooms, h.group, nil) }},
		{"group deleted by the host", true, func(h *house) { h.delete(h.Find(store.Rooms, h.group)) }},
	} {
		t.Run(way.name, func(t *testing.T) {
			h := newHouse(t)
			sent := h.Message(h.group, h.ann, "members only")
			in, list, other, cid := h.open(h.bob, h.group), h.inbox(h.bob), h.open(h.bob, h.direct), h.inbox(h.cid)
			h.Message(h.group, h.ann, "premise")
			said(in, "premise")
			way.by(h)
			if code := in.WaitClosed(); code != 4502 {
				t.Errorf("the room's socket closed with %d", code)
			}
			if !way.ended {
				h.Message(h.group, h.ann, "without Bob")
				h.change(store.Rooms, h.group, map[string]any{"name": "Without Bob"})
				h.change(store.Messages, sent.Id, map[string]any{"body": "edited without Bob"})
				h.post(h.cid, h.group+"/typing/")
				cid.Wait("the new name", func(f chattest.Frame) bool { return strings.Contains(f.Raw(), "Without Bob") })
			} else {
				about(cid, "removed", h.group)
			}
			h.Message(h.direct, h.ann, "marker")
			for _, s := range []*chattest.Socket{list, other} {
				about(s, "inbox", h.direct)
				h.nothingAfter(s, h.group)
			}
			h.nothingAfter(in, h.group)
			h.outside(h.group, sent.Id)
			if total := h.Unread(h.bob); total != 1 {
				t.Errorf("%d unread in what is left", total)
			}
		})
	}
}

// Whoever is added again at once hears of it, in spite of what was kept back.
func TestF14_AddedAgain(t *testing.T) {
	h := newHouse(t)
	list := h.inbox(h.bob)
	for i := range 5 {
		h.delete(h.Member(h.group, h.bob))
		about(list, "removed", h.group)
		h.save(h.record(store.Members, map[string]any{"room": h.group, "user": h.bob.Id}))
		about(list, "inbox", h.group) // the system message about it
		about(list, "room", h.group)
		in := h.open(h.bob, h.group)
		h.Message(h.group, h.ann, fmt.Sprint("again ", i))
		said(in, fmt.Sprint("again ", i))
		about(list, "inbox", h.group)
		in.Cut()
	}
}

// A removal races the dial of a socket. Whatever comes of it, nothing is
// subscribed in the end, and nothing that was said afterwards arrives.
func TestF14_RemovalRacesSubscribe(t *testing.T) {
	const rounds = 40
	h := newHouse(t)
	refused, closed := 0, 0
	for i := range rounds {
		var s *chattest.Socket
		var status int
		var wg sync.WaitGroup
		wg.Go(func() { s, status, _ = h.Client(h.bob).TrySocket("/ws/chat/" + h.group + "/?rev=0") })
		wg.Go(func() {
			if err := h.Chat.Kick(h.group, h.bob.Id); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		gone := h.Rev(h.group)
		h.Message(h.group, h.ann, fmt.Sprint("secret ", i))
		if s == nil {
			refused++
			if status != http.StatusNotFound {
				t.Fatalf("refused with %d", status)
			}
		} else {
			closed++
			if code := s.WaitClosed(); code != 4502 {
				t.Fatalf("closed with %d", code)
			}
			for _, rev := range s.Revs() {
				if rev >= gone {
					t.Fatalf("Bob went at %d and got %v", gone, s.Revs())
				}
			}
		}
		h.save(h.record(store.Members, map[string]any{"room": h.group, "user": h.bob.Id}))
	}
	t.Logf("%d dials were refused and %d closed", refused, closed)
	if refused == rounds {
		t.Error("premise: some sockets opened before the removal")
	}
}

// Others go on talking at full speed while Bob is removed: of what was queued
// for him then, nothing arrives after the goodbye, and of what came later nothing
// at all.
func TestF14_RemovalUnderLoad(t *testing.T) {
	const rounds, senders = 4, 4
	h := newHouse(t)
	for range rounds {
		in, list := h.open(h.bob, h.group), h.inbox(h.bob)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for range senders {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if _, err := h.Chat.Send(chatplugin.Draft{Room: h.group, Author: h.ann.Id, Body: "on and on"}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		in.WaitType("message")
		if err := h.Chat.Kick(h.group, h.bob.Id); err != nil {
			t.Fatal(err)
		}
		gone := int64(h.lastSystem().GetInt("seq"))
		if code := in.WaitClosed(); code != 4502 {
			t.Fatalf("closed with %d", code)
		}
		about(list, "removed", h.group)
		close(stop)
		wg.Wait()
		h.Message(h.direct, h.ann, "marker")
		about(list, "inbox", h.direct)
		h.nothingAfter(in, h.group)
		h.nothingAfter(list, h.group)
		if revs := in.Revs(); revs[len(revs)-1] >= gone {
			t.Fatalf("removed at %d, got %v", gone, revs)
		}
		h.save(h.record(store.Members, map[string]any{"room": h.group, "user": h.bob.Id}))
	}
}

// A removal that is rolled back costs a reconnect at most, and nobody anything.
func TestF14_RemovalRolledBack(t *testing.T) {
	h := newHouse(t)
	in := h.open(h.bob, h.group)
	h.Message(h.group, h.ann, "before")
	at := said(in, "before").Int("rev")
	h.rolledBack(func(tx txApp) error { return tx.Delete(h.Member(h.group, h.bob)) })
	if code := in.WaitClosed(); code != 3008 {
		t.Fatalf("closed with %d", code)
	}
	h.never(in, "a goodbye", func(f chattest.Frame) bool { return f.Type() == "removed" })
	h.Message(h.group, h.ann, "after")
	again := h.resume(h.bob, h.group, at)
	again.Synced()
	said(h.resume(h.bob, h.group, at), "after")
	if got := again.Revs(); len(got) != 1 || got[0] != at+1 {
		t.Errorf("got %v after %d", got, at)
	}
}
