package live_test

import (
	"net/http"
	"testing"
	"time"

	"pocketchat/chatplugin/chattest"
)

func TestRefusedBeforeTheUpgrade(t *testing.T) {
	h := newHouse(t)
	static, err := h.bob.NewStaticAuthToken(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	bob, browser, eve := h.Client(h.bob), h.Browser(h.bob), h.Client(h.eve)
	room, unknown := "/ws/chat/"+h.group+"/", "/ws/chat/nosuchroom00000/"
	foreign := []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}
	for _, test := range []struct {
		name   string
		client *chattest.Client
		path   string
		extra  []string
		status int
	}{
		{"guest", h.Client(nil), room, nil, http.StatusUnauthorized},
		{"guest, unknown room", h.Client(nil), unknown, nil, http.StatusUnauthorized},
		{"guest, inbox", h.Client(nil), "/ws/chat/inbox/", nil, http.StatusUnauthorized},
		{"no token at all", h.WithToken("rubbish"), room, nil, http.StatusUnauthorized},
		{"superuser", h.WithToken(h.Superuser()), room, nil, http.StatusUnauthorized},
		{"impersonated", h.WithToken(static), room, nil, http.StatusUnauthorized},
		{"foreign page with the cookie", browser, room, foreign, http.StatusForbidden},
		{"foreign page with the cookie, inbox", browser, "/ws/chat/inbox/", foreign, http.StatusForbidden},
		{"sandboxed page with the cookie", browser, room, []string{"Origin", "null", "Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"foreign page with a token", bob, room, foreign, http.StatusSwitchingProtocols},
		{"own page", browser, room, nil, http.StatusSwitchingProtocols},
		{"no browser", bob, room, nil, http.StatusSwitchingProtocols},
		{"without the slash", bob, "/ws/chat/" + h.group, nil, http.StatusSwitchingProtocols},
		{"stranger", eve, room, nil, http.StatusNotFound},
		{"unknown room", bob, unknown, nil, http.StatusNotFound},
		{"no id", bob, "/ws/chat/'%20OR%201=1/", nil, http.StatusNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, status, err := test.client.TrySocket(test.path, test.extra...)
			if status != test.status || (s != nil) != (status == http.StatusSwitchingProtocols) {
				t.Errorf("got %d, want %d (%v)", status, test.status, err)
			}
		})
	}
	upgrade := []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}
	if a, b := eve.Get(room, upgrade...), eve.Get(unknown, upgrade...); a.Status != b.Status || a.Body != b.Body {
		t.Errorf("a stranger can tell a room that exists: %d %s, %d %s", a.Status, a.Body, b.Status, b.Body)
	}
}
