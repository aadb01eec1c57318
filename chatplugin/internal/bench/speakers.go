package bench

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// speakers are people who write into one room at once.
type speakers struct {
	say     func(c *client, text, id string) (sent, error)
	clients []*client
	numbers atomic.Int64

	mu   sync.Mutex
	told map[string]sent // by id: what the server said that it stored
}

func newSpeakers(clients []*client, say func(c *client, text, id string) (sent, error)) *speakers {
	return &speakers{clients: clients, say: say, told: map[string]sent{}}
}

// speak has one of them send the next message.
func (s *speakers) speak(who int) error {
	number := s.numbers.Add(1)
	id := fmt.Sprintf("bench-%d", number)
	made, err := s.say(s.clients[who], bodyOf(number), id)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, again := s.told[made.ID]; again {
		return fmt.Errorf("two messages were stored as %s", made.ID)
	}
	s.told[made.ID] = made
	return nil
}

// count is how many messages were sent.
func (s *speakers) count() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(len(s.told))
}

// byRev is what was sent by its revision.
func (s *speakers) byRev() map[int64]sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[int64]sent, len(s.told))
	for _, message := range s.told {
		all[message.Rev] = message
	}
	return all
}

// inFlight is how many messages may be on their way to an audience: more would
// only wait, until the server counted its readers as too slow.
const inFlight = 128

// saturate has all of them send as often as they can for a while, waiting only
// for the audience, and answers how many deliveries came of it.
func (s *speakers) saturate(ctx context.Context, while time.Duration, listeners int, got *atomic.Int64, drained func(int64) error) (did, error) {
	before, begun := got.Load(), time.Now()
	already := s.count()
	_, err := busily(ctx, len(s.clients), while, func(who int) error {
		for (s.count()-already-inFlight)*int64(listeners) > got.Load()-before {
			if time.Since(begun) > while || ctx.Err() != nil {
				return errEnough
			}
			time.Sleep(200 * time.Microsecond)
		}
		return s.speak(who)
	})
	if err != nil {
		return did{}, err
	}
	deliveries := (s.count() - already) * int64(listeners)
	err = drained(before + deliveries)
	return did{times: deliveries, took: time.Since(begun)}, err
}

// pace has them send so many messages, one each time that the interval is over.
func (s *speakers) pace(ctx context.Context, messages int, interval time.Duration) error {
	var wait sync.WaitGroup
	failed := make([]error, messages)
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	turns := make(chan int, len(s.clients))
	for i := range s.clients {
		turns <- i
	}
	for i := range messages {
		select {
		case <-ticks.C:
		case <-ctx.Done():
			wait.Wait()
			return ctx.Err()
		}
		who := <-turns
		wait.Go(func() {
			failed[i] = s.speak(who)
			turns <- who
		})
	}
	wait.Wait()
	return firstOf(failed)
}

func firstOf(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *speakers) hangUp() {
	for _, c := range s.clients {
		c.close()
	}
}

// asPrograms makes a client of each person.
func asPrograms(l *link, people []Person) []*client {
	clients := make([]*client, len(people))
	for i, person := range people {
		clients[i] = asProgram(l.Address, person)
	}
	return clients
}

// asBrowsers makes a client with a cookie of each person.
func asBrowsers(l *link, people []Person) ([]*client, error) {
	clients := make([]*client, len(people))
	return clients, each(len(people), dialsAtOnce, func(i int) (err error) {
		clients[i], err = asBrowser(l, people[i])
		return err
	})
}
