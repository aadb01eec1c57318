package soak

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
)

var (
	seed  = flag.Uint64("seed", 0, "repeats the mixture that a failed test printed")
	last  = flag.Duration("last", 0, "how long each test of this package goes on; short where it is 0")
	steps = flag.Int("steps", 40, "how many things each person does in a mixture")
)

// rounds calls do with one seed after another for as long as the flags say.
func rounds(t *testing.T, do func(t *testing.T, seed uint64)) {
	begin, first := time.Now(), *seed
	if first == 0 {
		first = uint64(begin.UnixNano()) % 1_000_000
	}
	for n := first; ; n++ {
		t.Run(fmt.Sprint("seed=", n), func(t *testing.T) { do(t, n) })
		if t.Failed() {
			t.Logf("go test ./chatplugin/soak -run '^%s$' -args -seed=%d -steps=%d", t.Name(), n, *steps)
			return
		}
		if time.Since(begin) >= *last {
			return
		}
	}
}

// TestEveryMixture lets several people do everything at once. Afterwards every tab
// shows what a fresh page does, and all counters are what the rows say.
func TestEveryMixture(t *testing.T) {
	rounds(t, func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		config := chatplugin.Config{History: pick(r, []chatplugin.History{chatplugin.HistoryAll, chatplugin.HistoryJoined})}
		w := newWorld(t, config, "Ann", "Bob", "Cid", "Dan")
		for _, who := range w.people {
			for range 2 {
				w.tab(who, "", r.IntN(2) == 0)
			}
		}
		w.live()
		w.group(w.tabs[0], "Friends", w.people[1:]...)
		w.group(w.tabs[2], "Others", w.people[2:]...)
		w.mu.Lock()
		w.rooms = append(w.rooms, w.app.Direct(w.people[0], w.people[1]), w.app.Direct(w.people[2], w.people[3]))
		w.mu.Unlock()
		for _, tab := range w.tabs {
			tab.open(pick(r, w.allRooms()))
		}
		var all sync.WaitGroup
		for i := range w.people {
			own := rand.New(rand.NewPCG(seed, uint64(i+1)))
			all.Go(func() {
				p := &person{w, own, w.tabs[2*i : 2*i+2], w.people[i], 0}
				for range *steps {
					p.step()
				}
			})
		}
		all.Wait()
		w.settled()
		w.counted()
		w.acknowledged()
		open, gaps, reloads := 0, 0, 0
		for _, tab := range w.allTabs() {
			now := tab.now()
			gaps, reloads = gaps+now.gaps, reloads+now.reloads
			if now.room != "" {
				open++
			}
		}
		t.Logf("%d messages were acknowledged, in %d rooms, of which %d are open; resumes because of gaps: %d, reloads: %d", len(w.acked), len(w.rooms), open, gaps, reloads)
	})
}

// person does one thing after another.
type person struct {
	*world
	r    *rand.Rand
	tabs []*tab
	who  *core.Record
	sent int
}

// deeds are what people do, as often as they stand here.
var deeds = func() (all []func(p *person, tab *tab, room string)) {
	for _, d := range []struct {
		often int
		do    func(p *person, tab *tab, room string)
	}{
		{14, (*person).send}, {4, (*person).edit}, {3, (*person).retract}, {5, (*person).react}, {5, (*person).read}, {2, (*person).deleteForMe},
		{1, (*person).leave}, {3, (*person).add}, {2, (*person).remove}, {1, (*person).rename}, {1, (*person).deleteGroup}, {1, (*person).newGroup},
		{4, (*person).cut}, {2, (*person).sleep}, {5, (*person).visit}, {2, (*person).more},
	} {
		for range d.often {
			all = append(all, d.do)
		}
	}
	return all
}()

func (p *person) step() {
	tab := pick(p.r, p.tabs)
	tab.mu.Lock()
	room := tab.room
	tab.mu.Unlock()
	if room == "" || p.r.IntN(5) == 0 {
		room = pick(p.r, p.allRooms())
	}
	pick(p.r, deeds)(p, tab, room)
}

// shown is one of the messages that a tab shows of a room.
func (p *person) shown(tab *tab, room string, own bool) (b bubble) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	if tab.room != room {
		return b
	}
	var all []bubble
	for _, b := range tab.timeline.all() {
		if !own || b.author == p.who.Id && b.kind == "text" {
			all = append(all, b)
		}
	}
	return pick(p.r, all)
}

func (p *person) send(tab *tab, room string) {
	p.sent++
	id := fmt.Sprintf("%s-%d", p.who.Id, p.sent)
	form := []string{"body", "message " + id, "client_id", id}
	if p.r.IntN(3) == 0 {
		form = append(form, "reply_to", p.shown(tab, room, false).id)
	}
	status := tab.post(room, "send", form...)
	if p.r.IntN(4) == 0 { // the answer was lost
		status = tab.post(room, "send", form...)
	}
	if status == http.StatusOK {
		p.mu.Lock()
		p.acked[id] = room
		p.mu.Unlock()
	}
}

func (p *person) edit(tab *tab, room string) {
	if b := p.shown(tab, room, true); b.id != "" {
		tab.post(room, "change", "message", b.id, "body", fmt.Sprintf("edited %d", p.r.IntN(1000)))
	}
}

func (p *person) retract(tab *tab, room string) {
	if b := p.shown(tab, room, true); b.id != "" {
		tab.post(room, "retract", "message", b.id)
	}
}

func (p *person) react(tab *tab, room string) {
	if b := p.shown(tab, room, false); b.id != "" {
		tab.post(room, "react", "message", b.id, "emoji", pick(p.r, []string{"👍", "❤️", "🎉"}), "on", pick(p.r, []string{"", "0", "1"}))
	}
}

func (p *person) read(tab *tab, room string) {
	tab.post(room, "read", "rev", fmt.Sprint(p.shown(tab, room, false).seq))
}

func (p *person) deleteForMe(tab *tab, room string) { tab.post(room, "delete") }
func (p *person) leave(tab *tab, room string)       { tab.post(room, "leave") }

func (p *person) add(tab *tab, room string) {
	tab.post(room, "edit", "action", "add", "members", pick(p.r, p.people).Id)
}

func (p *person) remove(tab *tab, room string) {
	tab.post(room, "edit", "action", "remove", "user", pick(p.r, p.people).Id)
}

func (p *person) rename(tab *tab, room string) {
	tab.post(room, "edit", "action", "details", "name", fmt.Sprint("Room ", p.r.IntN(100)))
}

func (p *person) deleteGroup(tab *tab, room string) {
	if p.r.IntN(3) == 0 {
		tab.post(room, "delete-group")
	}
}

func (p *person) newGroup(tab *tab, _ string) {
	if len(p.allRooms()) < 12 {
		p.group(tab, "One more", pick(p.r, p.people), pick(p.r, p.people))
	}
}

func (p *person) cut(tab *tab, _ string)      { tab.cut(false) }
func (p *person) visit(tab *tab, room string) { tab.open(pick(p.r, []string{"", room, room, room})) }
func (p *person) more(tab *tab, _ string)     { tab.more(p.r.IntN(2) == 0) }

func (p *person) sleep(tab *tab, _ string) {
	tab.cut(true)
	time.AfterFunc(time.Duration(p.r.IntN(300))*time.Millisecond, tab.awake)
}
