package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	pageClients  = 16
	roomMessages = 50 // a room opens with
	olderPage    = 30
	listPage     = 30
	ofBareRoute  = 0.5
)

// page is an address, and what must be on it.
type page struct {
	what, path string
	attribute  string   // of the page's parts
	parts      []string // its values, in order
	known      []byte   // a whole answer that was looked at
}

// pages measures how many pages a second are answered, against a bare route that
// writes the same bytes.
func pages(ctx context.Context, r *run) error {
	people, err := r.people(ctx, pageClients)
	if err != nil {
		return err
	}
	r.say("making rooms")
	asked := make([]RoomAsked, listPage+10)
	for i := range asked {
		asked[i] = RoomAsked{Name: fmt.Sprintf("Room %d", i+1), Members: ids(people), Messages: 200 + i}
	}
	var rooms []RoomMade
	if err := r.call(ctx, "Rooms", asked, &rooms); err != nil {
		return err
	}
	clients, err := asBrowsers(r.link, people)
	if err != nil {
		return err
	}
	shown, err := r.pagesOf(ctx, rooms)
	if err != nil {
		return err
	}
	for _, p := range shown {
		if err := r.pageAgainstBare(ctx, p, clients); err != nil {
			return err
		}
	}
	if r.alone {
		return nil
	}
	told := &news{writer: asProgram(r.Address, people[1]), room: rooms[0].ID}
	defer told.writer.close()
	for _, p := range shown {
		look := func() error { return told.on(p, clients[0]) }
		err := r.dearer(ctx, p.what+", something new", "nothing new", 0, r.oneByOne(p.what+", something new", told.say, look), r.oneByOne(p.what, nil, look))
		if err != nil {
			return err
		}
	}
	return r.balanced(ctx, told.room)
}

// news are messages that somebody sends into a room, one after another.
type news struct {
	writer *client
	room   string
	sent   int
}

func (n *news) say() error {
	n.sent++
	_, err := n.writer.say(n.room, n.text(), fmt.Sprintf("news-%d", n.sent))
	return err
}

func (n *news) text() string { return fmt.Sprintf("news %d", n.sent) }

// on gets a page, which shows what was said last where it is a list.
func (n *news) on(p *page, c *client) error {
	if err := p.look(c); err != nil {
		return err
	}
	if p.attribute == "data-room" && n.sent > 0 && !bytes.Contains(c.body.Bytes(), []byte(n.text())) {
		return fmt.Errorf("%s: %q is not on it", p.what, n.text())
	}
	return nil
}

// oneByOne has one client look again and again, each time after something was
// written, if anything is. Only looking counts.
func (r *run) oneByOne(said string, write, look func() error) side {
	return func(ctx context.Context) (did, error) {
		r.say("%s", said)
		var d did
		for begun := time.Now(); d.times == 0 || time.Since(begun) < min(r.Measure, time.Second)/2; d.times++ {
			if write != nil {
				if err := write(); err != nil {
					return did{}, err
				}
			}
			looks := time.Now()
			if err := errors.Join(look(), ctx.Err()); err != nil {
				return did{}, err
			}
			d.took += time.Since(looks)
		}
		d.took, d.cpu = d.took/growthClients, unknown // dearer counts the time of so many
		return d, nil
	}
}

func (r *run) pagesOf(ctx context.Context, rooms []RoomMade) ([]*page, error) {
	open := rooms[len(rooms)-1]
	room, err := r.roomPage(ctx, open)
	if err != nil {
		return nil, err
	}
	older, err := r.olderPage(ctx, open, open.Rev/2)
	if err != nil {
		return nil, err
	}
	list := &page{what: "list page", path: r.BasePath + "/", attribute: "data-room"}
	latest := slices.Clone(rooms) // all began so that they end now, at the same second: compared as a set
	for _, room := range latest {
		list.parts = append(list.parts, room.ID)
	}
	return []*page{room, list, older}, nil
}

// roomPage is a room as it opens.
func (r *run) roomPage(ctx context.Context, room RoomMade) (*page, error) {
	p := &page{what: fmt.Sprintf("room page of %d messages", roomMessages), path: r.BasePath + "/" + room.ID + "/", attribute: "data-message"}
	return p, r.fill(ctx, p, RowsAsked{Room: room.ID, Limit: roomMessages})
}

