package bench

import (
	"context"
	"fmt"
	"time"
)

const (
	townRoomSize = 20
	mostForSend  = 100 * time.Millisecond // p99
	roomHistory  = 60
)

// day adds people until a send takes too long: how many a machine carries.
func day(ctx context.Context, r *run) error {
	t := newTown(r)
	defer t.close()
	carried, p99 := 0, time.Duration(0)
	note := ""
	for _, people := range r.People {
		if !r.fits(fmt.Sprintf("%d people", people), 2*people) { // a socket and a connection for pages each
			note = "there were no files for more"
			break
		}
		took, enough, err := t.step(ctx, people)
		if err != nil {
			return err
		}
		if !enough {
			note = fmt.Sprintf("with %s it was %s", number(float64(people)), took.Round(time.Millisecond))
			break
		}
		carried, p99 = people, took
	}
	if err := t.settle(ctx); err != nil {
		return err
	}
	if note == "" {
		note = "more were not tried"
	}
	r.add(Row{What: "people, with p99 of a send within 100 ms", Value: float64(carried), Unit: "people",
		Note: fmt.Sprintf("p99 of a send was %s; %s. Everybody opens a room, types and sends, and looks at the list once in %v, in rooms of %d",
			p99.Round(100*time.Microsecond), note, 3*r.Turn, townRoomSize)})
	return nil
}

// step has so many people there for a while, and answers how long a send took,
// and whether that is short enough. What else the machine does may spoil one
// measurement, so a step is tried twice.
func (t *town) step(ctx context.Context, people int) (p99 time.Duration, enough bool, err error) {
	if err := t.grow(ctx, people); err != nil {
		return 0, false, err
	}
	for range 2 {
		t.say("%s people", number(float64(people)))
		if p99, err = t.measure(ctx, t.Step); err != nil || p99 <= mostForSend {
			return p99, err == nil, err
		}
	}
	return p99, false, nil
}
