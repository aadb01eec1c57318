package bench

import (
	"context"
	"fmt"
	"time"
)

const (
	fanoutSpeakers = 16
	pace           = 100 * time.Millisecond
	timesBetter    = 20  // than PocketBase's own topic
	ofTheMachine   = 0.7 // of what bare writes deliver
)

// fanout measures how fast what is sent reaches everybody who has the room open.
func fanout(ctx context.Context, r *run) error {
	for _, sockets := range r.Sockets {
		what := number(float64(sockets)) + " sockets"
		if !r.fits(what, 2*sockets) { // the room's, and those that are compared with
			continue
		}
		f := &fan{run: r, sockets: sockets, what: what}
		if err := f.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return nil
}

// fan is the measurement for one number of sockets.
type fan struct {
	*run
	sockets  int
	what     string
	members  []Person // those who listen, then those who speak
	room     RoomMade
	audience *audience
	speakers *speakers
}

func (f *fan) progress(doing string) { f.say("%s: %s", f.what, doing) }

func (f *fan) measure(ctx context.Context) (err error) {
	listening := (f.sockets + socketsOf - 1) / socketsOf
	if f.members, err = f.people(ctx, listening+fanoutSpeakers); err != nil {
		return err
	}
	if f.room, err = f.group(ctx, "Everybody", f.members, 0); err != nil {
		return err
	}
	f.progress("opening them")
	if f.audience, err = joinRoom(ctx, f.link, f.room, f.members, f.sockets); err != nil {
		return err
	}
	defer f.audience.leave()
	f.speakers = newSpeakers(asPrograms(f.link, f.members[listening:]), func(c *client, text, id string) (sent, error) { return c.say(f.room.ID, text, id) })
	defer f.speakers.hangUp()
	if _, err := f.saturate(ctx, f.Measure/4); err != nil {
		return err // warm
	}
	for _, part := range []func(context.Context) error{f.againstMachine, f.paced, f.againstPocketBase} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	if err := f.audience.ledger.agrees(f.speakers.byRev()); err != nil {
		return err
	}
	if err := f.balanced(ctx, f.room.ID); err != nil {
		return err
	}
	return f.ready(ctx)
}

func (f *fan) saturate(ctx context.Context, while time.Duration) (did, error) {
	f.progress("saturated")
	return f.speakers.saturate(ctx, while, f.sockets, &f.audience.ledger.got, func(n int64) error { return f.audience.waitFor(ctx, n) })
}

// chat is the side that everything is compared with.
func (f *fan) chat(ctx context.Context) (did, error) { return f.saturate(ctx, f.Measure) }

func (f *fan) saturated() Row {
	return Row{What: f.what + ", saturated", Unit: "deliveries/s"}
}

// againstMachine measures the chat in turn with bare writes of the same bytes.
func (f *fan) againstMachine(ctx context.Context) error {
	row := f.saturated()
	row.Goal = ofTheMachine
	if f.alone {
		return f.versus(ctx, row, f.Rounds, f.chat, "", nil)
	}
	b, err := newBareWrites(ctx, f, f.audience.ledger)
	if err != nil {
		return err
	}
	defer b.close(ctx)
	if err := f.versus(ctx, row, f.Rounds, f.chat, fmt.Sprintf("bare writes, %d at once", b.gather), b.measure); err != nil || b.gather == 1 {
		return err
	}
	// What is sent one by one can be gathered only while it waits.
	b.gather, row.Goal = 1, 0
	return f.versus(ctx, row, 1, f.chat, "bare writes, one by one", b.measure)
}

// paced measures how long a message takes when the room is not busy.
func (f *fan) paced(ctx context.Context) error {
	f.progress("10 messages a second")
	after := f.audience.ledger.first + f.speakers.count() - 1
	commits, err := f.pace(ctx, f.speakers, func(n int64) error { return f.audience.waitFor(ctx, n) })
	if err != nil {
		return err
	}
	delays := f.audience.delays(commits, f.speakers.byRev(), after)
	for _, part := range parts {
		f.add(Row{What: f.delay(part.name), Value: milliseconds(quantile(delays, part.q)), Unit: "ms"})
	}
	return nil
}

// parts of all delays that are shown.
var parts = [...]struct {
	name string
	q    float64
}{{"p50", 0.5}, {"p99", 0.99}}

func (f *fan) delay(part string) string {
	return f.what + ", 10 messages/s, commit to receive " + part
}

// pace sends ten messages a second for a while, waits until all are delivered,
// and answers when each was committed.
func (f *fan) pace(ctx context.Context, s *speakers, drained func(int64) error) (map[string]int64, error) {
	commits := map[string]int64{}
	if err := f.call(ctx, "Commits", 0, &commits); err != nil { // forget those before
		return nil, err
	}
	if err := s.pace(ctx, max(int(2*f.Measure/pace), 5), pace); err != nil {
		return nil, err
	}
	if err := drained(s.count() * int64(f.sockets)); err != nil {
		return nil, err
	}
	clear(commits)
	return commits, f.call(ctx, "Commits", 0, &commits)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// againstPocketBase measures what a host would have without this module: the
// record topic of a collection that members may read.
func (f *fan) againstPocketBase(ctx context.Context) error {
	if f.alone {
		return nil
	}
	f.progress("opening PocketBase's own record topic")
	var plain Plain
	if err := f.call(ctx, "Plain", ids(f.members), &plain); err != nil {
		return err
	}
	audience, err := listen(ctx, f.link, plain.Notes+"/*", f.members, f.sockets)
	if err != nil {
		return err
	}
	defer audience.leave()
	speakers := newSpeakers(asPrograms(f.link, f.members[len(f.members)-fanoutSpeakers:]), func(c *client, text, id string) (sent, error) { return c.note(plain.Room, text, id) })
	defer speakers.hangUp()
	drained := func(n int64) error { return audience.waitFor(ctx, n) }
	row, rate := f.saturated(), 0.0
	row.Goal = timesBetter
	err = f.versus(ctx, row, 1, f.chat, "PocketBase's record topic", func(ctx context.Context) (did, error) {
		f.progress("PocketBase's own record topic")
		found, err := speakers.saturate(ctx, f.Measure, f.sockets, &audience.got, drained)
		rate = float64(speakers.count()) / found.took.Seconds()
		return found, err
	})
	if err != nil {
		return err
	}
	f.rows[len(f.rows)-1].Note = fmt.Sprintf("PocketBase's own topic was measured with %s", many(int(speakers.count()), "message"))
	if rate < float64(time.Second/pace) {
		return nil // it does not keep up with ten a second
	}
	commits, err := f.pace(ctx, speakers, drained)
	if err != nil {
		return err
	}
	delays := audience.delays(commits)
	for _, part := range parts {
		f.compareDelay(f.delay(part.name), milliseconds(quantile(delays, part.q)))
	}
	return nil
}

// compareDelay puts PocketBase's delay beside the chat's.
func (f *fan) compareDelay(what string, theirs float64) {
	for i := range f.rows {
		if row := &f.rows[i]; row.What == what && row.Value > 0 {
			row.Against, row.Other, row.Ratio = "PocketBase's record topic", theirs, theirs/row.Value
		}
	}
}
