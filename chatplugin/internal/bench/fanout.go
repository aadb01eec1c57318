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
	sockets int
	what    string
	members []Person // those who listen, then those who speak

	deliveries float64 // a second, saturated
	p50, p99   time.Duration
}

func (f *fan) measure(ctx context.Context) (err error) {
	listening := (f.sockets + socketsOf - 1) / socketsOf
	if f.members, err = f.people(ctx, listening+fanoutSpeakers); err != nil {
		return err
	}
	room, err := f.room(ctx, "Everybody", f.members, 0)
	if err != nil {
		return err
	}
	f.progress("opening them")
	audience, err := joinRoom(ctx, f.link, room, f.members, f.sockets)
	if err != nil {
		return err
	}
	defer audience.leave()
	speakers := newSpeakers(asPrograms(f.link, f.members[listening:]), func(c *client, text, id string) (sent, error) { return c.say(room.ID, text, id) })
	defer speakers.hangUp()
	chat := func(ctx context.Context) (float64, error) {
		f.progress("saturated")
		return speakers.saturate(ctx, f.Measure, f.sockets, &audience.ledger.got, func(n int64) error { return audience.waitFor(ctx, n) })
	}
	if _, err := speakers.saturate(ctx, f.Measure/4, f.sockets, &audience.ledger.got, func(n int64) error { return audience.waitFor(ctx, n) }); err != nil {
		return err // warm
	}
	if err := f.againstMachine(ctx, audience, chat); err != nil {
		return err
	}
	if err := f.paced(ctx, room, audience, speakers); err != nil {
		return err
	}
	if err := audience.ledger.agrees(speakers.byRev()); err != nil {
		return err
	}
	if err := f.balanced(ctx, room.ID); err != nil || f.alone {
		return err
	}
	return f.againstPocketBase(ctx)
}

func (f *fan) progress(doing string) { f.say("%s: %s", f.what, doing) }

// againstMachine measures the chat in turn with bare writes of the same bytes.
func (f *fan) againstMachine(ctx context.Context, audience *audience, chat side) error {
	row := Row{What: f.what + ", saturated", Unit: "deliveries/s"}
	if f.alone {
		rates, _, err := inTurn(ctx, f.Rounds, chat)
		if err == nil {
			row.Value = rates[0]
			f.add(row)
		}
		return err
	}
	b, err := newBareWrites(ctx, f, audience.ledger)
	if err != nil {
		return err
	}
	defer b.close(ctx)
	rates, ratios, err := inTurn(ctx, f.Rounds, chat, b.measure)
	if err != nil {
		return err
	}
	f.deliveries = rates[0]
	row.Value, row.Other, row.Goal = rates[0], rates[1], ofTheMachine
	row.Against, row.Ratio = fmt.Sprintf("bare writes of %d at once", b.gather), ratios[0]
	f.add(row)
	return nil
}

// paced measures how long a message takes when the room is not busy.
func (f *fan) paced(ctx context.Context, room RoomMade, audience *audience, speakers *speakers) error {
	f.progress("10 messages a second")
	var commits map[string]int64
	if err := f.call(ctx, "Commits", 0, &commits); err != nil {
		return err
	}
	after := audience.ledger.first + speakers.count() - 1
	if err := speakers.pace(ctx, f.messages(), pace); err != nil {
		return err
	}
	if err := audience.waitFor(ctx, speakers.count()*int64(f.sockets)); err != nil {
		return err
	}
	commits = nil
	if err := f.call(ctx, "Commits", 0, &commits); err != nil {
		return err
	}
	delays := audience.delays(commits, speakers.byRev(), after)
	f.p50, f.p99 = quantile(delays, 0.5), quantile(delays, 0.99)
	f.add(Row{What: f.what + ", 10 messages/s, commit to receive p50", Value: milliseconds(f.p50), Unit: "ms"})
	f.add(Row{What: f.what + ", 10 messages/s, commit to receive p99", Value: milliseconds(f.p99), Unit: "ms"})
	return nil
}

// messages are how many a paced measurement has.
func (f *fan) messages() int { return max(int(2*f.Measure/pace), 5) }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// againstPocketBase measures what a host would have without this module: the
// record topic of a collection that members may read.
func (f *fan) againstPocketBase(ctx context.Context) error {
	f.progress("PocketBase's own record topic")
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
	rate, err := speakers.saturate(ctx, f.Measure, f.sockets, &audience.got, drained)
	if err != nil {
		return err
	}
	f.add(Row{
		What: f.what + ", saturated", Value: f.deliveries, Unit: "deliveries/s", Goal: timesBetter,
		Against: "PocketBase's record topic", Other: rate, Ratio: f.deliveries / rate,
		Note: fmt.Sprintf("PocketBase's own topic was measured with %d messages", speakers.count()),
	})
	if rate < float64(f.sockets)/pace.Seconds() {
		return nil // it does not keep up with ten a second
	}
	return f.pacedPocketBase(ctx, audience, speakers)
}

func (f *fan) pacedPocketBase(ctx context.Context, audience *listeners, speakers *speakers) error {
	var commits map[string]int64
	if err := f.call(ctx, "Commits", 0, &commits); err != nil {
		return err
	}
	if err := speakers.pace(ctx, f.messages(), pace); err != nil {
		return err
	}
	if err := audience.waitFor(ctx, speakers.count()*int64(f.sockets)); err != nil {
		return err
	}
	commits = nil
	if err := f.call(ctx, "Commits", 0, &commits); err != nil {
		return err
	}
	delays := audience.delays(commits)
	for what, q := range map[string]float64{"p50": 0.5, "p99": 0.99} {
		for i := range f.rows {
			row := &f.rows[i]
			if row.What == f.what+", 10 messages/s, commit to receive "+what {
				row.Against, row.Other = "PocketBase's record topic", milliseconds(quantile(delays, q))
				row.Ratio = row.Other / row.Value
			}
		}
	}
	return nil
}
