package cli_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/store"
)

// A room that is back in a list between the look and the deletion stays.
func TestPurgeLooksAgainInside(t *testing.T) {
	a := newAttic(t, chatplugin.Config{})
	other := a.Direct(a.bob, a.carl)
	a.Message(other, a.bob, "Second")
	a.forget(other, a.bob, a.carl)
	rooms := []string{a.dead, other}
	var once sync.Once
	a.OnRecordAfterDeleteSuccess(store.Rooms).BindFunc(func(e *core.RecordEvent) error {
		once.Do(func() { // while one of the two goes, the other one is written to
			left := rooms[0]
			if left == e.Record.Id {
				left = rooms[1]
			}
			a.Message(left, a.bob, "Wait!")
		})
		return e.Next()
	})
	out := a.run("purge")
	if !strings.Contains(tables(out), "Rooms deleted by all 1 ") || a.count("SELECT COUNT(*) FROM chat_rooms WHERE type = 'direct'") != 2 {
		t.Errorf("it says\n%s", out)
	}
	a.agrees()
}

// A deletion that was cut off is finished, and files that a kill left behind go.
func TestPurgeFinishesWhatWasCutOff(t *testing.T) {
	a := newAttic(t, chatplugin.Config{})
	must(t, store.CloseRoom(a, a.alive))
	rows, err := store.StaleAfter(a, a.group, store.Outdated{Expired: time.Now().Add(-aYear)}, 0, 100)
	must(t, err)
	must(t, a.RunInTransaction(func(tx core.App) error {
		if err := store.ForgivePosts(tx, a.group, rows); err != nil {
			return err
		}
		_, err := store.RemoveStale(tx, a.group, rows)
		return err
	})) // and then the power failed, before the files went
	if len(a.stored("old plans")) == 0 || a.gone(store.Messages, a.old.Id) {
		t.Fatal("premise: the file is gone, or nothing names it")
	}
	a.run("purge", "--older-than", "1y")
	if len(a.stored("old plans")) > 0 || !a.gone(store.Messages, a.old.Id) || !a.gone(store.Rooms, a.alive) {
		t.Error("something is left")
	}
	a.agrees()
}

// It is stopped between two steps; what is left goes by the next run. Two runs
// at once and people who write meanwhile are no trouble.
func TestPurgeIsStoppedAndGoesOn(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	d.run("seed", "--users", "8", "--rooms", "12", "--messages", "9000")
	d.Serve()
	d.change("UPDATE chat_messages SET created = '2020-01-01 00:00:00.000Z' WHERE seq % 5 != 0", nil)
	left := func() int { return d.count("SELECT COUNT(*) FROM chat_messages WHERE created < '2021-01-01'") }
	total := left()
	room := d.column("SELECT id FROM chat_rooms ORDER BY posts DESC")[0]
	author := d.column("SELECT user FROM chat_members WHERE room = '" + room + "'")[0]

	ctx, stop := context.WithCancel(context.Background())
	var purging sync.WaitGroup
	purging.Go(func() {
		for left() == total {
			time.Sleep(time.Millisecond)
		}
		stop()
	})
	out, said, err := d.try(ctx, "purge", "--retention", "1y", "--older-than", "1y")
	stop()
	purging.Wait()
	if err == nil || !strings.Contains(said, "Stopped before the end") || !strings.Contains(out, "Expired by retention") {
		t.Fatalf("%v: %q %q", err, out, said)
	}
	d.agrees()
	if n := left(); n == 0 || n == total {
		t.Fatalf("premise: %d of %d are left", n, total)
	}
	for range 2 {
		purging.Go(func() {
			if _, said, err := d.try(context.Background(), "purge", "--retention", "1y", "--older-than", "1y"); err != nil {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
	for i := range 30 {
		if _, err := d.Chat.Send(chatplugin.Draft{Room: room, Author: author, Body: fmt.Sprint("Meanwhile ", i)}); err != nil {
			t.Error(err)
		}
	}
	purging.Wait()
	if n := left(); n != 0 {
		t.Errorf("%d are left", n)
	}
	d.agrees()
}
