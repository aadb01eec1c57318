package store_test

import (
	"fmt"
	"testing"

	"pocketchat/chatplugin/internal/store"
)

// The queries behind the pages, at sizes that a busy year reaches: none of them
// may grow with the messages in the room or with the rooms of others.

var sizes = []int{1_000, 20_000, 100_000}

func BenchmarkBefore(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint("messages=", n), func(b *testing.B) {
			h := newHouse(b)
			h.group("room", "viewer", n)
			for b.Loop() {
				if rows, _, err := store.Before(h, "room", 0, int64(n/2), 30); err != nil || len(rows) != 30 {
					b.Fatal(len(rows), err)
				}
			}
		})
	}
}

func BenchmarkChangedAfter(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint("messages=", n), func(b *testing.B) {
			h := newHouse(b)
			h.group("room", "viewer", n)
			for b.Loop() {
				if rows, _, err := store.ChangedAfter(h, "room", 0, int64(n-100), 500); err != nil || len(rows) != 100 {
					b.Fatal(len(rows), err)
				}
			}
		})
	}
}

// BenchmarkList and BenchmarkUnreadTotal vary the viewer's own rooms: a sum over
// these is what a badge costs.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint("rooms=", n), func(b *testing.B) {
			h := newHouse(b)
			for i := range n {
				h.group(fmt.Sprint("r", i), "viewer", 5)
			}
			for b.Loop() {
				if _, err := h.store.List(h, store.ListQuery{Viewer: "viewer", Limit: 30}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnreadTotal(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint("rooms=", n), func(b *testing.B) {
			h := newHouse(b)
			for i := range n {
				h.group(fmt.Sprint("r", i), "viewer", 5)
			}
			for b.Loop() {
				if total, err := store.UnreadTotal(h, "viewer"); err != nil || total != int64(5*n) {
					b.Fatal(total, err)
				}
			}
		})
	}
}

// BenchmarkDeleteMessages deletes a whole room in pieces; piece is the longest
// that other writers wait.
func BenchmarkDeleteMessages(b *testing.B) {
	const piece = 2000
	for _, n := range sizes {
		b.Run(fmt.Sprint("messages=", n), func(b *testing.B) {
			h := newHouse(b)
			pieces := 0
			for b.Loop() {
				b.StopTimer()
				h.exec("DELETE FROM chat_members", nil)
				h.exec("DELETE FROM chat_rooms", nil)
				h.group("room", "viewer", n)
				b.StartTimer()
				for {
					gone, err := store.DeleteMessages(h, "room", piece)
					if err != nil {
						b.Fatal(err)
					}
					if gone == 0 {
						break
					}
					pieces++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(max(pieces, 1)), "ms/piece")
		})
	}
}

// BenchmarkDisown takes a deleted user's name off everything they wrote.
func BenchmarkDisown(b *testing.B) {
	const piece = 2000
	for _, n := range sizes {
		b.Run(fmt.Sprint("messages=", n), func(b *testing.B) {
			h := newHouse(b)
			h.group("room", "viewer", n)
			pieces := 0
			for b.Loop() {
				b.StopTimer()
				h.exec("UPDATE chat_messages SET author = 'writer'", nil)
				b.StartTimer()
				for {
					changed, err := store.Disown(h, "writer", piece)
					if err != nil {
						b.Fatal(err)
					}
					if changed == 0 {
						break
					}
					pieces++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(max(pieces, 1)), "ms/piece")
		})
	}
}
