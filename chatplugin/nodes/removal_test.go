package nodes

import (
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// Whoever is removed on one node hears nothing more on another.
func TestF14_RemovedOnAnotherNode(t *testing.T) {
	p := newPair(t, startRedis(t).config())
	p.joined()
	room, list, stays := p.open(p.b, p.bob, p.group), p.inbox(p.b, p.bob), p.open(p.b, p.cid, p.group)
	p.a.Message(p.group, p.ann, "Before")
	said(room, "Before")

	p.kick(p.bob)
	p.a.Message(p.group, p.ann, "After")
	if code := room.WaitClosed(); code != 4502 {
		t.Errorf("the socket closed with %d", code)
	}
	about(list, "removed", p.group)
	said(stays, "After")
	p.never(room, "After")
	p.nothingAfter(room, p.group)
	p.nothingAfter(list, p.group)
	if _, status, err := p.b.Client(p.bob).TrySocket("/ws/chat/" + p.group + "/"); err == nil || status != 404 {
		t.Errorf("the room opened again: %d", status)
	}

	// Added again, they are told again.
	p.post(p.a, p.ann, p.group+"/edit/", "name", "Friends", "members", p.bob.Email())
	again := p.open(p.b, p.bob, p.group)
	p.a.Message(p.group, p.ann, "Again")
	said(again, "Again")
	list.Wait("the row", func(f chattest.Frame) bool {
		return f.Type() == "inbox" && f.Text("room") == p.group && f.Int("posts") == 3
	})
}

// With Redis hung the removal is not told. Frames of the node that the removed
// person is on see that the members changed and look before they go out.
func TestF14_RemovedWhileRedisHangs(t *testing.T) {
	r := startRedis(t)
	p := newPair(t, r.config())
	p.joined()
	room, stays := p.open(p.b, p.bob, p.group), p.open(p.b, p.cid, p.group)
	p.a.Message(p.group, p.ann, "Before")
	said(room, "Before")

	r.hang()
	p.a.Message(p.group, p.ann, "Stuck") // on its way while Redis hangs, and maybe after
	p.kick(p.bob)
	p.b.Message(p.group, p.cid, "After") // here and at once
	said(stays, "After")
	p.never(room, "After")
	if code := room.WaitClosed(); code != 4502 {
		t.Errorf("the socket closed with %d", code)
	}
	r.resume()
	said(stays, "Stuck") // comes late, to those who may have it
	p.never(room, "Stuck")
	p.nothingAfter(room, p.group)
}

// What hung in Redis when somebody was removed does not reach them when it goes on.
func TestF14_HeldUpByRedis(t *testing.T) {
	r := startRedis(t)
	p := newPair(t, r.config())
	p.joined()
	list, stays := p.inbox(p.b, p.bob), p.inbox(p.b, p.cid)
	r.hang()
	p.a.Message(p.group, p.ann, "Held up") // a row of the list is on its way
	p.kick(p.bob)
	r.resume()
	stays.Wait("the row", func(f chattest.Frame) bool {
		return f.Type() == "inbox" && f.Text("room") == p.group && f.Int("posts") == 1
	})
	p.direct = p.a.Direct(p.ann, p.bob)
	p.a.Message(p.direct, p.ann, "Hello Bob") // after it on the same path
	list.Wait("the direct room's row", func(f chattest.Frame) bool { return f.Type() == "inbox" && f.Text("room") == p.direct })
	for _, frame := range list.OfType("inbox") {
		if frame.Text("room") == p.group {
			t.Errorf("a row came after the removal: %s", frame.Raw())
		}
	}
}

func TestF14_RemovedWithoutRedis(t *testing.T) {
	p := newPair(t, chatplugin.Config{})
	room, list, stays := p.open(p.b, p.bob, p.group), p.inbox(p.b, p.bob), p.open(p.b, p.cid, p.group)
	p.kick(p.bob)
	p.b.Message(p.group, p.cid, "After")
	said(stays, "After")
	if code := room.WaitClosed(); code != 4502 {
		t.Errorf("the socket closed with %d", code)
	}
	about(list, "removed", p.group)
	p.never(room, "After")
	p.nothingAfter(room, p.group)
}

// A group that is deleted on one node ends on another, also where nothing is said.
func TestF14_DeletedOnAnotherNode(t *testing.T) {
	r := startRedis(t)
	for name, config := range map[string]chatplugin.Config{"Redis": r.config(), "none": {}} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, config)
			room := p.open(p.b, p.bob, p.group)
			p.post(p.a, p.ann, p.group+"/delete-group/")
			if code := room.WaitClosed(); code != 4502 {
				t.Errorf("the socket closed with %d", code)
			}
			p.nothingAfter(room, p.group)
		})
	}
}
