package pb_public

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// at is a moment of today, later by the minute.
func at(minute int) string {
	return time.Now().UTC().Truncate(time.Hour).Add(time.Duration(minute) * time.Second).Format(time.RFC3339)
}

func threeRooms(s *fakeServer) {
	s.rows = []*fakeRow{
		{ID: "crew", Author: "ann", Text: "hi", Posts: 9, Unread: 2, ReadRev: 7, At: at(3)},
		{ID: "room1", Author: "bob", Text: "yo", Posts: 4, ReadRev: 4, At: at(2)},
		{ID: "team", Author: "me", Text: "done", Posts: 2, ReadRev: 2, At: at(1)},
	}
}

// rooms are the rows as "name unread", in order.
const rooms = `[...document.querySelectorAll("[data-rooms] > [data-room]")].map((e) => e.dataset.room + " " + (e.querySelector("[data-badge]").hidden ? "" : e.querySelector("[data-badge]").textContent)).join("|")`

func openInbox(t *testing.T, s *fakeServer) *tab {
	t.Helper()
	page := newTab(t)
	page.do(chromedp.EmulateViewport(1280, 800))
	page.open(s.URL + "/chat/")
	s.eventually("a socket", func() bool { return len(s.sockets) == 1 })
	return page
}

func (s *fakeServer) inbox(row fakeRow, more map[string]any) {
	frame := map[string]any{"type": "inbox", "room": row.ID, "posts": row.Posts, "last_seq": row.Posts, "html": s.render("row", row)}
	for k, v := range more {
		frame[k] = v
	}
	s.publish(frame)
}

func TestRoomsAreCountedBySubtraction(t *testing.T) {
	s := newFakeServer(t)
	threeRooms(s)
	page := openInbox(t, s)
	page.waitFor(rooms + ` === "crew 2|room1 |team "`)
	page.waitFor(`document.title === "(2) Room · App"`)
	if got := eval[string](page, `document.querySelector("#room-team [data-preview]").textContent`); got != "You: done" {
		t.Errorf("an own preview reads %q", got)
	}

	s.inbox(fakeRow{ID: "team", Author: "ann", Text: "new", Posts: 4, At: at(4)}, nil)
	page.waitFor(rooms + ` === "team 2|crew 2|room1 "`)
	page.waitFor(`document.title === "(4) Room · App"`)

	s.inbox(fakeRow{ID: "room1", Author: "me", Text: "from my phone", Posts: 5, At: at(5)}, nil)
	page.waitFor(rooms + ` === "room1 |team 2|crew 2"`)

	s.publish(map[string]any{"type": "unread", "room": "crew", "unread": 0, "total": 2, "read_rev": 9, "posts": 9})
	page.waitFor(rooms + ` === "room1 |team 2|crew "`)

	s.inbox(fakeRow{ID: "team", Author: "ann", Text: "new", Posts: 4, At: at(4)}, map[string]any{"unposted": 4})
	page.waitFor(rooms + ` === "room1 |team 1|crew "`)
	page.waitFor(`document.title === "(1) Room · App"`)

	s.publish(map[string]any{"type": "removed", "room": "team"})
	page.waitFor(rooms + ` === "room1 |crew "`)
	page.waitFor(`document.title === "Room · App"`)
}

// Rows of two people's messages, and word that a room was deleted for oneself, come
// after their commits in any order.
func TestRowsThatComeLateAreNotShown(t *testing.T) {
	s := newFakeServer(t)
	threeRooms(s)
	page := openInbox(t, s)
	page.waitFor(rooms + ` === "crew 2|room1 |team "`)
	const preview = `document.querySelector("#room-crew [data-preview]").textContent`
	s.inbox(fakeRow{ID: "crew", Author: "bob", Text: "newer", Posts: 11, Rev: 31, At: at(5)}, nil)
	page.waitFor(rooms + ` === "crew 4|room1 |team "`)
	s.inbox(fakeRow{ID: "crew", Author: "me", Text: "older", Posts: 10, Rev: 30, At: at(4)}, nil)
	s.inbox(fakeRow{ID: "crew", Author: "me", Text: "made for its viewer", Posts: 9, At: at(3)}, nil)
	s.publish(map[string]any{"type": "inbox", "room": "crew", "gone": true, "last_seq": 10})
	s.inbox(fakeRow{ID: "team", Author: "ann", Text: "last", Posts: 3, At: at(6)}, nil)
	page.waitFor(rooms + ` === "team 1|crew 4|room1 "`)
	if got := eval[string](page, preview); got != "bob: newer" {
		t.Errorf("the row shows %q", got)
	}
	s.inbox(fakeRow{ID: "crew", Author: "bob", Text: "newest", Posts: 12, Rev: 32, At: at(7)}, nil)
	page.waitFor(preview + ` === "bob: newest"`)
	s.publish(map[string]any{"type": "inbox", "room": "crew", "gone": true, "last_seq": 12})
	page.waitFor(rooms + ` === "team 1|room1 "`)
	page.waitFor(`document.title === "(1) Room · App"`)
}

