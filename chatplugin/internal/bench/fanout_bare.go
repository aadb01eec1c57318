package bench

import (
	"context"
	"errors"
	"time"
)

// bareWrites are connections that the server writes to and does nothing else,
// read by the same code as the chat's sockets.
type bareWrites struct {
	*fan
	audience *audience
	frames   [][]byte // as they are on the wire
	gather   int      // how many go into one write: the best of some
}

// batch is how many frames one call writes. Two calls are under way at most, so
// that as much is in flight as in the chat.
const batch = inFlight / 2

// newBareWrites takes frames that the chat has delivered, connects, and finds
// out how many in one write are fastest.
func newBareWrites(ctx context.Context, f *fan, delivered *ledger) (*bareWrites, error) {
	b := &bareWrites{fan: f}
	payloads := delivered.frames(batch)
	for _, payload := range payloads {
		b.frames = append(b.frames, frameOf(payload))
	}
	if len(payloads) == 0 {
		return nil, errors.New("nothing was delivered")
	}
	f.progress("opening bare sockets")
	var err error
	if b.audience, err = joinRaw(ctx, f.link, delivered.first, payloads, f.sockets); err != nil {
		return nil, err
	}
	best := 0.0
	for _, gather := range []int{1, 8, batch} {
		found, err := b.write(ctx, gather, f.Measure/4)
		if err != nil {
			b.close(ctx)
			return nil, err
		}
		if rate := float64(found.times) / found.took.Seconds(); rate > best {
			best, b.gather = rate, gather
		}
	}
	return b, nil
}

func (b *bareWrites) measure(ctx context.Context) (did, error) {
	b.progress("bare writes")
	return b.write(ctx, b.gather, b.Measure)
}

// write delivers for a while, and answers how many frames were read.
func (b *bareWrites) write(ctx context.Context, gather int, while time.Duration) (did, error) {
	return again(ctx, b.audience, int64(len(b.frames)*b.sockets), while, func() error {
		return b.call(ctx, "RawWrite", RawAsked{Frames: b.frames, Gather: gather}, new(int))
	})
}

// again has the server write for a while, each time so many deliveries, and the
// next time before those are read. It answers how many were read.
func again(ctx context.Context, a *audience, each int64, while time.Duration, write func() error) (did, error) {
	before, begun, asked := a.ledger.got.Load(), time.Now(), int64(0)
	for asked == 0 || time.Since(begun) < while {
		if err := write(); err != nil {
			return did{}, err
		}
		asked += each
		if err := a.waitFor(ctx, before+asked-each); err != nil {
			return did{}, err
		}
	}
	err := a.waitFor(ctx, before+asked)
	return did{times: asked, took: time.Since(begun)}, err
}

func (b *bareWrites) close(ctx context.Context) {
	b.audience.leave()
	_ = b.call(ctx, "RawClose", 0, new(int))
}
