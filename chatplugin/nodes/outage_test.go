package nodes

import (
	"fmt"
	"slices"
	"testing"

	"pocketchat/chatplugin/chattest"
)

// Redis is killed, or hangs, in the middle of a conversation: sends go on, the
// node's own people hear at once, the others catch up by themselves, and nobody
// loses anything.
func TestRedisGoesAndComesBack(t *testing.T) {
	for name, outage := range map[string]struct{ begin, end func(*redis) }{
		"killed":  {(*redis).kill, (*redis).start}, // and comes back empty
		"hanging": {(*redis).hang, (*redis).resume},
	} {
		t.Run(name, func(t *testing.T) {
			r := startRedis(t)
			p := newPair(t, r.config())
			p.joined()
			here, there := p.open(p.a, p.bob, p.group), p.open(p.b, p.cid, p.group)
			list := p.inbox(p.b, p.bob)
			p.a.Message(p.group, p.ann, "Before")
			said(there, "Before")

			outage.begin(r)
			var bodies []string
			for i := range 10 {
				bodies = append(bodies, fmt.Sprint("During ", i))
				p.a.Message(p.group, p.ann, bodies[i])
				said(here, bodies[i])
			}
			late := p.open(p.b, p.ann, p.direct) // people connect all the same
			p.b.Message(p.direct, p.ann, "Also during")
			said(late, "Also during")
			outage.end(r)
			p.a.Message(p.group, p.ann, "After")
			p.everything(there, append(append([]string{"Before"}, bodies...), "After"))
			list.Wait("the row", func(f chattest.Frame) bool {
				return f.Type() == "inbox" && f.Text("room") == p.group && f.Int("posts") == 12
			})
			p.joined() // each node knows again who is online on the other
		})
	}
}

// everything waits until a socket has had these texts, as a client has them: by
// frames, or by resuming where revisions jump.
func (p *pair) everything(s *chattest.Socket, bodies []string) {
	p.t.Helper()
	s.Until("every message", func(all []chattest.Frame) bool {
		var had []string
		for _, frame := range all {
			if body := frame.Message().Text("body"); frame.Type() == "message" && !slices.Contains(had, body) {
				had = append(had, body)
			}
		}
		slices.Sort(had)
		want := slices.Sorted(slices.Values(bodies))
		return slices.Equal(had, want)
	})
}

// A node starts without Redis, serves its people, and joins when it comes.
func TestRedisComesLate(t *testing.T) {
	r := newRedis(t)
	p := newPair(t, r.config())
	here, there := p.open(p.a, p.bob, p.group), p.open(p.b, p.cid, p.group)
	p.a.Message(p.group, p.ann, "Alone")
	said(here, "Alone")
	said(there, "Alone") // from the database
	r.start()
	p.joined()
	p.post(p.a, p.ann, p.group+"/typing/")
	about(there, "typing", p.group)
}
