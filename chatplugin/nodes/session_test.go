package nodes

import (
	"net/http"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// Signing out on one node closes that browser's sockets on another, and its
// cookie is worth nothing there.
func TestF15_SignedOutOnAnotherNode(t *testing.T) {
	p := newPair(t, startRedis(t).config())
	p.joined()
	browser, other := p.a.Browser(p.bob), p.a.Browser(p.bob)
	cookie := browser.Cookie()
	here, stays := p.with(cookie), p.with(other.Cookie())
	if answer := browser.Post("/chat/sign-out/", chattest.Form()); answer.Status >= 400 {
		t.Fatalf("signing out: %d %s", answer.Status, answer.Body)
	}
	if code := here.WaitClosed(); code != 4501 {
		t.Errorf("the socket closed with %d", code)
	}
	if _, status, err := p.try(cookie); err == nil || status != http.StatusUnauthorized {
		t.Errorf("the cookie still opens a socket: %d", status)
	}
	p.a.Message(p.direct, p.ann, "Still there?")
	about(stays, "inbox", p.direct)
}

// A changed password and a deleted account end sockets of every node, with Redis
// or without.
func TestF15_RevokedOnAnotherNode(t *testing.T) {
	r := startRedis(t)
	for name, config := range map[string]chatplugin.Config{"Redis": r.config(), "none": {}} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, config)
			bob, cid, stays := p.inbox(p.b, p.bob), p.open(p.b, p.cid, p.group), p.open(p.b, p.ann, p.group)
			record := p.a.Find("users", p.bob.Id)
			record.SetPassword("another horse entirely")
			if err := p.a.Save(record); err != nil {
				t.Fatal(err)
			}
			if err := p.a.Delete(p.a.Find("users", p.cid.Id)); err != nil {
				t.Fatal(err)
			}
			for _, socket := range []*chattest.Socket{bob, cid} {
				if code := socket.WaitClosed(); code != 4501 && code != 4502 {
					t.Errorf("a socket closed with %d", code)
				}
			}
			p.a.Message(p.group, p.ann, "Still there?")
			said(stays, "Still there?")
		})
	}
}

func (p *pair) with(cookie string) *chattest.Socket {
	p.t.Helper()
	socket, status, err := p.try(cookie)
	if err != nil {
		p.t.Fatalf("the socket was not opened: %d %v", status, err)
	}
	socket.Synced()
	return socket
}

// try opens a list on node b by a cookie of node a.
func (p *pair) try(cookie string) (*chattest.Socket, int, error) {
	return p.b.Client(nil).TrySocket("/ws/chat/inbox/", "Cookie", cookie, "Origin", p.b.URL, "Sec-Fetch-Site", "same-origin")
}
