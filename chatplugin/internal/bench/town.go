package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// town is everybody who is there on a mixed day.
type town struct {
	*run
	rooms  []*townRoom
	folk   []*citizen
	faults faults
	ctx    context.Context // of everybody's day
	end    context.CancelFunc
	busy   sync.WaitGroup

	mu    sync.Mutex
	sends []time.Duration
}

// townRoom is a room with those who live in it.
type townRoom struct {
	RoomMade
	ledger *ledger
	words  *speakers
}

func newTown(r *run) *town {
	t := &town{run: r}
	t.ctx, t.end = context.WithCancel(context.Background())
	return t
}

// roomEntries is how many messages a room may get in a day.
const roomEntries = 1 << 13

// grow brings new people, whole rooms of them, until there are so many.
func (t *town) grow(ctx context.Context, people int) error {
	all, err := t.people(ctx, (people+townRoomSize-1)/townRoomSize*townRoomSize)
	if err != nil {
		return err
	}
	var asked []RoomAsked
	for at := len(t.rooms) * townRoomSize; at < len(all); at += townRoomSize {
		asked = append(asked, RoomAsked{Name: "Neighbours", Members: ids(all[at : at+townRoomSize]), Messages: roomHistory})
	}
	if len(asked) == 0 {
		return nil
	}
	var made []RoomMade
	if err := t.call(ctx, "Rooms", asked, &made); err != nil {
		return err
	}
	t.say("%s people come", number(float64(people)))
	var fresh []*citizen
	for _, room := range made {
		home := &townRoom{RoomMade: room, ledger: newLedger(room.Rev, roomEntries)}
		home.words = newSpeakers(nil, func(c *client, text, id string) (sent, error) { return c.post(t.BasePath, room.ID, text, id) })
		for _, person := range all[len(t.rooms)*townRoomSize:][:townRoomSize] {
			fresh = append(fresh, &citizen{town: t, home: home, who: len(home.words.clients), Person: person})
			home.words.clients = append(home.words.clients, nil)
		}
		t.rooms = append(t.rooms, home)
	}
	err = each(len(fresh), dialsAtOnce, func(i int) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fresh[i].arrive()
	})
	if err != nil {
		return err
	}
	for i, c := range fresh {
		phase := t.Turn * time.Duration(i) / time.Duration(len(fresh))
		t.busy.Go(func() { c.live(t.ctx, phase, i) })
	}
	t.folk = append(t.folk, fresh...)
	return nil
}

// measure answers p99 of the sends of a while.
func (t *town) measure(ctx context.Context, while time.Duration) (time.Duration, error) {
	t.took(nil)
	select {
	case <-time.After(while):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if !until(ctx, drainPatience, func() bool { return t.anySend() || t.wrong() != nil }) {
		return 0, errors.Join(ctx.Err(), errors.New("nobody could send anything"))
	}
	return quantile(t.took(nil), 0.99), t.wrong()
}

func (t *town) anySend() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.sends) > 0
}

// took notes how long a send took, or answers and forgets what was noted.
func (t *town) took(send *time.Duration) []time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if send != nil {
		t.sends = append(t.sends, *send)
		return nil
	}
	sends := t.sends
	t.sends = nil
	return sends
}

func (t *town) wrong() error {
	all := []error{t.faults.err()}
	for _, room := range t.rooms {
		all = append(all, room.ledger.faults.err())
	}
	return errors.Join(all...)
}

// settle ends the day and holds that everybody got everything.
func (t *town) settle(ctx context.Context) error {
	t.say("comparing what everybody has")
	t.end()
	t.busy.Wait()
	there := func() bool {
		for _, c := range t.folk {
			if c.socket.upTo.Load() < c.home.last() {
				return false
			}
		}
		return true
	}
	if !until(ctx, drainPatience, func() bool { return there() || t.wrong() != nil }) {
		return errors.Join(ctx.Err(), t.wrong(), errors.New("not everybody got the last message of their room: lost"))
	}
	for _, room := range t.rooms {
		told := room.words.byRev()
		err := errors.Join(room.ledger.agrees(told), t.storedAsSent(ctx, room.RoomMade, room.Rev, room.words), t.balanced(ctx, room.ID))
		if err != nil {
			return fmt.Errorf("room %s: %w", room.ID, err)
		}
	}
	return t.wrong()
}

// last is the room's revision once everything was sent.
func (room *townRoom) last() int64 { return room.Rev + room.words.count() }

func (t *town) close() {
	t.end()
	t.busy.Wait()
	for _, c := range t.folk {
		c.leave()
	}
}
