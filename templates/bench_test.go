package templates

import (
	"context"
	"fmt"
	"io"
	"testing"
)

// One message is rendered for each save, and once for all its readers.
func BenchmarkBubble(b *testing.B) {
	site, messages := sampleSite(), varied(50)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := Bubble(site, messages[i%len(messages)]).Render(context.Background(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRoomPage(b *testing.B) {
	for _, n := range []int{0, 50, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			page, room := samplePage("Weekend crew"), crew()
			room.Slice.Messages = varied(n)
			b.ReportAllocs()
			for b.Loop() {
				if err := RoomPage(page, room).Render(context.Background(), io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkInboxPage(b *testing.B) {
	page, list := samplePage("Chats"), rooms()
	b.ReportAllocs()
	for b.Loop() {
		if err := InboxPage(page, list).Render(context.Background(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
