package live_test

import (
	"net/http"
	"strings"
	"testing"

	"pocketchat/chatplugin/chattest"
)

// both opens a room's socket and an inbox as one client.
func both(h *house, c *chattest.Client) []*chattest.Socket {
	h.t.Helper()
	sockets := []*chattest.Socket{c.Socket("/ws/chat/" + h.group + "/"), c.Socket("/ws/chat/inbox/")}
	for _, s := range sockets {
		s.Synced()
	}
	return sockets
}

func ended(t *testing.T, code int, sockets ...*chattest.Socket) {
	t.Helper()
	for _, s := range sockets {
		if got := s.WaitClosed(); got != code {
			t.Errorf("closed with %d, want %d", got, code)
		}
	}
}

func TestF15_SignOutEndsOneBrowser(t *testing.T) {
	h := newHouse(t)
	laptop, phone, sdk := h.Browser(h.bob), h.Browser(h.bob), h.Client(h.bob)
	here, there, header := both(h, laptop), both(h, phone), both(h, sdk)
	cookie := laptop.Cookie()
	if answer := laptop.Post("/chat/sign-out/", nil); answer.Status >= 400 {
		t.Fatalf("signing out: %d %s", answer.Status, answer.Body)
	}
	ended(t, 4501, here...)
	if s, status, _ := h.Client(nil).TrySocket("/ws/chat/inbox/", "Cookie", cookie); s != nil || status != http.StatusUnauthorized {
		t.Errorf("the old cookie opens a socket: %d", status)
	}
	h.Message(h.group, h.ann, "marker")
	for _, s := range append(there, header...) {
		about(s, "inbox", h.group)
	}
}

func TestF15_SocketsEndWithTheSignIn(t *testing.T) {
	for _, test := range []struct {
		name string
		by   func(h *house, c *chattest.Client)
	}{
		{"signed out everywhere", func(h *house, c *chattest.Client) {
			if answer := h.Browser(h.bob).Post("/chat/sign-out/", chattest.Form("everywhere", "1")); answer.Status >= 400 {
				h.t.Fatalf("%d %s", answer.Status, answer.Body)
			}
		}},
		{"new password", func(h *house, _ *chattest.Client) {
			h.change("users", h.bob.Id, map[string]any{"password": "another password"})
		}},
		{"new password over REST", func(h *house, c *chattest.Client) {
			h.rest(h.Client(h.bob), http.MethodPatch, "users", h.bob.Id,
				map[string]any{"oldPassword": chattest.Password, "password": "another password", "passwordConfirm": "another password"})
		}},
		{"new token key", func(h *house, _ *chattest.Client) {
			bob := h.Find("users", h.bob.Id)
			bob.RefreshTokenKey()
			h.save(bob)
		}},
		{"ended by the host", func(h *house, _ *chattest.Client) { h.Chat.SignOut(h.bob.Id) }},
		{"account deleted", func(h *house, _ *chattest.Client) { h.delete(h.Find("users", h.bob.Id)) }},
		{"account deleted over REST", func(h *house, c *chattest.Client) {
			h.rest(h.Client(h.bob), http.MethodDelete, "users", h.bob.Id, nil)
		}},
		{"the collection's secret changed", func(h *house, _ *chattest.Client) {
			users, err := h.FindCollectionByNameOrId("users")
			if err != nil {
				h.t.Fatal(err)
			}
			users.AuthToken.Secret += "rotated-and-long-enough-to-be-one"
			if err := h.Save(users); err != nil {
				h.t.Fatal(err)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			byHeader, byCookie := h.Client(h.bob), h.Browser(h.bob)
			sockets := append(both(h, byHeader), both(h, byCookie)...)
			ann := h.inbox(h.ann)
			test.by(h, byHeader)
			ended(t, 4501, sockets...)
			if test.name != "ended by the host" {
				for _, c := range []*chattest.Client{byHeader, byCookie} {
					if s, status, _ := c.TrySocket("/ws/chat/inbox/"); s != nil || status != http.StatusUnauthorized {
						t.Errorf("the old sign-in opens a socket: %d", status)
					}
				}
			}
			if test.name != "the collection's secret changed" {
				h.Message(h.direct, h.ann, "still here")
				about(ann, "inbox", h.direct)
			}
		})
	}
}

// What is saved of a user without a change of the token key ends nothing.
func TestF15_OtherChangesOfAUserEndNothing(t *testing.T) {
	h := newHouse(t)
	sockets := both(h, h.Browser(h.bob))
	h.change("users", h.bob.Id, map[string]any{"name": "Robert"})
	users, err := h.FindCollectionByNameOrId("users")
	if err != nil {
		t.Fatal(err)
	}
	users.AuthAlert.Enabled = false
	if err := h.Save(users); err != nil {
		t.Fatal(err)
	}
	h.Message(h.group, h.ann, "marker")
	for _, s := range sockets {
		about(s, "inbox", h.group)
	}
}

func TestF15_TokenExpires(t *testing.T) {
	h := newHouse(t)
	users, err := h.FindCollectionByNameOrId("users")
	if err != nil {
		t.Fatal(err)
	}
	users.AuthToken.Duration = 2
	if err := h.SaveNoValidate(users); err != nil {
		t.Fatal(err)
	}
	client := h.Client(h.Find("users", h.bob.Id))
	sockets := both(h, client)
	ended(t, 4501, sockets...)
	eventually(t, "the token is refused", func() bool {
		s, status, _ := client.TrySocket("/ws/chat/inbox/")
		return s == nil && status == http.StatusUnauthorized
	})
}

// A password that changes while a socket is being dialled leaves none open.
func TestF15_RevocationRacesDial(t *testing.T) {
	h := newHouse(t)
	for range 30 {
		client := h.Client(h.Find("users", h.bob.Id))
		done := make(chan *chattest.Socket)
		go func() {
			s, _, _ := client.TrySocket("/ws/chat/inbox/")
			done <- s
		}()
		bob := h.Find("users", h.bob.Id)
		bob.RefreshTokenKey()
		h.save(bob)
		if s := <-done; s != nil {
			ended(t, 4501, s)
		}
	}
}

func TestDeletedAccountIsShownToThePeer(t *testing.T) {
	h := newHouse(t)
	h.Message(h.direct, h.bob, "goodbye")
	s := h.inbox(h.ann)
	h.delete(h.Find("users", h.bob.Id))
	if row := about(s, "inbox", h.direct); strings.Contains(row.Text("html"), "Bob") {
		t.Errorf("Bob is still there: %s", row.Raw())
	}
}
