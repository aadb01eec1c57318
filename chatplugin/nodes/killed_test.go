package nodes

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pocketchat/chatplugin/chattest"
)

// A node is killed by force while its people write. What it acknowledged is
// there once and reaches everybody, its people are shown as gone, the other node
// goes on, and whoever comes back has no hole.
func TestKilledNode(t *testing.T) {
	t.Parallel()
	r, folder, binary := startRedis(t), t.TempDir(), demo(t)
	a := run(t, binary, folder, r)
	b := run(t, binary, folder, r)
	_, annToken := a.person("ann")
	bob, bobToken := a.person("bob")
	made := a.WithToken(annToken).JSON(http.MethodPost, "/chat/new-group/", map[string]any{"name": "Friends", "members": []string{bob}})
	room, _ := made.Field("room").(string)
	if room == "" {
		t.Fatalf("no group: %d %s", made.Status, made.Body)
	}
	here, there := a.WithToken(annToken).Socket("/ws/chat/"+room+"/"), b.WithToken(bobToken).Socket("/ws/chat/"+room+"/")
	here.Synced()
	there.Synced()
	online(here, 2)

	acknowledged := b.writeUntilKilled(room, bobToken)
	if code := there.WaitClosed(); code != 1006 {
		t.Fatalf("premise: the node was not killed: %d", code)
	}
	here.Until("every acknowledged message", func([]chattest.Frame) bool { return len(missing(here, acknowledged)) == 0 })
	if answer := a.send(room, annToken, "still-here"); answer.Status != http.StatusOK {
		t.Errorf("the other node does not go on: %d %s", answer.Status, answer.Body)
	}
	said(here, "still-here")
	gone := time.Now().Add(4 * chattest.Patience)
	for onlineNow(here) != 1 {
		if time.Now().After(gone) {
			t.Fatalf("a killed node's people are still shown: %d", onlineNow(here))
		}
		time.Sleep(50 * time.Millisecond)
	}

	again := run(t, binary, folder, r)
	back := again.WithToken(bobToken).Socket(fmt.Sprintf("/ws/chat/%s/?rev=%d", room, lastRev(there)))
	back.Synced()
	had := append(there.Frames(), back.Frames()...)
	for _, body := range append(acknowledged, "still-here") {
		if n := times(had, body); n != 1 {
			t.Errorf("whoever came back has %q %d times", body, n)
		}
	}
}

func (p *process) send(room, token, body string) chattest.Answer {
	answer, err := p.WithToken(token).Try(http.MethodPost, "/chat/"+room+"/send/",
		strings.NewReader(chattest.Form("body", body, "client_id", body).Encode()),
		"Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json")
	if err != nil {
		return chattest.Answer{}
	}
	return answer
}

// writeUntilKilled kills the process in the middle and answers what it had
// acknowledged.
func (p *process) writeUntilKilled(room, token string) (acknowledged []string) {
	p.t.Helper()
	for n := 0; ; n++ {
		body := fmt.Sprint("message-", n)
		if n == 30 {
			go p.command.Process.Kill()
		}
		if p.send(room, token, body).Status != http.StatusOK {
			break
		}
		acknowledged = append(acknowledged, body)
	}
	p.kill()
	if len(acknowledged) < 30 {
		p.t.Fatalf("premise: only %d messages were sent", len(acknowledged))
	}
	return acknowledged
}

func missing(s *chattest.Socket, bodies []string) (missing []string) {
	frames := s.Frames()
	for _, body := range bodies {
		if times(frames, body) == 0 {
			missing = append(missing, body)
		}
	}
	return missing
}

func times(frames []chattest.Frame, body string) (n int) {
	for _, frame := range frames {
		if frame.Type() == "message" && frame.Message().Text("body") == body {
			n++
		}
	}
	return n
}

func lastRev(s *chattest.Socket) (rev int64) {
	for _, frame := range s.Frames() {
		if frame.Type() == "message" || frame.Type() == "synced" {
			rev = max(rev, frame.Int("rev"))
		}
	}
	return rev
}

func onlineNow(s *chattest.Socket) (people int64) {
	for _, frame := range s.OfType("presence") {
		people = frame.Int("online")
	}
	return people
}
