package bench

import (
	"context"
	"fmt"
)

const sendersGroup = 64

// sends measures how many messages a second are stored, by the page's form and
// over REST, against a record of a plain collection.
func sends(ctx context.Context, r *run) error {
	people, err := r.people(ctx, sendersGroup)
	if err != nil {
		return err
	}
	room, err := r.room(ctx, "Everybody", people, 0)
	if err != nil {
		return err
	}
	var plain Plain
	if err := r.call(ctx, "Plain", ids(people), &plain); err != nil {
		return err
	}
	for _, clients := range r.Clients {
		if err := r.sendBy(ctx, room, plain, people, clients); err != nil {
			return err
		}
	}
	return r.balanced(ctx, room.ID)
}

// sendBy measures with so many clients at once.
func (r *run) sendBy(ctx context.Context, room RoomMade, plain Plain, people []Person, clients int) error {
	var stored []Stored
	if err := r.call(ctx, "Rows", RowsAsked{Room: room.ID, Limit: 1}, &stored); err != nil {
		return err
	}
	after := int64(0)
	if len(stored) > 0 {
		after = stored[0].Rev
	}
	browsers, err := asBrowsers(r.link, people[:clients])
	if err != nil {
		return err
	}
	byRest := newSpeakers(asPrograms(r.link, people[:clients]), func(c *client, text, id string) (sent, error) { return c.say(room.ID, text, "rest-"+id) })
	byPage := newSpeakers(browsers, func(c *client, text, id string) (sent, error) { return c.post(r.BasePath, room.ID, text, "page-"+id) })
	notes := newSpeakers(asPrograms(r.link, people[:clients]), func(c *client, text, id string) (sent, error) { return c.note(plain.Room, text, id) })
	for _, s := range []*speakers{byRest, byPage, notes} {
		defer s.hangUp()
		number := after + 1_000_000*int64(clients) // bodies and ids of their own
		s.numbers.Store(number)
	}
	what := many(clients, "client")
	sides := []side{r.speaking(byRest, what+" over REST"), r.speaking(byPage, what+" by the page")}
	if !r.alone {
		sides = append(sides, r.speaking(notes, what+" in a plain collection"))
	}
	rates, against, err := r.bestOfPlain(ctx, sides)
	if err != nil {
		return err
	}
	for i, way := range []string{"over REST", "by the page's form"} {
		row := Row{What: what + ", " + way, Value: rates[i], Unit: "messages/s"}
		if !r.alone {
			row.Against, row.Other, row.Ratio, row.Goal = "PocketBase's record create", rates[2], against[i], 1
		}
		r.add(row)
	}
	return r.storedAsSent(ctx, room, after, byRest, byPage)
}

// bestOfPlain measures in turn, and answers how much faster the first two are
// than the third.
func (r *run) bestOfPlain(ctx context.Context, sides []side) (rates, against []float64, err error) {
	if r.alone {
		rates, _, err = inTurn(ctx, r.Rounds, sides...)
		return rates, nil, err
	}
	// The plain one comes first, so that each ratio is of neighbours.
	rates, slower, err := inTurn(ctx, r.Rounds, sides[2], sides[0], sides[1])
	if err != nil {
		return nil, nil, err
	}
	return []float64{rates[1], rates[2], rates[0]}, []float64{1 / slower[0], 1 / slower[1]}, nil
}

func (r *run) speaking(s *speakers, what string) side {
	return func(ctx context.Context) (float64, error) {
		r.say("%s", what)
		return busily(ctx, len(s.clients), r.Measure, s.speak)
	}
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
