package live

import (
	"math"
	"strings"
	"sync"
	"time"

	"pocketchat/chatplugin/internal/store"
)

const (
	sweepEvery = 5 * time.Second
	// A transaction is dated when it begins to write, and seen when it commits.
	sweepBack = 30 * time.Second
	// sweepRows is how many missed messages of a room are told one by one; of
	// more, clients hear that they are behind, and resume.
	sweepRows = 100
)

// sweep tells the people of this node what nobody told them: saves of another
// process on the same database, and whatever Redis lost. It reads nothing while
// nobody is connected.
type sweep struct {
	live *Live
	wake chan struct{}
	quit chan struct{}
	done sync.WaitGroup
	end  sync.Once

	since time.Time         // up to when the last one saw everything
	keys  map[string]string // what users' tokens were signed with at the last one

	mu   sync.Mutex
	away time.Time // since when other nodes are not reached; zero: they are
	back time.Time // since when they were not, until a sweep has made up for it
}

func newSweep(l *Live) *sweep {
	return &sweep{live: l, wake: make(chan struct{}, 1), quit: make(chan struct{}), keys: map[string]string{}}
}

func (s *sweep) start() {
	s.since = time.Now()
	s.done.Go(func() {
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		for {
			select {
			case <-s.quit:
				return
			case <-ticker.C:
			case <-s.wake:
			}
			s.live.gather.run(s.run)
		}
	})
}

func (s *sweep) stop() {
	s.end.Do(func() { close(s.quit) })
	s.done.Wait()
}

func (s *sweep) stopping() bool {
	select {
	case <-s.quit:
		return true
	default:
		return false
	}
}

// reached hears whether other nodes are.
func (s *sweep) reached(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil && s.away.IsZero():
		s.away = time.Now()
	case err == nil && !s.away.IsZero():
		s.back, s.away = s.away, time.Time{}
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

func (s *sweep) run() {
	l, began := s.live, time.Now()
	users := l.hub.Users()
	if len(users) == 0 {
		s.since = began
		clear(s.keys)
		return
	}
	s.sessions(users)
	s.rooms()
	if s.lists() {
		s.since = began
	}
	s.marks(users)
}

// sessions ends the sockets of people whose sign-in was ended by another process.
func (s *sweep) sessions(users []string) {
	l := s.live
	keys, err := l.store.TokenKeys(l.app, users)
	if err != nil {
		l.log.Warn("chat: sessions could not be looked at", "error", err)
		return
	}
	for _, user := range users {
		if old, known := s.keys[user]; !known || old != keys[user] {
			l.hub.Recheck(user)
		}
	}
	s.keys = keys
}

// rooms brings up to date who has a room open.
func (s *sweep) rooms() {
	l := s.live
	lines := l.hub.Timelines()
	ids := make([]string, 0, len(lines))
	for _, line := range lines {
		ids = append(ids, strings.TrimPrefix(line.Topic, roomPrefix))
	}
	rooms, err := store.RoomsNow(l.app, ids)
	if err != nil {
		l.log.Warn("chat: open rooms could not be looked at", "error", err)
		return
	}
	for i, line := range lines {
		if s.stopping() {
			return
		}
		room, there := rooms[ids[i]]
		if !there {
			l.hub.Current(line.Topic, math.MaxInt64)
		} else {
			l.hub.Current(line.Topic, room.MembersRev)
		}
		l.hub.Verify(line.Topic)
		if there && room.Rev != line.Rev {
			l.warn("what was missed", room.ID, l.catchUp(room, line))
		}
	}
}

// lists tells the lists on this node of rooms that they were not told of, and
// says whether it saw all.
func (s *sweep) lists() bool {
	l := s.live
	rooms, err := store.ChangedRooms(l.app, s.since.Add(-sweepBack))
	if err != nil {
		l.log.Warn("chat: changed rooms could not be looked at", "error", err)
		return false
	}
	for _, room := range rooms {
		if s.stopping() {
			return false
		}
		if l.told.has(room.ID, room.Rev) {
			continue
		}
		if err := l.retell(room.ID); err != nil {
			l.warn("a room's row", room.ID, err)
			continue
		}
		l.told.settle(room.ID, room.Rev)
	}
	return true
}

// marks tells people how far they and others have read, after other nodes could
// not say it.
func (s *sweep) marks(users []string) {
	s.mu.Lock()
	since := s.back
	s.back = time.Time{}
	s.mu.Unlock()
	if since.IsZero() {
		return
	}
	l := s.live
	marks, err := store.MarksMoved(l.app, users, since.Add(-sweepBack))
	if err != nil {
		l.log.Warn("chat: read marks could not be looked at", "error", err)
		return
	}
	for _, mark := range marks {
		l.unreadSoon(mark.Room, mark.User)
	}
}
