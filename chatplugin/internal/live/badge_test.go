package live_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
)

// badge is a client that knows of counts what frames say and nothing else: a
// room's posts less the posts at its own mark.
type badge struct {
	rooms map[string]*counted
	next  int // the first frame that was not looked at
}

type counted struct {
	posts, baseline, readRev int64
	shown                    bool
}

func (c *counted) unread() int64 {
	if !c.shown {
		return 0
	}
	return max(c.posts-c.baseline, 0)
}

// list is what a fresh page shows.
func (h *house) list(user *core.Record) map[string]*counted {
	h.t.Helper()
	answer := h.Client(user).Get("/chat/list-partial/", "HX-Request", "true")
	document, err := goquery.NewDocumentFromReader(strings.NewReader(answer.Body))
	if err != nil || answer.Status != http.StatusOK {
		h.t.Fatalf("the list: %d %v", answer.Status, err)
	}
	rooms := map[string]*counted{}
	document.Find("[data-room]").Each(func(_ int, row *goquery.Selection) {
		number := func(name string) int64 {
			n, err := strconv.ParseInt(row.AttrOr(name, ""), 10, 64)
			if err != nil {
				h.t.Fatalf("%s: %v", name, err)
			}
			return n
		}
		posts := number("data-posts")
		rooms[row.AttrOr("data-room", "")] = &counted{
			posts: posts, baseline: posts - number("data-unread"), readRev: number("data-read-rev"), shown: true,
		}
	})
	return rooms
}

func (b *badge) follow(s *chattest.Socket) {
	frames := s.Frames()
	for ; b.next < len(frames); b.next++ {
		b.take(frames[b.next])
	}
}

func (b *badge) take(frame chattest.Frame) {
	room := b.rooms[frame.Text("room")]
	if room == nil {
		room = &counted{posts: frame.Int("posts"), baseline: frame.Int("posts")}
	}
	switch frame.Type() {
	case "removed":
		delete(b.rooms, frame.Text("room"))
		return
	case "unread":
		room.posts = max(room.posts, frame.Int("posts"))
		room.baseline = room.posts - frame.Int("unread")
		if posts := frame.Int("posts"); posts > 0 {
			room.baseline = posts - frame.Int("unread")
		}
		room.readRev = max(room.readRev, frame.Int("read_rev"))
	case "inbox":
		room.shown = frame["gone"] != true
		room.posts = max(room.posts, frame.Int("posts"))
		if frame.Int("unposted") > room.readRev && room.unread() > 0 {
			room.baseline++
		}
	default:
		return
	}
	b.rooms[frame.Text("room")] = room
}

func (b *badge) total() (sum int64) {
	for _, room := range b.rooms {
		sum += room.unread()
	}
	return sum
}

// differs says where the badge and a fresh page differ, "" for nowhere.
func (h *house) differs(user *core.Record, b *badge) string {
	fresh := h.list(user)
	for id, room := range fresh {
		if mine := b.rooms[id]; mine == nil || !mine.shown || mine.unread() != room.unread() {
			return fmt.Sprintf("%s: the page has %+v, the badge %+v", id, room, mine)
		}
	}
	for id, room := range b.rooms {
		if room.shown && fresh[id] == nil {
			return fmt.Sprintf("%s: the badge has %+v, the page nothing", id, room)
		}
	}
	if total := int64(h.Unread(user)); total != b.total() {
		return fmt.Sprintf("the page's total is %d, the badge's %d", total, b.total())
	}
	return ""
}
