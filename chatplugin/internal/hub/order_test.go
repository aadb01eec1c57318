package hub

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

const publishers, perPublisher = 64, 12

// transactions lets 64 publishers allot rising revisions one after another, as a
// database does, and hands each of them over after a delay of its own. Every
// seventh is rolled back.
func transactions(allot, commit, rollback func(rev int64)) (committed []int64) {
	var (
		writer, result sync.Mutex
		last           int64
		wg             sync.WaitGroup
	)
	for range publishers {
		wg.Go(func() {
			for range perPublisher {
				writer.Lock()
				last++
				rev := last
				allot(rev)
				writer.Unlock()
				time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
				if rev%7 == 0 {
					rollback(rev)
					continue
				}
				result.Lock()
				committed = append(committed, rev)
				result.Unlock()
				commit(rev)
			}
		})
	}
	wg.Wait()
	slices.Sort(committed)
	return committed
}

func (c *client) revs(n int) []int64 {
	c.t.Helper()
	revs := make([]int64, 0, n)
	for range n {
		frame, err := c.read()
		if err != nil {
			c.t.Fatalf("after %d of %d frames: %v", len(revs), n, err)
		}
		rev, _ := revOf([]byte(frame))
		revs = append(revs, rev)
	}
	return revs
}

func TestFramesLeaveInTheOrderOfTheirRevision(t *testing.T) {
	g := newRig(t, Options{PassOver: time.Minute})
	c := g.connect("user=ann")

	t.Run("premise: without the sequencer they do not", func(t *testing.T) {
		none := func(int64) {}
		sent := transactions(none, func(rev int64) { g.hub.Publish(room, revFrame(rev)) }, none)
		if got := c.revs(len(sent)); slices.IsSorted(got) {
			t.Fatal("64 publishers with random delays published in order")
		}
	})
	t.Run("with it they do, and none is missing", func(t *testing.T) {
		sent := transactions(
			func(rev int64) { g.hub.Reserve(room, rev) },
			func(rev int64) { g.hub.Release(room, rev, revFrame(rev)) },
			func(rev int64) { g.hub.Drop(room, rev) })
		if got := c.revs(len(sent)); !slices.Equal(got, sent) {
			t.Fatalf("got %v\nwant %v", got, sent)
		}
		g.hub.sequencer.mu.Lock()
		defer g.hub.sequencer.mu.Unlock()
		if n := len(g.hub.sequencer.topics); n > 0 {
			t.Fatalf("%d topics still wait", n)
		}
	})
}

func TestPublishedFramesOfATopicKeepTheirOrder(t *testing.T) {
	g := newRig(t, Options{})
	a, b := g.connect("user=ann"), g.connect("user=bob")
	const n = 500
	want := make([]string, 0, n)
	for i := range n {
		frame := revFrame(int64(i + 1))
		want = append(want, string(frame))
		g.hub.PublishMany([]string{room, inbox, "rooms/nobody"}, frame)
	}
	b.want(want...)
	for range 2 { // ann gets each twice: by the room and by her inbox
		for range n {
			if _, err := a.read(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestFrameThatIsNoJSONHarmsNobody(t *testing.T) {
	g := newRig(t, Options{})
	c := g.connect("user=ann")
	for _, frame := range []string{`{`, ``, "\x00", `{} {}`} {
		g.hub.Publish(room, []byte(frame))
	}
	g.hub.Publish(room, revFrame(1))
	c.want(`{"rev":1}`)
}

// emitted collects what a sequencer lets go.
type emitted struct {
	mu     sync.Mutex
	frames []string
}

func (e *emitted) emit(topic string, frame []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.frames = append(e.frames, topic+string(frame))
}

func (e *emitted) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.frames)
}

func TestSequencer(t *testing.T) {
	for _, test := range []struct {
		name  string
		steps string // r3 reserve, e3 release, d3 drop; of topic "t", or "u" where upper case
		want  []string
	}{
		{"in order", "r1 e1 r2 e2", []string{"t1", "t2"}},
		{"the later waits", "r1 r2 e2", nil},
		{"the earlier lets the later go", "r1 r2 e2 e1", []string{"t1", "t2"}},
		{"a rollback lets the later go", "r1 r2 r3 e3 d1 e2", []string{"t2", "t3"}},
		{"an unreserved one waits for nobody", "r1 e7", []string{"t7"}},
		{"a gap that another process makes is not waited for", "r1 r5 e1 e5", []string{"t1", "t5"}},
		{"reserved twice is one", "r1 r1 e1", []string{"t1"}},
		{"a rolled back one waits for who was given it next", "r1 r1 r2 e2 d1", nil},
		{"and leaves with theirs", "r1 r1 r2 e2 d1 e1", []string{"t1", "t2"}},
		{"and its late drop takes nothing", "r1 r1 r2 e2 e1 d1", []string{"t1", "t2"}},
		{"reserved out of order", "r2 r1 e2 e1", []string{"t1", "t2"}},
		{"topics do not wait for each other", "r1 R1 E1", []string{"u1"}},
		{"a drop of nothing says nothing", "d4", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out emitted
			s := newSequencer(out.emit, time.Hour)
			defer s.close()
			for _, step := range splitSteps(test.steps) {
				switch step.do {
				case 'r':
					s.reserve(step.topic, step.rev)
				case 'e':
					s.release(step.topic, step.rev, fmt.Append(nil, step.rev))
				case 'd':
					s.release(step.topic, step.rev, nil)
				}
			}
			if got := out.all(); !slices.Equal(got, test.want) {
				t.Fatalf("%s let go %v, want %v", test.steps, got, test.want)
			}
		})
	}
}

type step struct {
	do    byte
	topic string
	rev   int64
}

func splitSteps(text string) (steps []step) {
	for len(text) > 1 {
		s := step{do: text[0] | 0x20, topic: "t", rev: int64(text[1] - '0')}
		if text[0] < 'a' {
			s.topic = "u"
		}
		steps = append(steps, s)
		text = text[min(3, len(text)):]
	}
	return steps
}

func TestSequencerPassesOverWhatNeverComes(t *testing.T) {
	var out emitted
	s := newSequencer(out.emit, 20*time.Millisecond)
	defer s.close()
	s.reserve("t", 1)
	s.reserve("t", 2)
	s.release("t", 2, []byte("2"))
	eventually(t, "2 leaves without 1", func() bool { return slices.Equal(out.all(), []string{"t2"}) })
	s.release("t", 1, []byte("1")) // late, but not lost
	if got := out.all(); !slices.Equal(got, []string{"t2", "t1"}) {
		t.Fatalf("let go %v", got)
	}
	s.reserve("t", 3) // never settled by anybody
	eventually(t, "nothing is kept", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.topics) == 0
	})
}

func TestSequencerIsBounded(t *testing.T) {
	var out emitted
	s := newSequencer(out.emit, time.Hour)
	defer s.close()
	for rev := range int64(sequenceDepth + 1) {
		s.reserve("t", rev)
		if rev > 0 {
			s.release("t", rev, fmt.Append(nil, rev))
		}
	}
	if got := out.all(); len(got) != sequenceDepth || got[0] != "t1" {
		t.Fatalf("%d frames left", len(got))
	}
}
