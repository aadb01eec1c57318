package live_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// settled waits until what was written has arrived, by a message in every room.
func (h *house) settled(user *core.Record, s *chattest.Socket, b *badge) {
	h.t.Helper()
	h.Message(h.group, h.ann, "last")
	h.Message(h.direct, h.ann, "last")
	var why string
	for deadline := time.Now().Add(chattest.Patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		b.follow(s)
		if why = h.differs(user, b); why == "" {
			return
		}
	}
	h.t.Fatal(why)
}

func TestF12_BadgeBySubtraction(t *testing.T) {
	const workers, deeds = 4, 40
	for round := range 2 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			h := newHouse(t)
			s := h.inbox(h.bob)
			b := &badge{rooms: h.list(h.bob), next: len(s.Frames())}
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for range deeds {
						h.deed()
					}
				})
			}
			wg.Wait()
			h.settled(h.bob, s, b)
			if b.total() == 0 {
				t.Fatal("premise: there is something unread at the end")
			}
			h.readAll(h.bob)
			eventually(t, "the badge reaches 0", func() bool { b.follow(s); return b.total() == 0 && h.Unread(h.bob) == 0 })
		})
	}
}

func (h *house) readAll(user *core.Record) {
	for _, room := range []string{h.group, h.direct} {
		h.change(store.Members, h.Member(room, user).Id, map[string]any{"read_rev": h.Rev(room)})
	}
}

// deed is something that moves counts, by whoever.
func (h *house) deed() {
	room, author := h.group, []*core.Record{h.ann, h.bob, h.cid}[rand.IntN(3)]
	if rand.IntN(2) == 0 {
		room, author = h.direct, []*core.Record{h.ann, h.bob}[rand.IntN(2)]
	}
	var err error
	switch rand.IntN(10) {
	case 0, 1:
		_, err = h.act(h.bob, room, "read/", fmt.Sprint("rev=", rand.Int64N(h.Rev(room)+1)))
	case 2:
		_, err = h.act(author, room, "read/", "rev=999999")
	case 3:
		err = h.touch(room, map[string]any{"body": fmt.Sprint("edited ", rand.Int())})
	case 4, 5:
		err = h.touch(room, map[string]any{"deleted": "2030-01-01 00:00:00.000Z"})
	case 6:
		if rand.IntN(3) == 0 {
			_, err = h.act(h.bob, room, "delete/", "")
		}
	default:
		_, err = h.Chat.Send(chatplugin.Draft{Room: room, Author: author.Id, Body: "new"})
	}
	if err != nil {
		h.t.Error(err)
	}
}

func (h *house) act(user *core.Record, room, action, form string) (chattest.Answer, error) {
	return h.Client(user).Try(http.MethodPost, "/chat/"+room+"/"+action, strings.NewReader(form),
		"Content-Type", "application/x-www-form-urlencoded", "HX-Request", "true")
}

// touch changes any message of the room that is not deleted.
func (h *house) touch(room string, fields map[string]any) error {
	found, err := h.FindRecordsByFilter(store.Messages, "room = {:room} && deleted = '' && kind = 'text'", "@random", 1, 0, map[string]any{"room": room})
	if err != nil || len(found) == 0 {
		return err
	}
	found[0].Load(fields)
	if err := h.Save(found[0]); err != nil && !strings.Contains(err.Error(), "deleted") {
		return err
	}
	return nil
}

func TestF12_CountsOfRoomsThatComeAndGo(t *testing.T) {
	h := newHouse(t)
	s := h.inbox(h.bob)
	b := &badge{rooms: h.list(h.bob), next: len(s.Frames())}
	matches := func(what string, unread int64) {
		t.Helper()
		eventually(t, what, func() bool { b.follow(s); return b.total() == unread && h.differs(h.bob, b) == "" })
	}
	for range 3 {
		h.Message(h.group, h.ann, "in the group")
	}
	h.Message(h.direct, h.ann, "between us")
	matches("four unread", 4)
	h.post(h.bob, h.group+"/delete/")
	matches("deleted for oneself", 1)
	h.Message(h.group, h.ann, "back again")
	matches("back with what is new", 2)
	h.post(h.bob, h.group+"/leave/")
	matches("left", 1)
	h.save(h.record(store.Members, map[string]any{"room": h.group, "user": h.bob.Id}))
	matches("added again, nothing unread", 1)
	h.Message(h.group, h.ann, "welcome")
	matches("one more", 2)
	fresh := h.Direct(h.eve, h.bob)
	h.Message(fresh, h.eve, "from somebody new")
	matches("a new room", 3)
	h.post(h.ann, h.group+"/delete-group/")
	matches("the group is gone", 2)
}

func TestRemovalsCarryTheTotal(t *testing.T) {
	h := newHouse(t)
	h.Message(h.group, h.ann, "unread")
	h.Message(h.direct, h.ann, "unread")
	s := h.inbox(h.bob)
	h.post(h.bob, h.group+"/leave/")
	if frame := about(s, "removed", h.group); frame["total"] != float64(1) {
		t.Errorf("got %s", frame.Raw())
	}
}

func TestF13_OtherTabsFollow(t *testing.T) {
	h := newHouse(t)
	for range 2 {
		h.Message(h.group, h.ann, "unread")
	}
	inList, inRoom, inOther := h.inbox(h.bob), h.open(h.bob, h.group), h.open(h.bob, h.direct)
	h.post(h.bob, h.group+"/read/", "rev", fmt.Sprint(h.Rev(h.group)))
	for _, tab := range []*chattest.Socket{inList, inRoom, inOther} {
		if frame := about(tab, "unread", h.group); frame.Int("unread") != 0 || frame.Int("total") != 0 || frame.Int("read_rev") != h.Rev(h.group) {
			t.Errorf("got %s", frame.Raw())
		}
	}
	inList.Cut()
	h.Message(h.group, h.ann, "while the socket was away")
	again := h.inbox(h.bob)
	b := &badge{rooms: h.list(h.bob), next: len(again.Frames())}
	if b.total() != 1 || h.differs(h.bob, b) != "" {
		t.Errorf("after the gap the list shows %d", b.total())
	}
}
