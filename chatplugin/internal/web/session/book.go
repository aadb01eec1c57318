package session

import (
	"sync"
	"time"
)

// book remembers what the tokens cannot say: which sessions were ended here,
// so that a cookie that was on its way meanwhile does not bring one back, and
// until when a renewed one lasts, so that its open sockets know. It is this
// process's own and may be lost: tokens expire all the same.
type book struct {
	now func() time.Time

	mu    sync.Mutex
	notes map[string]note
}

type note struct {
	expires time.Time // of the newest token known
	claimed time.Time // when a request last set out to renew it
	ended   bool
	first   string // the session that this one goes on from, "" for none
}

const (
	maxNotes   = 50_000
	renewAgain = 30 * time.Second
)

func newBook(now func() time.Time) *book { return &book{now: now, notes: map[string]note{}} }

// claim reports whether the caller is to renew the session: of the requests
// that a page sends at once only one does.
func (b *book) claim(session string, expires time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, now := b.notes[session], b.now()
	if n.ended || now.Sub(n.claimed) < renewAgain {
		return false
	}
	n.claimed = now
	if n.expires.Before(expires) {
		n.expires = expires
	}
	b.put(session, n)
	return true
}

// renewed notes the expiry of a session's new token, unless it has ended since.
func (b *book) renewed(session string, expires time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.notes[session]
	if n.ended {
		return false
	}
	n.expires = expires
	b.put(session, n)
	return true
}

// end notes that a session is over; its token would last until expires.
func (b *book) end(session string, expires time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.notes[session]
	n.ended = true
	if n.expires.Before(expires) {
		n.expires = expires
	}
	b.put(session, n)
}

func (b *book) ended(session string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.notes[session].ended
}

// follow notes that a token was given for another one. However often that is
// repeated, all of them last as long as the newest.
func (b *book) follow(old, fresh string, expires time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	first := b.firstOf(old)
	n := b.notes[first]
	if n.ended || b.notes[old].ended || first == fresh {
		return
	}
	if n.expires.Before(expires) {
		n.expires = expires
	}
	b.put(first, n)
	next := b.notes[fresh]
	next.first, next.expires = first, expires
	b.put(fresh, next)
}

func (b *book) firstOf(session string) string {
	if first := b.notes[session].first; first != "" {
		return first
	}
	return session
}

func (b *book) expires(session string) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	own, first := b.notes[session].expires, b.notes[b.firstOf(session)].expires
	if first.After(own) {
		return first
	}
	return own
}

// put keeps the book bounded. The caller holds mu.
func (b *book) put(session string, n note) {
	if _, known := b.notes[session]; !known && len(b.notes) >= maxNotes {
		now := b.now()
		for id, old := range b.notes {
			if now.After(old.expires) {
				delete(b.notes, id)
			}
		}
		for id := range b.notes {
			if len(b.notes) < maxNotes {
				break
			}
			delete(b.notes, id)
		}
	}
	b.notes[session] = n
}
