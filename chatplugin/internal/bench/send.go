package bench

import (
	"context"
	"fmt"
)

const (
	sendersGroup = 64
	asFast       = 1.0 // as PocketBase's own way, although ours does more
)

// sends measures how many messages a second are stored, by the page's form and
// over REST, against a record of a plain collection.
func sends(ctx context.Context, r *run) error {
	people, err := r.people(ctx, sendersGroup)
	if err != nil {
		return err
	}
	room, err := r.group(ctx, "Everybody", people, 0)
	if err != nil {
		return err
	}
	var plain Plain
	if err := r.call(ctx, "Plain", ids(people), &plain); err != nil {
		return err
	}
	for _, clients := range r.Clients {
		if err := r.sendBy(ctx, room, plain, people[:clients]); err != nil {
			return err
		}
	}
	return r.balanced(ctx, room.ID)
}

// sendBy measures with so many clients at once.
func (r *run) sendBy(ctx context.Context, room RoomMade, plain Plain, people []Person) error {
	after, err := r.end(ctx, room)
	if err != nil {
		return err
	}
	browsers, err := asBrowsers(r.link, people)
	if err != nil {
		return err
	}
	byRest := newSpeakers(asPrograms(r.link, people), func(c *client, text, id string) (sent, error) { return c.say(room.ID, text, "rest-"+id) })
	byPage := newSpeakers(browsers, func(c *client, text, id string) (sent, error) { return c.post(r.BasePath, room.ID, text, "page-"+id) })
	notes := newSpeakers(asPrograms(r.link, people), func(c *client, text, id string) (sent, error) { return c.note(plain.Room, text, id) })
	for _, s := range []*speakers{byRest, byPage, notes} {
		defer s.hangUp()
		s.numbers.Store(after) // ids that were not used before
	}
	what := many(len(people), "client")
	bare := r.speaking(notes, what+", a plain collection")
	for _, way := range []struct {
		name string
		s    *speakers
	}{{what + ", over REST", byRest}, {what + ", by the page's form", byPage}} {
		row := Row{What: way.name, Unit: "messages/s", Goal: asFast}
		if err := r.versus(ctx, row, r.Rounds, r.speaking(way.s, way.name), "PocketBase's record create", bare); err != nil {
			return err
		}
	}
	return r.storedAsSent(ctx, room, after, byRest, byPage)
}

func (r *run) speaking(s *speakers, what string) side {
	return func(ctx context.Context) (did, error) {
		r.say("%s", what)
		return busily(ctx, len(s.clients), r.Measure, s.speak)
	}
}

// end is the last revision of a room in which nothing was changed.
func (r *run) end(ctx context.Context, room RoomMade) (int64, error) {
	var stored []Stored
	err := r.call(ctx, "Rows", RowsAsked{Room: room.ID, Limit: 1}, &stored)
	if err != nil || len(stored) == 0 {
		return 0, err
	}
	return stored[0].Rev, nil
}

// storedAsSent compares the room's rows after a revision with what the senders
// were told: each message once, in its place, with nothing between.
func (r *run) storedAsSent(ctx context.Context, room RoomMade, after int64, all ...*speakers) error {
	var rows []Stored
	if err := r.call(ctx, "Rows", RowsAsked{Room: room.ID, After: after}, &rows); err != nil {
		return err
	}
	told := map[string]sent{}
	for _, s := range all {
		for id, message := range s.told {
			told[id] = message
		}
	}
	var found faults
	for i, row := range rows {
		want := after + int64(i) + 1
		message, ok := told[row.ID]
		switch {
		case !ok:
			found.add("message %s is stored, and nobody was told so", row.ID)
		case row.Rev != want || message.Rev != want:
			found.add("message %s has revision %d, its sender was told %d, and its place is %d", row.ID, row.Rev, message.Rev, want)
		case row.Body != message.Body || row.Author != message.Author:
			found.add("message %s is stored with another text or author", row.ID)
		}
		delete(told, row.ID)
	}
	for id := range told {
		found.add("message %s was sent and is not stored: lost", id)
	}
	return found.err()
}

func many(n int, what string) string {
	if n == 1 {
		return fmt.Sprint(n, " ", what)
	}
	return number(float64(n)) + " " + what + "s"
}
