package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// ledger is what a room's readers must see: the same bytes for every revision,
// each once, in their order. The first reader of a revision writes its bytes
// down, the others compare, so that looking at everything costs little.
type ledger struct {
	first  int64                    // revision of the first entry
	seen   []atomic.Pointer[[]byte] // by revision, from first on
	cycle  int64                    // how many entries come again and again; 0: none does
	got    atomic.Int64             // deliveries that were right
	faults faults
}

// mostEntries is how many revisions a ledger has to hold at most.
const mostEntries = 1 << 17

// newLedger begins after a revision, and holds so many.
func newLedger(after int64, entries int) *ledger {
	return &ledger{first: after + 1, seen: make([]atomic.Pointer[[]byte], entries)}
}

// repeated is the ledger of readers who get the same frames over and over, from
// the one with this revision on.
func repeated(first int64, frames [][]byte) *ledger {
	l := newLedger(first-1, len(frames))
	l.cycle = int64(len(frames))
	for i := range frames {
		l.seen[i].Store(&frames[i])
	}
	return l
}

// place is where a reader is: the entry that must come next.
type place struct {
	name string
	next int64
}

// take looks at a message frame that somebody got, and reports whether it is
// the one that they had to get.
func (l *ledger) take(at *place, rev int64, frame []byte) bool {
	want := at.next
	if l.cycle > 0 {
		want = l.first + (at.next-l.first)%l.cycle
	}
	at.next++
	if rev != want {
		l.faults.add("%s: %s", at.name, misplaced(rev, want))
		at.next = rev + 1
		return false
	}
	entry := rev - l.first
	if entry < 0 || entry >= int64(len(l.seen)) {
		l.faults.add("%s: revision %d is more than this bench counts", at.name, rev)
		return false
	}
	known := l.seen[entry].Load()
	if known == nil {
		copied := bytes.Clone(frame)
		if l.seen[entry].CompareAndSwap(nil, &copied) {
			return true
		}
		known = l.seen[entry].Load()
	}
	if !bytes.Equal(*known, frame) {
		l.faults.add("%s: revision %d is not what others got", at.name, rev)
		return false
	}
	return true
}

func misplaced(rev, want int64) string {
	if rev < want {
		return fmt.Sprintf("revision %d came again or too late, after %d", rev, want-1)
	}
	return fmt.Sprintf("revision %d came where %d had to: lost, or out of order", rev, want)
}

// sent is a message as the answer to its sender told it.
type sent struct {
	ID, Author, Body string
	Rev              int64
}

// agrees compares what was delivered with what was sent: every message in the
// place that its sender was told, and nothing else up to the last one.
func (l *ledger) agrees(all map[int64]sent) error {
	for rev, message := range all {
		frame := l.frame(rev)
		if frame == nil {
			l.faults.add("revision %d, message %s, reached nobody", rev, message.ID)
			continue
		}
		if err := message.in(frame); err != nil {
			l.faults.add("revision %d: %v", rev, err)
		}
	}
	for i := range l.seen {
		if rev := l.first + int64(i); l.seen[i].Load() != nil && all[rev].ID == "" {
			l.faults.add("revision %d was delivered, and nobody sent it", rev)
		}
	}
	return l.faults.err()
}

func (l *ledger) frame(rev int64) []byte {
	entry := rev - l.first
	if entry < 0 || entry >= int64(len(l.seen)) || l.seen[entry].Load() == nil {
		return nil
	}
	return *l.seen[entry].Load()
}

// frames are the first ones, as many as have come of so many.
func (l *ledger) frames(most int) (all [][]byte) {
	for i := 0; i < min(most, len(l.seen)) && l.seen[i].Load() != nil; i++ {
		all = append(all, *l.seen[i].Load())
	}
	return all
}

// in compares a message with the frame about it.
func (s sent) in(frame []byte) error {
	var told struct {
		Rev     int64
		Message struct {
			ID, Author, Body string
			Rev              int64
		}
	}
	if err := json.Unmarshal(frame, &told); err != nil {
		return fmt.Errorf("the frame cannot be read: %w", err)
	}
	m := told.Message
	if m.ID != s.ID || m.Author != s.Author || m.Body != s.Body || m.Rev != s.Rev || told.Rev != s.Rev {
		return fmt.Errorf("%q of %s was sent as %s, and %q of %s delivered as %s", s.Body, s.Author, s.ID, m.Body, m.Author, m.ID)
	}
	return nil
}

// faults are what went wrong: the first ones in words, the others counted.
type faults struct {
	mu    sync.Mutex
	first []error
	more  int
}

const saidFaults = 5

func (f *faults) add(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.first) < saidFaults {
		f.first = append(f.first, fmt.Errorf(format, args...))
	} else {
		f.more++
	}
}

func (f *faults) err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := errors.Join(f.first...)
	if f.more > 0 {
		all = errors.Join(all, fmt.Errorf("and %d more faults", f.more))
	}
	return all
}
