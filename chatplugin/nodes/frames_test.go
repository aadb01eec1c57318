package nodes

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

func TestEverythingReachesTheOtherNode(t *testing.T) {
	p := newPair(t, startRedis(t).config())
	p.joined()
	room, list := p.open(p.b, p.bob, p.group), p.inbox(p.b, p.bob)

	message := p.a.Message(p.group, p.ann, "Hello")
	if frame := said(room, "Hello"); frame.Int("rev") != int64(message.GetInt("rev")) || frame.Text("html") == "" {
		t.Errorf("the message came as %s", frame.Raw())
	}
	if frame := about(list, "inbox", p.group); frame.Int("posts") != 1 {
		t.Errorf("the row came as %s", frame.Raw())
	}
	p.post(p.a, p.ann, p.group+"/typing/")
	if frame := about(room, "typing", p.group); frame.Text("user") != p.ann.Id {
		t.Errorf("typing came as %s", frame.Raw())
	}
	p.post(p.a, p.cid, p.group+"/read/", "rev", fmt.Sprint(message.GetInt("rev")))
	room.Wait("read by Cid", func(f chattest.Frame) bool { return f.Type() == "read" && f.Text("user") == p.cid.Id })
	// Bob's other tab is on the other node.
	p.post(p.a, p.bob, p.group+"/read/", "rev", fmt.Sprint(message.GetInt("rev")))
	list.Wait("nothing unread", func(f chattest.Frame) bool {
		return f.Type() == "unread" && f.Text("room") == p.group && f.Int("unread") == 0
	})
	p.post(p.a, p.ann, p.group+"/edit/", "name", "Best friends")
	room.Wait("the new name", func(f chattest.Frame) bool { return f.Type() == "room" && f.Text("name") == "Best friends" })

	// A person with tabs on both nodes is one.
	both := p.open(p.a, p.bob, p.group)
	ann := p.open(p.a, p.ann, p.group)
	online(ann, 2)
	online(room, 2)
	both.Cut()
	ann.Cut()
	online(room, 1)
}

func TestSDKClientsHearOtherNodes(t *testing.T) {
	p := newPair(t, startRedis(t).config())
	p.joined()
	stream := p.b.Client(p.bob).Realtime()
	stream.Subscribe("chat/rooms/" + p.group)
	stream.Wait("synced", func(f chattest.Frame) bool { return f.Type() == "synced" })
	p.a.Message(p.group, p.ann, "Hello")
	stream.Wait("the message", func(f chattest.Frame) bool { return f.Message().Text("body") == "Hello" })
	p.kick(p.bob)
	stream.Wait("the end", func(f chattest.Frame) bool { return f.Type() == "removed" })
}

// Whoever listens on either node hears every message once, whichever node it was
// sent by; crossing processes they may come out of order.
func TestBothNodesWrite(t *testing.T) {
	p := newPair(t, startRedis(t).config())
	p.joined()
	sockets := []*chattest.Socket{p.open(p.a, p.bob, p.group), p.open(p.b, p.cid, p.group)}
	start := p.a.Rev(p.group)
	const each = 40
	var sending sync.WaitGroup
	for i, node := range []*chattest.App{p.a, p.b} {
		sending.Go(func() {
			for n := range each {
				if _, err := node.Chat.Send(chatplugin.Draft{Room: p.group, Author: p.ann.Id, Body: fmt.Sprint(i, "-", n)}); err != nil {
					t.Errorf("message %d of node %d: %v", n, i, err)
				}
			}
		})
	}
	sending.Wait()
	var want []int64
	for rev := start + 1; rev <= start+2*each; rev++ {
		want = append(want, rev)
	}
	for _, socket := range sockets {
		socket.Until("every message", func([]chattest.Frame) bool { return len(socket.Revs()) >= len(want) })
		revs := socket.Revs()
		slices.Sort(revs)
		if !slices.Equal(revs, want) {
			t.Errorf("came %v, want each of %v once", revs, want)
		}
	}
}

// Without Redis two processes on one folder see each other's changes all the
// same, a little later.
func TestTwoProcessesWithoutRedis(t *testing.T) {
	p := newPair(t, chatplugin.Config{})
	room, list := p.open(p.b, p.bob, p.group), p.inbox(p.b, p.bob)
	first := p.a.Message(p.group, p.ann, "One")
	p.a.Message(p.group, p.ann, "Two")
	said(room, "One")
	said(room, "Two")
	list.Wait("the row", func(f chattest.Frame) bool { return f.Type() == "inbox" && f.Int("posts") == 2 })
	list.Wait("the count", func(f chattest.Frame) bool {
		return f.Type() == "unread" && f.Text("room") == p.group && f.Int("unread") == 2
	})
	if err := p.a.Chat.DeleteMessage(first.Id); err != nil {
		t.Fatal(err)
	}
	room.Wait("the tombstone", func(f chattest.Frame) bool { return f.Message().Text("deleted") != "" })
	p.post(p.a, p.ann, p.group+"/edit/", "name", "Best friends")
	room.Wait("the new name", func(f chattest.Frame) bool { return f.Type() == "room" && f.Text("name") == "Best friends" })
}
