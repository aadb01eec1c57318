package nodes

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/demohost"
)

func TestMain(m *testing.M) { demohost.Main(m) }

// A node is killed by force while its people write. What it acknowledged is
// there once and reaches everybody, its people are shown as gone, the other node
// goes on, and whoever comes back has no hole.
func TestKilledNode(t *testing.T) {
	t.Parallel()
	r, folder := startRedis(t), t.TempDir()
	a := demohost.Serve(t, folder, r.address)
	b := demohost.Serve(t, folder, r.address)
	_, ann := a.Person("ann")
	bobID, bob := a.Person("bob")
	room := a.Group(ann, bobID)
	bob = bob.At(b.App)
	here, there := ann.Socket("/ws/chat/"+room+"/"), bob.Socket("/ws/chat/"+room+"/")
	here.Synced()
	there.Synced()
	online(here, 2)

	acknowledged := writeUntilKilled(t, b, room, bob)
	if code := there.WaitClosed(); code != 1006 {
		t.Fatalf("premise: the node was not killed: %d", code)
	}
	here.Until("every acknowledged message", func([]chattest.Frame) bool { return len(missing(here, acknowledged)) == 0 })
	if answer := send(ann, room, "still-here"); answer.Status != http.StatusOK {
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

	again := demohost.Serve(t, folder, r.address)
	back := bob.At(again.App).Socket(fmt.Sprintf("/ws/chat/%s/?rev=%d", room, lastRev(there)))
	back.Synced()
	had := append(there.Frames(), back.Frames()...)
	for _, body := range append(acknowledged, "still-here") {
		if n := times(had, body); n != 1 {
			t.Errorf("whoever came back has %q %d times", body, n)
		}
	}
}

func send(client *chattest.Client, room, body string) chattest.Answer {
	answer, err := client.Try(http.MethodPost, "/chat/"+room+"/send/",
		strings.NewReader(chattest.Form("body", body, "client_id", body).Encode()),
		"Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json")
	if err != nil {
		return chattest.Answer{}
	}
	return answer
}

// writeUntilKilled kills the process in the middle and answers what it had
// acknowledged.
func writeUntilKilled(t *testing.T, p *demohost.Process, room string, client *chattest.Client) (acknowledged []string) {
	t.Helper()
	var killing sync.WaitGroup
	defer killing.Wait()
	for n := 0; ; n++ {
		body := fmt.Sprint("message-", n)
		if n == 30 {
			killing.Go(p.Kill)
		}
		if send(client, room, body).Status != http.StatusOK {
			break
		}
		acknowledged = append(acknowledged, body)
	}
	if len(acknowledged) < 30 {
		t.Fatalf("premise: only %d messages were sent", len(acknowledged))
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
