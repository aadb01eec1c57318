package bench

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"
)

// ready measures how fast frames are carried that are there at once, as those of
// the bare writer are: past those who send, of whom a machine carries some
// thousand a second, and past the database.
func (f *fan) ready(ctx context.Context) error {
	f.audience.leave()
	last := f.audience.ledger.first + f.speakers.count() - 1
	c := &carrying{fan: f}
	for _, payload := range f.audience.ledger.frames(batch) {
		c.frames = append(c.frames, renumbered(payload, last+1+int64(len(c.frames))))
	}
	f.progress("opening them again")
	room := RoomMade{ID: f.room.ID, Rev: last}
	var err error
	if c.audience, err = joinReading(ctx, f.link, room, f.members, f.sockets, repeated(last+1, c.frames)); err != nil {
		return err
	}
	defer c.audience.leave()
	row := Row{What: f.what + ", messages ready", Unit: "deliveries/s", Goal: ofTheMachine}
	if _, err := c.carry(ctx, f.Measure/4); err != nil || f.alone {
		if err != nil {
			return err
		}
		return f.versus(ctx, row, f.Rounds, c.measure, "", nil)
	}
	b, err := newBareWrites(ctx, f, c.audience.ledger)
	if err != nil {
		return err
	}
	defer b.close(ctx)
	return f.versus(ctx, row, f.Rounds, c.measure, fmt.Sprintf("bare writes, %d at once", b.gather), b.measure)
}

// carrying hands the server's hub the same frames again and again.
type carrying struct {
	*fan
	audience *audience
	frames   [][]byte
}

func (c *carrying) measure(ctx context.Context) (did, error) {
	c.progress("messages that are ready")
	return c.carry(ctx, c.Measure)
}

func (c *carrying) carry(ctx context.Context, while time.Duration) (did, error) {
	return again(ctx, c.audience, int64(len(c.frames)*c.sockets), while, func() error {
		return c.call(ctx, "Carry", CarryAsked{Room: c.room.ID, Frames: c.frames}, new(int))
	})
}

// renumbered is a message's frame with another revision.
func renumbered(frame []byte, rev int64) []byte {
	head, rest, _ := bytes.Cut(frame, revMark)
	_, rest, _ = bytes.Cut(rest, []byte(","))
	made := strconv.AppendInt(append(bytes.Clone(head), revMark...), rev, 10)
	return append(append(made, ','), rest...)
}

// CarryAsked are frames for everybody who has a room open.
type CarryAsked struct {
	Room   string
	Frames [][]byte
}

// Carry hands them to the chat's hub at once.
func (s *Server) Carry(asked CarryAsked, _ *int) error {
	s.options.Carry(asked.Room, asked.Frames)
	return nil
}
