package live_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// until lists the frames' types and revisions up to the first of a type.
func until(s *chattest.Socket, kind string) (list []string) {
	s.WaitType(kind)
	for _, frame := range s.Frames() {
		switch frame.Type() {
		case "message", "synced", "reload":
			list = append(list, fmt.Sprint(frame.Type(), " ", frame.Int("rev")))
		}
		if frame.Type() == kind {
			return list
		}
	}
	return list
}

func TestF01_LostAtReconnect(t *testing.T) {
	h := newHouse(t)
	s := h.open(h.bob, h.group)
	h.Message(h.group, h.ann, "seen")
	at := said(s, "seen").Int("rev")
	s.Cut()
	if code := s.WaitClosed(); code != 1006 {
		t.Fatalf("premise: the socket was cut, but closed with %d", code)
	}
	for i := range 3 {
		h.Message(h.group, h.ann, fmt.Sprint("missed ", i))
	}
	again := h.resume(h.bob, h.group, at)
	if to := again.Synced(); to != at+3 {
		t.Fatalf("synced up to %d, want %d", to, at+3)
	}
	h.Message(h.group, h.ann, "after")
	message(again, at+4)
	if got := again.Revs(); !slices.Equal(got, []int64{at + 1, at + 2, at + 3, at + 4}) {
		t.Fatalf("got %v after %d", got, at)
	}
	if got := s.Revs(); !slices.Equal(got, []int64{at}) {
		t.Fatalf("premise: the first socket missed the rest, but got %v", got)
	}
}

// A replay shows each row once, by its last revision: edits and deletions of
// old messages too, and nothing of what was there between.
func TestReplayShowsEachRowAsItIsNow(t *testing.T) {
	h := inOneLanguage(t)
	old := h.Message(h.group, h.ann, "old")
	at := h.Rev(h.group)
	gone, kept := h.Message(h.group, h.ann, "gone soon"), h.Message(h.group, h.ann, "kept")
	h.change(store.Messages, gone.Id, map[string]any{"body": "gone soon, edited"})
	h.change(store.Messages, old.Id, map[string]any{"body": "old, edited"})
	if err := h.Chat.DeleteMessage(gone.Id); err != nil {
		t.Fatal(err)
	}
	h.React(kept.Id, h.cid, "👍")
	s := h.resume(h.bob, h.group, at)
	want := []string{fmt.Sprint("message ", at+4), fmt.Sprint("message ", at+5), fmt.Sprint("message ", at+6), fmt.Sprint("synced ", at+6)}
	if got := until(s, "synced"); !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i, id := range []string{old.Id, gone.Id, kept.Id} {
		frame := s.OfType("message")[i]
		if frame.Message().Text("id") != id || strings.Contains(frame.Raw(), "gone soon") {
			t.Errorf("got %s", frame.Raw())
		}
		mirrored(h, h.bob, h.group, frame)
	}
}

