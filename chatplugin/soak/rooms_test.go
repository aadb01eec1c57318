package soak

import (
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// row is what a list shows of a room.
type row struct {
	unread, posts, readRev int64
	rev, lastSeq           int64
	preview, author        string
}

func rowOf(li *goquery.Selection) row {
	preview := li.Find("[data-preview]")
	return row{
		unread: number(li, "data-unread"), posts: number(li, "data-posts"), readRev: number(li, "data-read-rev"),
		rev: number(li, "data-rev"), lastSeq: number(li, "data-last-seq"), preview: line(preview), author: preview.AttrOr("data-author", ""),
	}
}

// rooms is pb_public/js/rooms.js: the list and its counts. The tab's lock is held
// in all of it.
type rooms struct {
	tab     *tab
	rows    map[string]*row
	counts  *unread
	asked   int
	soon    bool
	journal *[]func() // what came while the list was being fetched
}

func (r *rooms) inbox(f *frame) {
	if r.journal != nil {
		*r.journal = append(*r.journal, func() {
			if f.Unposted > 0 {
				r.refreshSoon()
			} else {
				r.inbox(f)
			}
		})
	}
	old := r.rows[f.Room]
	if f.Gone {
		if old == nil || old.lastSeq <= f.LastSeq {
			r.removed(f)
		}
		return
	}
	li := parse(f.HTML).Find("[data-room]")
	fresh := rowOf(li)
	late := old != nil && li.Length() > 0 && fresh.older(old)
	seen := !late && fresh.author == r.tab.who.Id || f.Room == r.tab.room && r.tab.reading()
	if !r.counts.changed(f.Room, f.Posts, f.Unposted, seen) {
		r.refreshSoon()
		return
	}
	switch {
	case late || li.Length() == 0:
	case old != nil:
		fresh.readRev, fresh.unread = old.readRev, old.unread
		if fresh.rev == 0 {
			fresh.rev = old.rev
		}
		r.rows[f.Room] = &fresh
	default:
		r.refreshSoon()
	}
	r.counted(f.Room)
}

// older reports whether a row is of before what is shown.
func (r row) older(shown *row) bool {
	if r.rev > 0 {
		return r.rev < shown.rev
	}
	return r.lastSeq < shown.lastSeq
}

func (r *rooms) marked(f *frame) {
	if r.journal != nil {
		*r.journal = append(*r.journal, func() { r.marked(f) })
	}
	if !r.counts.marked(f) {
		r.refreshSoon()
	}
	if old := r.rows[f.Room]; old != nil {
		if f.ReadRev > 0 {
			old.readRev = f.ReadRev
		}
		old.unread = f.Unread
	}
	r.counted(f.Room)
}

func (r *rooms) removed(f *frame) {
	if r.journal != nil {
		*r.journal = append(*r.journal, func() { r.removed(&frame{Room: f.Room, Total: f.Total}) })
	}
	if !r.counts.drop(f.Room, f.Total) {
		r.refreshSoon()
	}
	delete(r.rows, f.Room)
}

func (r *rooms) counted(room string) {
	if old := r.rows[room]; old != nil && r.counts.rooms[room] != nil {
		old.unread = r.counts.of(room)
	}
}

func (r *rooms) refreshSoon() {
	if r.soon {
		return
	}
	r.soon = true
	r.tab.after(10*time.Millisecond+rand.N(40*time.Millisecond), r.refresh)
}

// refresh fetches the list, while frames go on.
func (r *rooms) refresh() {
	r.soon = false
	r.asked++
	asked := r.asked
	r.journal = new([]func())
	path := "/chat/list-partial/"
	if r.tab.room != "" {
		path += "?open=" + url.QueryEscape(r.tab.room)
	}
	r.tab.fetch(path, func(status int, body string) {
		if asked != r.asked {
			return
		}
		journal := *r.journal
		r.journal = nil
		if status != 200 {
			r.tab.fail("the list answered %d: %s", status, body)
			return
		}
		page := parse(body)
		r.counts.restart(number(page.Find("[data-rooms]"), "data-unread-total"))
		r.rows = map[string]*row{}
		page.Find("[data-room]").Each(func(_ int, li *goquery.Selection) {
			fresh, room := rowOf(li), li.AttrOr("data-room", "")
			r.rows[room] = &fresh
			r.counts.seed(room, fresh.posts, fresh.unread, fresh.readRev)
		})
		for _, again := range journal {
			again()
		}
	})
}
