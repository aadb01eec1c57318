package faults

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pocketchat/chatplugin/chattest"
)

// A real disk fills up under a real process. Only root can mount a small one;
// elsewhere TestDatabaseTakesNothing says what it can.
func TestDiskFull(t *testing.T) {
	disk := t.TempDir()
	if said, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be mounted here: %v %s", err, said)
	}
	t.Cleanup(func() {
		if said, err := exec.Command("umount", "-l", disk).CombinedOutput(); err != nil {
			t.Errorf("the disk stays mounted: %v %s", err, said)
		}
	})
	p := newProcess(t, filepath.Join(disk, "pb_data"))
	bobID, bob := p.Person("bob")
	_, ann := p.Person("ann")
	room := p.Group(ann, bobID)
	listener := bob.Socket("/ws/chat/" + room + "/?rev=0")
	listener.Synced()

	var sent []string
	try := func(n int) bool {
		how := send
		if n%2 == 1 {
			how = create
		}
		body := strings.TrimSpace(fmt.Sprint("Message ", n, " ", strings.Repeat("and so on ", 300)))
		answer, err := how(ann, room, body)
		switch {
		case err != nil:
			t.Fatal(err)
		case answer.Status == http.StatusOK:
			sent = append(sent, body)
			return true
		case answer.Status != http.StatusServiceUnavailable || !strings.Contains(answer.Body, "cannot save anything at the moment"):
			t.Fatalf("message %d: %d %s", n, answer.Status, answer.Body)
		}
		return false
	}
	if !try(0) || !try(1) {
		t.Fatal("premise: the disk takes nothing from the start")
	}
	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	var refused []int
	for n := 2; len(refused) < 4; n++ {
		if n == 5000 {
			t.Fatal("premise: the disk took everything")
		}
		if !try(n) {
			refused = append(refused, n)
		}
	}
	for _, path := range []string{"/chat/", "/chat/" + room + "/"} {
		if answer := bob.Get(path); answer.Status != http.StatusOK {
			t.Errorf("GET %s on a full disk: %d", path, answer.Status)
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for _, n := range refused {
		if !try(n) {
			t.Fatalf("message %d does not go through now", n)
		}
	}
	p.complete(bob, room, listener, sent)
	p.checked()

	// Full again and killed: what was acknowledged outlives that as well.
	fill(t, ballast)
	for n := 5000; try(n); n++ {
	}
	p.Kill()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	p.Start()
	again := bob.Socket("/ws/chat/" + room + "/?rev=0")
	again.Synced()
	if !try(9000) {
		t.Error("it takes nothing after the restart")
	}
	p.complete(bob, room, again, sent)
	p.checked()
}

// complete holds that the rows and what a socket heard are what was acknowledged.
func (p *process) complete(client *chattest.Client, room string, listener *chattest.Socket, sent []string) {
	p.t.Helper()
	var stored []string
	for _, row := range p.rows(client, room)[1:] { // the first one is the room's own
		stored = append(stored, row.Body)
	}
	hears(listener, sent[len(sent)-1])
	if !slices.Equal(stored, sent) || !slices.Equal(heard(listener), sent) {
		p.t.Errorf("%d are stored and %d were heard of %d acknowledged", len(stored), len(heard(listener)), len(sent))
	}
}

// fill leaves a few hundred kilobytes of the disk.
func fill(t *testing.T, ballast string) {
	t.Helper()
	file, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	size := int64(0)
	for piece := make([]byte, 64<<10); ; {
		n, err := file.Write(piece)
		size += int64(n)
		if err != nil {
			break
		}
	}
	if err := file.Truncate(max(size-(256<<10), 0)); err != nil {
		t.Fatal(err)
	}
}