func TestF02_PartialReplay(t *testing.T) {
	const limit = 500
	h := newHouse(t)
	err := h.RunInTransaction(func(tx core.App) error {
		for range limit + 1 {
			record := h.record(store.Messages, map[string]any{"room": h.group, "author": h.ann.Id, "body": "one of many"})
			if err := tx.Save(record); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ago := func(n int64) func(int64) string { return func(now int64) string { return fmt.Sprint(now - n) } }
	raw := func(rev string) func(int64) string { return func(int64) string { return rev } }
	for _, test := range []struct {
		name   string
		rev    func(now int64) string
		kind   string
		frames int
	}{
		{"as much as is replayed", ago(limit), "synced", limit},
		{"one too many", ago(limit + 1), "reload", 0},
		{"from the beginning", raw("0"), "reload", 0},
		{"nothing missed", ago(0), "synced", 0},
		{"ahead of the room, as after a restored database", ago(-1), "reload", 0},
		{"far ahead", raw("9223372036854775807"), "reload", 0},
		{"larger than any number", raw("92233720368547758070"), "reload", 0},
		{"negative", raw("-1"), "reload", 0},
		{"very negative", raw("-9223372036854775808"), "reload", 0},
		{"no number", raw("abc"), "reload", 0},
		{"empty", raw(""), "reload", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := h.Rev(h.group)
			s := h.Client(h.bob).Socket("/ws/chat/" + h.group + "/?rev=" + test.rev(now))
			got := until(s, test.kind)
			if len(got) != test.frames+1 {
				t.Fatalf("got %d frames, the last %v", len(got), got[len(got)-1])
			}
			if test.kind == "synced" && got[len(got)-1] != fmt.Sprint("synced ", now) {
				t.Fatalf("the last is %s and the room at %d", got[len(got)-1], now)
			}
			// The connection goes on: what comes now is not lost.
			h.Message(h.group, h.ann, test.name)
			if frame := said(s, test.name); frame.Int("rev") != now+1 {
				t.Fatalf("got %d, want %d", frame.Int("rev"), now+1)
			}
		})
	}
}

// shown are the messages of a page by their seq, and up to where it goes.
func shown(t *testing.T, page string) (seqs []int64, rev int64) {
	t.Helper()
	document, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	number := func(s *goquery.Selection, name string) int64 {
		n, err := strconv.ParseInt(s.AttrOr(name, ""), 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	document.Find("#messages [data-message]").Each(func(_ int, s *goquery.Selection) { seqs = append(seqs, number(s, "data-seq")) })
	return seqs, number(document.Find("[data-room-page]"), "data-rev")
}

func TestF03_LoadSubscribeRace(t *testing.T) {
	h := newHouse(t)
	h.Message(h.group, h.ann, "before the page")
	seqs, rev := shown(t, h.Client(h.bob).Get("/chat/"+h.group+"/").Body)
	h.Message(h.group, h.ann, "between page and socket")
	between := h.Rev(h.group)
	if slices.Contains(seqs, between) || rev >= between {
		t.Fatalf("premise: the page has %v up to %d, the message came as %d", seqs, rev, between)
	}
	s := h.resume(h.bob, h.group, rev)
	if got, want := until(s, "synced"), []string{fmt.Sprint("message ", between), fmt.Sprint("synced ", between)}; !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func TestF03_LoadSubscribeRaceUnderLoad(t *testing.T) {
	const messages, viewers = 160, 12
	h := newHouse(t)
	var sending, viewing sync.WaitGroup
	for i := range 4 {
		sending.Go(func() {
			for n := range messages / 4 {
				if _, err := h.Chat.Send(chatplugin.Draft{Room: h.group, Author: h.ann.Id, Body: fmt.Sprint(i, n)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sockets := make([]*chattest.Socket, viewers)
	pages := make([][]int64, viewers)
	for i := range viewers {
		viewing.Go(func() {
			page, err := h.Client(h.bob).Try("GET", "/chat/"+h.group+"/", nil)
			if err != nil {
				t.Error(err)
				return
			}
			var rev int64
			pages[i], rev = shown(t, page.Body)
			if sockets[i], _, err = h.Client(h.bob).TrySocket(fmt.Sprintf("/ws/chat/%s/?rev=%d", h.group, rev)); err != nil {
				t.Error(err)
			}
		})
	}
	sending.Wait()
	viewing.Wait()
	end := h.Rev(h.group)
	for i, s := range sockets {
		if t.Failed() {
			return
		}
		if last := pages[i][len(pages[i])-1]; last < end {
			s.Wait("the last message", func(f chattest.Frame) bool { return f.Type() == "message" && f.Int("rev") == end })
		}
		risesByOne(t, s.Revs())
		// A page may hold more than up to its revision, which is read first: what
		// comes again is the same bubble.
		there := pages[i]
		for _, rev := range s.Revs() {
			if !slices.Contains(there, rev) {
				there = append(there, rev)
			}
		}
		risesByOne(t, there)
	}
}
