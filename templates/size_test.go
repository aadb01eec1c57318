package templates

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"testing"
	"time"
)

// Limits of what goes over the wire.
const (
	maxBubble  = 700
	maxPage    = 60 << 10
	maxGzipped = 10 << 10
)

// varied is n messages as people write them: short and long, by several people,
// with links, code, replies and pictures of themselves.
func varied(n int) []Message {
	authors := []Person{mia, jonas, aiko, omar, dalia}
	for i := range authors {
		if i%2 == 0 {
			authors[i].Avatar = fmt.Sprintf("/api/files/_pb_users_auth_/%s/portrait_%010d.jpg?thumb=80x80", authors[i].ID, i*7919)
		}
	}
	lines := []string{
		"ok", "See you at eight, then.", "👍",
		"I asked at the harbour office: the small boat is free on both days, but we have to bring it back before dark and fill the tank.",
		"Could you send me the link again? I can’t find it.",
		`It is here: <a href="https://example.com/timetables/summer" rel="nofollow noopener noreferrer" target="_blank">https://example.com/timetables/summer</a>`,
		"No idea, to be honest. Ask <strong>Omar</strong>, he went there last year with his brother and they stayed for a week.",
		"<code>go test ./...</code> is green again, the failing one was the clock",
		"هل يمكنني إحضار أخي معي؟ لديه سيارة ويمكنه أن يأخذ الخيمة.",
		"Yes", "That would be lovely, thank you so much! I’ll bring something for the grill as well, and salad for everybody who wants one.",
	}
	messages := make([]Message, n)
	for i := range messages {
		m := text(authors[(i/2*7+i/5)%len(authors)], i*3, lines[(i*5+i/11)%len(lines)])
		m.ID = fmt.Sprintf("%05dq8w7e6r5t4", i*7919%100000)
		m.Room, m.Seq, m.Rev = "room00000000001", int64(1000+i), int64(1200+i)
		m.Created = m.Created.Add(time.Duration(i*i) * time.Second)
		messages[i] = m
	}
	return messages
}

func gzipped(t *testing.T, s string) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestMessagesAndPagesAreSmall(t *testing.T) {
	messages := varied(50)
	for i, m := range messages {
		if i%4 == 0 { // every fourth has what people put on it
			names := []string{mia.Name, jonas.Name, omar.Name}
			users := []string{mia.ID, jonas.ID, omar.ID}
			messages[i].Reactions = []Reaction{{"👍", 3, users, names}, {"❤️", 1, users[:1], names[:1]}}
		}
		if got := len(html(t, Bubble(sampleSite(), m))); got > maxBubble {
			t.Errorf("a message of %d bytes of text takes %d, want at most %d", len(m.HTML), got, maxBubble)
		}
	}
	room := crew()
	room.Slice = Slice{Room: room.ID, Messages: messages, Older: true}
	page := html(t, RoomPage(samplePage(room.Title), room))
	if len(page) > maxPage {
		t.Errorf("a room page takes %d bytes, want at most %d", len(page), maxPage)
	}
	if got := gzipped(t, page); got > maxGzipped {
		t.Errorf("a room page takes %d bytes gzipped, want at most %d", got, maxGzipped)
	}
	t.Logf("page %d bytes, %d gzipped", len(page), gzipped(t, page))
}
