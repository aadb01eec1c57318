package guard_test

import (
	"fmt"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/store"
)

// BenchmarkSend is one message with all the rules, its transaction and what is
// published after it, in rooms of growing history and in groups of growing size.
func BenchmarkSend(b *testing.B) {
	for _, size := range []struct{ messages, members int }{{100, 3}, {100_000, 3}, {100, 300}} {
		b.Run(fmt.Sprintf("messages=%d/members=%d", size.messages, size.members), func(b *testing.B) {
			h := newHouse(b, chatplugin.Config{})
			room, _ := h.friends(b)
			h.fill(b, room, h.bob, size.messages)
			for i := 4; i < size.members; i++ {
				h.join(b, room, fmt.Sprint("Person ", i))
			}
			for b.Loop() {
				h.Message(room, h.ann, "How are you?")
			}
		})
	}
}

func (h *house) join(b *testing.B, room, name string) {
	b.Helper()
	must(b, h.post(h.ann, "/chat/"+room+"/edit/", "members", h.User(name).Id))
}

// BenchmarkMarkRead reads to the end of a room, which is what pages do.
func BenchmarkMarkRead(b *testing.B) {
	h := newHouse(b, chatplugin.Config{})
	room, _ := h.friends(b)
	for b.Loop() {
		b.StopTimer()
		sent := h.Message(room, h.bob, "Hi")
		b.StartTimer()
		must(b, h.post(h.carl, "/chat/"+room+"/read/", "rev", sent.GetString("seq")))
	}
}

// BenchmarkDeleteGroup is how long whoever deletes a group waits: not for its
// messages.
func BenchmarkDeleteGroup(b *testing.B) {
	for _, n := range []int{100, 2_000} {
		b.Run(fmt.Sprint("messages=", n), func(b *testing.B) {
			h := newHouse(b, chatplugin.Config{})
			for b.Loop() {
				b.StopTimer()
				room, _ := h.friends(b)
				h.fill(b, room, h.bob, n)
				b.StartTimer()
				must(b, h.post(h.ann, "/chat/"+room+"/delete-group/"))
				b.StopTimer()
				h.eventually(b, "the room is gone", func() bool {
					_, err := store.FindRoom(h, room)
					return err != nil
				})
				b.StartTimer()
			}
		})
	}
}

// BenchmarkDeleteUser is the same for somebody's account.
func BenchmarkDeleteUser(b *testing.B) {
	for _, n := range []int{100, 2_000} {
		b.Run(fmt.Sprint("messages=", n), func(b *testing.B) {
			h := newHouse(b, chatplugin.Config{})
			room, _ := h.friends(b)
			for b.Loop() {
				b.StopTimer()
				leaver := h.User("Leaver")
				h.fill(b, room, leaver, n)
				b.StartTimer()
				must(b, h.Delete(leaver))
				b.StopTimer()
				h.eventually(b, "the name is off", func() bool {
					left, err := store.Disown(h, leaver.Id, 1)
					return err == nil && left == 0
				})
				b.StartTimer()
			}
		})
	}
}
