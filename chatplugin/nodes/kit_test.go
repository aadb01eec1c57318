package nodes

import (
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// pair are two nodes on one data folder. Ann owns a group with Bob and Cid, and
// has a direct room with Bob.
type pair struct {
	t             *testing.T
	a, b          *chattest.App
	ann, bob, cid *core.Record
	group, direct string
}

func newPair(t *testing.T, config chatplugin.Config) *pair {
	t.Helper()
	t.Parallel()
	a := chattest.NewApp(t, config).Serve()
	p := &pair{t: t, a: a, b: a.Node(config).Serve()}
	people := a.Users("Ann", "Bob", "Cid")
	p.ann, p.bob, p.cid = people[0], people[1], people[2]
	p.group = a.Group("Friends", p.ann, p.bob, p.cid)
	p.direct = a.Direct(p.ann, p.bob)
	return p
}

// open opens a room on a node and waits until it is live.
func (p *pair) open(node *chattest.App, user *core.Record, room string) *chattest.Socket {
	p.t.Helper()
	s := node.Client(user).Socket("/ws/chat/" + room + "/")
	s.Synced()
	return s
}

func (p *pair) inbox(node *chattest.App, user *core.Record) *chattest.Socket {
	p.t.Helper()
	return p.open(node, user, "inbox")
}

func (p *pair) post(node *chattest.App, user *core.Record, path string, form ...string) {
	p.t.Helper()
	if answer := node.Client(user).Post("/chat/"+path, chattest.Form(form...)); answer.Status >= 300 {
		p.t.Fatalf("POST %s: %d %s", path, answer.Status, answer.Body)
	}
}

// kick removes somebody from the group, on node a.
func (p *pair) kick(user *core.Record) {
	p.t.Helper()
	if err := p.a.Chat.Kick(p.group, user.Id); err != nil {
		p.t.Fatal(err)
	}
}

// said waits until a text arrives.
func said(s *chattest.Socket, body string) chattest.Frame {
	return s.Wait(body, func(f chattest.Frame) bool { return f.Type() == "message" && f.Message().Text("body") == body })
}

// about waits for the next frame of a type about a room.
func about(s *chattest.Socket, kind, room string) chattest.Frame {
	return s.Wait(kind, func(f chattest.Frame) bool { return f.Type() == kind && f.Text("room") == room })
}

// nothingAfter fails when a socket got anything of a room after the removal.
func (p *pair) nothingAfter(s *chattest.Socket, room string) {
	p.t.Helper()
	gone := false
	for _, frame := range s.Frames() {
		if gone && frame.Text("room") == room && frame.Type() != "removed" {
			p.t.Errorf("after the removal came %s", frame.Raw())
		}
		gone = gone || frame.Type() == "removed"
	}
}

func (p *pair) never(s *chattest.Socket, body string) {
	p.t.Helper()
	for _, frame := range s.Frames() {
		if frame.Message().Text("body") == body {
			p.t.Errorf("%q came: %s", body, frame.Raw())
		}
	}
}

// joined waits until each node knows who is online on the other, which Redis
// alone can tell.
func (p *pair) joined() {
	p.t.Helper()
	people := p.a.Users("Dan", "Eve")
	room := p.a.Direct(people[0], people[1]) // of its own: nobody was shown there before
	dan, eve := p.open(p.a, people[0], room), p.open(p.b, people[1], room)
	online(dan, 2)
	online(eve, 2)
	dan.Cut()
	eve.Cut()
}

// online waits until so many people are shown as online.
func online(s *chattest.Socket, people int64) {
	s.Until("everybody is shown as online", func(all []chattest.Frame) bool {
		shown := int64(0)
		for _, frame := range all {
			if frame.Type() == "presence" {
				shown = frame.Int("online")
			}
		}
		return shown == people
	})
}
