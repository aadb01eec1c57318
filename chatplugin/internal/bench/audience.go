package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	dialsAtOnce   = 16
	socketsOf     = 40   // one person; the chat allows fifty
	mostTimed     = 1000 // sockets whose messages' times are kept
	drainPatience = 2 * time.Minute
)

// audience are sockets that read one room.
type audience struct {
	ledger  *ledger
	sockets []*socket
	leaving atomic.Bool
	reading sync.WaitGroup
}

// join opens so many sockets, of people in turn, and waits until all of them
// hear the room.
func join(ctx context.Context, n int, ledger *ledger, open func(i int, name string) (*socket, error)) (*audience, error) {
	a := &audience{ledger: ledger, sockets: make([]*socket, n)}
	err := each(n, dialsAtOnce, func(i int) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s, err := open(i, fmt.Sprintf("socket %d", i+1))
		if err != nil {
			return err
		}
		s.timed = i%max((n+mostTimed-1)/mostTimed, 1) == 0
		a.sockets[i] = s
		return nil
	})
	if err != nil {
		a.leave()
		return nil, err
	}
	for _, s := range a.sockets {
		a.reading.Go(func() {
			if err := s.read(); !a.leaving.Load() {
				a.ledger.faults.add("%s: %v", s.name, err)
			}
		})
	}
	return a, nil
}

// joinRoom opens sockets of a room in the chat, as its members do.
func joinRoom(ctx context.Context, l *link, room RoomMade, people []Person, n int) (*audience, error) {
	return joinReading(ctx, l, room, people, n, newLedger(room.Rev, mostEntries))
}

// joinReading is joinRoom for sockets that must see what is in a ledger. Where
// those whom people had open before are still being closed, it waits for that.
func joinReading(ctx context.Context, l *link, room RoomMade, people []Person, n int, ledger *ledger) (*audience, error) {
	a, err := join(ctx, n, ledger, func(i int, name string) (*socket, error) {
		for deadline := time.Now().Add(drainPatience); ; time.Sleep(time.Millisecond) {
			s, err := openSocket(l.Address, "/ws"+l.BasePath+"/"+room.ID+"/", people[i/socketsOf].Token, name, ledger)
			if !errors.Is(err, errTooMany) || ctx.Err() != nil || time.Now().After(deadline) {
				return s, err
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for _, s := range a.sockets {
		select {
		case rev := <-s.synced:
			if rev != room.Rev {
				ledger.faults.add("%s: synced with revision %d where the room has %d", s.name, rev, room.Rev)
			}
		case <-time.After(drainPatience):
			ledger.faults.add("%s: never synced", s.name)
		case <-ctx.Done():
		}
	}
	if err := errors.Join(ledger.faults.err(), ctx.Err()); err != nil {
		a.leave()
		return nil, err
	}
	return a, nil
}

// joinRaw opens connections that get the same frames again and again.
func joinRaw(ctx context.Context, l *link, first int64, frames [][]byte, n int) (*audience, error) {
	address := ""
	if err := l.call(ctx, "RawOpen", 0, &address); err != nil {
		return nil, err
	}
	accepted := make(chan error, 1)
	go func() { accepted <- l.call(ctx, "RawAccept", n, new(int)) }()
	ledger := repeated(first, frames)
	a, err := join(ctx, n, ledger, func(_ int, name string) (*socket, error) {
		conn, err := dial(address)
		if err != nil {
			return nil, err
		}
		s := newSocket(conn, "bare "+name, ledger)
		s.next = ledger.first
		return s, nil
	})
	if err != nil {
		return nil, err
	}
	return a, <-accepted
}

// waitFor waits until so many deliveries are right in all, or something is
// wrong.
func (a *audience) waitFor(ctx context.Context, deliveries int64) error {
	if until(ctx, drainPatience, func() bool { return a.ledger.got.Load() >= deliveries || a.ledger.faults.err() != nil }) && a.ledger.faults.err() == nil {
		return nil
	}
	if err := errors.Join(ctx.Err(), a.ledger.faults.err()); err != nil {
		return err
	}
	return fmt.Errorf("%d of %d deliveries did not come: lost", deliveries-a.ledger.got.Load(), deliveries)
}

// leave hangs up.
func (a *audience) leave() {
	a.leaving.Store(true)
	for _, s := range a.sockets {
		if s != nil {
			s.conn.Close()
		}
	}
	a.reading.Wait()
}

// delays are the times from the commit of each message after a revision to its
// reading by each timed socket.
func (a *audience) delays(commits map[string]int64, all map[int64]sent, after int64) (delays []time.Duration) {
	for _, s := range a.sockets {
		for i, came := range s.times {
			rev := a.ledger.first + int64(i)
			if at, ok := commits[all[rev].ID]; ok && rev > after {
				delays = append(delays, time.Duration(came-at))
			}
		}
	}
	return delays
}
