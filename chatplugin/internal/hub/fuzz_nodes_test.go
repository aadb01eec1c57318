package hub

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
)

// FuzzWhatOtherNodesSend hands a node what came through Redis, where anything may
// stand. Nobody hears of the room who is not among its people, and connections
// end only with codes that this module has.
func FuzzWhatOtherNodesSend(f *testing.F) {
	for _, data := range []string{`{"rev":1}`, `"about"`, `"about last"`, `{}`, "", "\xff", `{"user":"ann","code":4501}`, `{"code":3008}`, `{"user":"ann","session":"s","code":4502}`,
		`{"code":-1}`, `{"code":70000}`, `{"code":1e9}`, `{"user":"eve","code":1}`, `null`, `[]`, strings.Repeat("[", 20000)} {
		for _, kind := range []string{"", kindEnd, kindCount, "else"} {
			f.Add(room, kind, []byte(data))
			f.Add("users/ann", kind, []byte(data))
		}
	}
	for _, topic := range []string{"", "users/", "users/nobody", "rooms/other", nodesTopic, probeTopic, "\x00", strings.Repeat("x", 300)} {
		f.Add(topic, "", []byte(`"about last"`))
	}
	c := &crowd{}
	c.set("ann", "bob")
	g := newRig(f, sharing(miniredis.RunT(f).Addr(), c))
	f.Fuzz(func(t *testing.T, topic, kind string, data []byte) {
		sinks, peers := map[string]*fakeSink{}, []*peer{}
		for _, user := range []string{"ann", "eve"} {
			sinks[user] = newFakeSink()
			peers = append(peers, g.attachFor(t, sinks[user], roomDial(user)))
		}
		g.hub.nodes.receive([]arrival{{topic, kind, data}})
		for i, user := range []string{"ann", "eve"} {
			eventually(t, "whoever is ended is closed", func() bool { return peers[i].ending.Load() == 0 || len(sinks[user].closedBy()) > 0 })
		}
		for _, p := range peers {
			g.hub.detach(p) // returns when whoever closes it is through
		}
		for user, s := range sinks {
			for _, code := range s.closedBy() {
				if _, known := reasons[code]; !known && code != 0 {
					t.Errorf("%q as %q on %q closed %s with %d", data, kind, topic, user, code)
				}
			}
		}
		if got := sinks["eve"].written(); topic == room && slices.Contains(got, string(data)) {
			t.Errorf("%q as %q reached somebody outside", data, kind)
		}
	})
}

// attachFor is attach for a test inside the rig's own.
func (g *rig) attachFor(t *testing.T, s sink, dial Dial) *peer {
	t.Helper()
	p, err := g.hub.newPeer(dial)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.hub.registry.enter(dial.User, &g.hub.serving); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", dial.User, err))
	}
	p.sink = s
	if err := g.hub.attach(p); err != nil {
		t.Fatal(err)
	}
	return p
}

func (s *fakeSink) closedBy() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.codes)
}
