package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
)

const (
	fewRooms      = 20
	fewMembers    = 2
	growthClients = 4
)

// growth measures how many times dearer things get where there is much of
// everything: all sides in turn, so that the machine's moods hit both.
func growth(ctx context.Context, r *run) error {
	for _, part := range []func(context.Context, *run) error{growGroup, growHistory, growList, growCrowd} {
		if err := part(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// dearer adds a row: how long each costs in milliseconds of one client's time,
// and how many times dearer the large side is.
func (r *run) dearer(ctx context.Context, what, against string, bound float64, large, small side) error {
	found, err := r.inTurn(ctx, 2*r.Rounds-1, small, large)
	if err != nil {
		return err
	}
	cost := func(rate float64) float64 { return growthClients * 1000 / rate }
	r.add(Row{
		What: what, Value: cost(found.rates[1]), Unit: "ms", Against: against, Other: cost(found.rates[0]),
		Ratio: found.ratios[0], CPU: found.byCPU[0], Goal: bound, AtMost: true,
	})
	return nil
}

// growGroup sends into a large group and into the smallest.
func growGroup(ctx context.Context, r *run) error {
	people, err := r.people(ctx, r.Group)
	if err != nil {
		return err
	}
	var sides []side
	var check []func() error
	for _, members := range []int{r.Group, fewMembers} {
		room, err := r.group(ctx, "Group", people[:members], 0)
		if err != nil {
			return err
		}
		var writing []Person // of a room of two both write twice
		for i := range growthClients {
			writing = append(writing, people[i%fewMembers])
		}
		s := newSpeakers(asPrograms(r.link, writing), func(c *client, text, id string) (sent, error) { return c.say(room.ID, text, id) })
		defer s.hangUp()
		sides = append(sides, r.speaking(s, "sending into a group of "+number(float64(members))))
		check = append(check, func() error { return r.storedAsSent(ctx, room, 0, s) }, func() error { return r.balanced(ctx, room.ID) })
	}
	err = r.dearer(ctx, "send into a group of "+number(float64(r.Group)), "a group of "+strconv.Itoa(fewMembers), 1.2, sides[0], sides[1])
	for _, holds := range check {
		if err == nil {
			err = holds()
		}
	}
	return err
}

// growHistory shows a page in the middle of a long history and of a short one.
func growHistory(ctx context.Context, r *run) error {
	people, err := r.people(ctx, growthClients)
	if err != nil {
		return err
	}
	clients, err := asBrowsers(r.link, people)
	if err != nil {
		return err
	}
	var sides []side
	for _, messages := range []int{r.Messages, r.Few} {
		r.say("writing %s messages", number(float64(messages)))
		room, err := r.group(ctx, "History", people, messages)
		if err != nil {
			return err
		}
		p, err := r.olderPage(ctx, room, room.Rev/2)
		if err != nil {
			return err
		}
		sides = append(sides, r.showing(p, clients, "older page of "+number(float64(messages))))
	}
	return r.dearer(ctx, "older page among "+number(float64(r.Messages)), "among "+number(float64(r.Few)), 1.2, sides[0], sides[1])
}

// growList shows the list and the number of unread messages to somebody who is
// in many rooms and to somebody who is in few.
func growList(ctx context.Context, r *run) error {
	// The last two are in no other room.
	people, err := r.people(ctx, r.Group+2)
	if err != nil {
		return err
	}
	var lists, totals, newLists, newTotals []side
	for i, rooms := range []int{r.Rooms, fewRooms} {
		r.say("making %s rooms", number(float64(rooms)))
		viewer, others := people[r.Group+i], people[:growthClients]
		asked := make([]RoomAsked, rooms)
		unread := 0
		for n := range asked {
			asked[n] = RoomAsked{Name: fmt.Sprintf("Room %d", n+1), Members: append([]string{viewer.ID}, ids(others)...), Messages: 30}
			if n%3 == 0 {
				asked[n].Unread = 2
				unread += asked[n].Unread
			}
		}
		var made []RoomMade
		if err := r.call(ctx, "Rooms", asked, &made); err != nil {
			return err
		}
		told := &news{writer: asProgram(r.Address, others[0]), room: made[0].ID}
		defer told.writer.close()
		sides, err := r.listSides(viewer, made, unread, told)
		if err != nil {
			return err
		}
		lists, totals = append(lists, sides[0]), append(totals, sides[1])
		newLists, newTotals = append(newLists, sides[2]), append(newTotals, sides[3])
	}
	few, list, total := fmt.Sprintf("with %d", fewRooms), fmt.Sprintf("list with %d rooms", r.Rooms), fmt.Sprintf("unread total with %d rooms", r.Rooms)
	for _, row := range []struct {
		what  string
		bound float64
		sides []side
	}{{list + ", warm", 1.5, lists}, {total + ", warm", 1.5, totals}, {list + ", something new", 0, newLists}, {total + ", something new", 0, newTotals}} {
		if err := r.dearer(ctx, row.what, few, row.bound, row.sides[0], row.sides[1]); err != nil {
			return err
		}
	}
	return nil
}

// listSides are the list and the unread total of a viewer in these rooms, as
// often as can be, and after each of the news from one of them.
func (r *run) listSides(viewer Person, rooms []RoomMade, unread int, told *news) ([]side, error) {
	var viewers []Person
	for range growthClients {
		viewers = append(viewers, viewer)
	}
	clients, err := asBrowsers(r.link, viewers)
	if err != nil {
		return nil, err
	}
	p := &page{what: "list", path: r.BasePath + "/list-partial/", attribute: "data-room"}
	for _, room := range rooms {
		p.parts = append(p.parts, room.ID)
	}
	total := func(i int) error { return clients[i].hasUnread(r.BasePath, unread+told.sent) }
	return []side{
		r.showing(p, clients, "list"),
		func(ctx context.Context) (did, error) {
			r.say("unread total")
			return busily(ctx, len(clients), r.Measure, total)
		},
		r.oneByOne("list, something new", told.say, func() error { return told.on(p, clients[0]) }),
		r.oneByOne("unread total, something new", told.say, func() error { return total(0) }),
	}, nil
}

// hasUnread asks for the total, which has to be that.
func (c *client) hasUnread(base string, want int) error {
	body, err := c.get(base + "/unread/")
	if err != nil {
		return err
	}
	var told struct{ Total *int }
	if err := json.Unmarshal(body, &told); err != nil || told.Total == nil || *told.Total != want {
		return fmt.Errorf("the unread total is %s, and %d is right", body, want)
	}
	return nil
}

// growCrowd shows a room while nobody and while thousands have it open.
func growCrowd(ctx context.Context, r *run) error {
	what := "room page, " + number(float64(r.Crowd)) + " sockets open"
	if !r.fits(what, r.Crowd) {
		return nil
	}
	people, err := r.people(ctx, max((r.Crowd+socketsOf-1)/socketsOf, growthClients))
	if err != nil {
		return err
	}
	room, err := r.group(ctx, "Crowd", people, 200)
	if err != nil {
		return err
	}
	p, err := r.roomPage(ctx, room)
	if err != nil {
		return err
	}
	clients, err := asBrowsers(r.link, people[:growthClients])
	if err != nil {
		return err
	}
	alone := r.showing(p, clients, "room page, nobody connected")
	crowded := r.showing(p, clients, what)
	return r.dearer(ctx, what, "none", 1.3, func(ctx context.Context) (did, error) {
		r.say("opening %s sockets", number(float64(r.Crowd)))
		crowd, err := joinRoom(ctx, r.link, room, people, r.Crowd)
		if err != nil {
			return did{}, err
		}
		defer crowd.leave()
		return r.costing(ctx, crowded) // opening them is not a page's cost
	}, alone)
}
