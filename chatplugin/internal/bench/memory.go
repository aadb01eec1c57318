package bench

import (
	"context"
	"time"
)

const (
	mostPerSocket = 15  // KB
	warmSockets   = 200 // open before anything is measured
	settle        = 2 * time.Second
)

// memory measures what a socket costs the server that nobody says anything to.
func memory(ctx context.Context, r *run) error {
	what := "an idle socket, of " + number(float64(r.Idle))
	if !r.fits(what, r.Idle+warmSockets) {
		return nil
	}
	people, err := r.people(ctx, (r.Idle+warmSockets)/socketsOf+2)
	if err != nil {
		return err
	}
	room, err := r.group(ctx, "Everybody", people, 0)
	if err != nil {
		return err
	}
	r.say("opening sockets")
	warm := min(warmSockets, r.Idle)
	first, err := joinRoom(ctx, r.link, room, people, warm)
	if err != nil {
		return err
	}
	defer first.leave()
	before, err := r.inUse(ctx)
	if err != nil {
		return err
	}
	others, err := joinRoom(ctx, r.link, room, people[warm/socketsOf:], r.Idle)
	if err != nil {
		return err
	}
	defer others.leave()
	after, err := r.inUse(ctx)
	if err != nil {
		return err
	}
	r.add(Row{What: what, Value: float64(after-before) / float64(r.Idle) / 1000, Unit: "KB", Goal: mostPerSocket, AtMost: true,
		Note: "heap and stacks in use after a collection, of the server alone"})
	for _, a := range []*audience{first, others} {
		if err := a.ledger.faults.err(); err != nil {
			return err
		}
	}
	return nil
}

// inUse is the server's memory once it has come to rest.
func (r *run) inUse(ctx context.Context) (bytes int64, err error) {
	r.say("coming to rest")
	select {
	case <-time.After(min(settle, r.Step)):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	return bytes, r.call(ctx, "Memory", 0, &bytes)
}