func TestF13_CountsComeBackAfterACut(t *testing.T) {
	s := newFakeServer(t)
	threeRooms(s)
	page := openInbox(t, s)
	page.waitFor(rooms + ` === "crew 2|room1 |team "`)
	s.with(func() {
		s.rows = []*fakeRow{
			{ID: "fresh", Author: "ann", Text: "hello", Posts: 1, Unread: 1, At: at(9)},
			{ID: "team", Author: "ann", Text: "more", Posts: 5, Unread: 3, At: at(8)},
			{ID: "crew", Author: "ann", Text: "hi", Posts: 9, Unread: 0, ReadRev: 9, At: at(3)},
		}
	})
	s.cut(3008)
	page.waitFor(rooms + ` === "fresh 1|team 3|crew "`)
	page.waitFor(`document.title === "(4) Room · App"`)
}

func TestUnknownRoomIsFetched(t *testing.T) {
	s := newFakeServer(t)
	page := openInbox(t, s)
	page.waitFor(rooms + ` === ""`)
	s.with(func() {
		s.rows = []*fakeRow{{ID: "first", Author: "ann", Text: "hello", Posts: 1, Unread: 1, At: at(1)}}
	})
	s.inbox(*s.rows[0], nil)
	page.waitFor(rooms + ` === "first 1"`)
}

func TestSearchFiltersTheList(t *testing.T) {
	s := newFakeServer(t)
	threeRooms(s)
	page := openInbox(t, s)
	page.waitFor(rooms + ` === "crew 2|room1 |team "`)
	page.do(chromedp.SendKeys("[name=q]", "tea"))
	page.waitFor(rooms + ` === "team "`)
	s.inbox(fakeRow{ID: "crew", Author: "ann", Text: "new", Posts: 10, At: at(6)}, nil)
	page.waitFor(`document.title === "(3) Room · App"`)
	if got := eval[string](page, rooms); got != "team " {
		t.Errorf("the filter lets %q through", got)
	}
	s.with(func() { s.rows[0].Posts, s.rows[0].Unread = 10, 3 })
	page.do(chromedp.SendKeys("[name=q]", kb.Backspace+kb.Backspace+kb.Backspace))
	page.waitFor(rooms + ` === "crew 3|room1 |team "`)
}

func TestOpenRoomIsMarkedAndReadAsItComes(t *testing.T) {
	s := newFakeServer(t)
	threeRooms(s)
	page := newTab(t)
	page.do(chromedp.EmulateViewport(1280, 800))
	page.open(s.URL + "/chat/room1/")
	s.eventually("a socket", func() bool { return len(s.sockets) == 1 })
	page.waitFor(`document.querySelector("#room-room1 a[aria-current=page]")`)
	s.post("ann", "hello", "")
	page.waitFor(shows("hello"))
	s.inbox(fakeRow{ID: "room1", Author: "ann", Text: "hello", Posts: 5, At: at(6)}, nil)
	s.inbox(fakeRow{ID: "team", Author: "ann", Text: "hello", Posts: 3, At: at(7)}, nil)
	page.waitFor(rooms + ` === "team 1|room1 |crew 2"`)
}

func TestF19_AnotherViewerFindsNothing(t *testing.T) {
	s := newFakeServer(t)
	page := openInbox(t, s)
	page.run(`localStorage.setItem("chat:somebody:draft:room1", '"secret"'); sessionStorage.setItem("chat:somebody:outbox:room1", "[]")`)
	page.do(chromedp.Reload())
	page.waitFor(`document.readyState === "complete"`)
	page.waitFor(`Object.keys(localStorage).join() === "chat-viewer" && Object.keys(sessionStorage).length === 0`)
}

func TestF19_SigningOutForgetsDrafts(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s, "404")
	page.do(chromedp.SendKeys("textarea", "secret"))
	page.waitFor(`localStorage.getItem("chat:me:draft:room1")`)
	page.do(chromedp.Click("form[action='/chat/sign-out/'] button"))
	page.waitFor(`location.pathname === "/chat/sign-out/"`)
	page.waitFor(`localStorage.length === 0`)
}

func TestManyReconnects(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	for _, code := range []int{0, 3008, 1011} {
		n := len(s.soFar().resumes)
		s.cut(code)
		s.eventually("the return", func() bool { return len(s.resumes) > n && len(s.sockets) == 1 })
		s.post("ann", fmt.Sprint(code), "")
	}
	page.waitFor(shows("0", "3008", "1011"))
}
