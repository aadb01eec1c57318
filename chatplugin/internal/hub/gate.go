package hub

import (
	"errors"
	"fmt"
)

var errGone = errors.New("hub: connection ended while it waited for its gate")

// pass runs the gate, with the subscriptions standing and their frames held, and
// opens the connection or closes it with the code that the gate's error means.
func (p *peer) pass() error {
	code := CodeResume // when the gate panics too
	defer func() {
		if code != 0 {
			p.end(code)
		}
	}()
	var replay Replay
	if p.dial.Gate != nil {
		ctx, done := p.asking()
		defer done()
		var err error
		replay, err = p.dial.Gate(ctx)
		p.dial.Gate = nil // with all that it holds on to
		if err != nil {
			code = gateCode(err)
			return fmt.Errorf("hub: gate: %w", err)
		}
	}
	p.hub.registry.settled(p, replay)
	if err := p.open(replay); err != nil {
		return err
	}
	code = 0
	return nil
}

// open writes the replay, what was held past it, and the replay's last frame,
// with the lock held throughout: whatever is published meanwhile comes after.
func (p *peer) open(replay Replay) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state != gated || p.silent.Load() {
		return errGone
	}
	batch := batches.Get().(*[][]byte)
	defer giveBackBatch(batch)
	barred := p.mainBarred()
	if !barred {
		*batch = append(*batch, replay.Frames...)
	}
	p.upTo = replay.Rev
	for _, held := range p.held {
		if !held.topic.barred.Load() && !p.keptBack(held.frame) && !p.told(held.topic, held.frame) {
			*batch = append(*batch, p.veiled(held.frame))
		}
	}
	if !barred && replay.Last != nil {
		*batch = append(*batch, replay.Last)
	}
	p.state, p.held, p.heldBytes = open, nil, 0
	return p.flush(batch)
}

// told says whether a frame is part of the replay already: one that was held, or
// one that is late, since rows can be read before their frames are published. No
// more are looked at when one came that is past the replay.
func (p *peer) told(t *topic, frame []byte) bool {
	if t != p.main || p.upTo == 0 {
		return false
	}
	rev, sequenced := p.hub.options.Rev(frame)
	if sequenced && rev > p.upTo {
		p.upTo = 0
	}
	return sequenced && rev <= p.upTo
}