// olderPage is what is loaded above the message with this place.
func (r *run) olderPage(ctx context.Context, room RoomMade, before int64) (*page, error) {
	var rows []Stored
	if err := r.call(ctx, "Rows", RowsAsked{Room: room.ID, Before: before + 1, Limit: 1}, &rows); err != nil {
		return nil, err
	}
	p := &page{what: "older page", path: r.BasePath + "/" + room.ID + "/messages/?before=" + rows[0].ID, attribute: "data-message"}
	return p, r.fill(ctx, p, RowsAsked{Room: room.ID, Before: rows[0].Seq, Limit: olderPage})
}

func (r *run) fill(ctx context.Context, p *page, asked RowsAsked) error {
	var rows []Stored
	err := r.call(ctx, "Rows", asked, &rows)
	for _, row := range rows {
		p.parts = append(p.parts, row.ID)
	}
	return err
}

// look gets the page and holds that everything is on it. An answer that is the
// same as one that was looked at, but for what is new on each page, is not looked
// at again: that would cost a client more than the answer costs the server.
func (p *page) look(c *client) error {
	body, err := c.get(p.path)
	if err != nil || bytes.Equal(body, p.known) || c.looked[p].same(body) {
		return err
	}
	if err := p.right(body); err != nil {
		return err
	}
	if c.looked == nil {
		c.looked = map[*page]looked{}
	}
	c.looked[p] = newLooked(body)
	return nil
}

// looked is a page that was right, and where in it stands what is new each time.
type looked struct {
	body  []byte
	fresh [][2]int // from, to; in their order
}

func newLooked(body []byte) looked {
	l := looked{body: bytes.Clone(body)}
	for _, before := range []string{`<style nonce="`, `name="client_id" value="`} {
		if at := bytes.Index(body, []byte(before)); at >= 0 {
			from := at + len(before)
			if long := bytes.IndexByte(body[from:], '"'); long >= 0 {
				l.fresh = append(l.fresh, [2]int{from, from + long})
			}
		}
	}
	slices.SortFunc(l.fresh, func(a, b [2]int) int { return a[0] - b[0] })
	return l
}

func (l looked) same(body []byte) bool {
	if l.body == nil || len(body) != len(l.body) {
		return false
	}
	from := 0
	for _, fresh := range l.fresh {
		if !bytes.Equal(body[from:fresh[0]], l.body[from:fresh[0]]) || bytes.IndexByte(body[fresh[0]:fresh[1]], '"') >= 0 {
			return false
		}
		from = fresh[1]
	}
	return bytes.Equal(body[from:], l.body[from:])
}

func (p *page) right(body []byte) error {
	got := attributes(body, p.attribute)
	if p.attribute == "data-room" {
		return p.rightRooms(got)
	}
	if !slices.Equal(got, p.parts) {
		return fmt.Errorf("%s: %d messages are on the page, and not the %d that are stored, in their order", p.what, len(got), len(p.parts))
	}
	return nil
}

// rightRooms holds that a full page of a list has rooms of the viewer, each once.
func (p *page) rightRooms(got []string) error {
	once := slices.Compact(slices.Sorted(slices.Values(got)))
	if want := min(listPage, len(p.parts)); len(got) != want || len(once) != want {
		return fmt.Errorf("%s: %d rows, %d of them different, where %d had to be", p.what, len(got), len(once), want)
	}
	for _, id := range got {
		if !slices.Contains(p.parts, id) {
			return fmt.Errorf("%s: room %s is none of the viewer's", p.what, id)
		}
	}
	return nil
}

// showing asks for the page by all clients as often as they can.
func (r *run) showing(p *page, clients []*client, said string) side {
	return func(ctx context.Context) (did, error) {
		r.say("%s", said)
		return busily(ctx, len(clients), r.Measure, func(i int) error { return p.look(clients[i]) })
	}
}

func (r *run) pageAgainstBare(ctx context.Context, p *page, clients []*client) error {
	for _, c := range clients { // warm, and each one's looked at whole
		if err := p.look(c); err != nil {
			return err
		}
	}
	body, err := clients[0].get(p.path)
	if err != nil {
		return err
	}
	known := bytes.Clone(body)
	row := Row{What: p.what + ", warm", Unit: "requests/s", Goal: ofBareRoute, Note: fmt.Sprintf("%s bytes", number(float64(len(known))))}
	name := strings.ReplaceAll(p.what, " ", "-")
	if err := r.call(ctx, "Keep", Kept{Name: name, Type: "text/html; charset=utf-8", Body: known}, new(int)); err != nil {
		return err
	}
	bare := &page{what: "bare route", path: "/api/bench/" + name, attribute: "data-nothing", known: known}
	return r.versus(ctx, row, r.Rounds, r.showing(p, clients, p.what), "bare route, same bytes", r.showing(bare, clients, "a bare route"))
}
