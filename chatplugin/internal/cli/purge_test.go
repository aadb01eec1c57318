package cli_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

func TestPurge(t *testing.T) {
	a := newAttic(t, chatplugin.Config{})
	before := a.dump()
	dry := a.run("purge", "--dry-run")
	if a.dump() != before || len(a.stored("dead letter")) == 0 || !strings.Contains(dry, "Nothing was changed") {
		t.Fatal("a dry run changed something")
	}
	out := a.run("purge")
	// The group's "created" message was hidden with Ann's.
	want := " Rooms Messages Reactions Files\nRooms deleted by all 1 2 1 1\nMessages hidden for all 1 2 0 0\n" +
		"Deleted messages 1 2 0 0\nExpired by retention 0 0 0 0"
	if tables(out) != want || tables(dry) != want {
		t.Errorf("it says\n%s\nthe dry run said\n%s\nexpected\n%s", tables(out), tables(dry), want)
	}
	for _, message := range []*core.Record{a.hidden, a.tombstone, a.fresh} {
		if !a.gone(store.Messages, message.Id) {
			t.Error("a message is still there")
		}
	}
	if !a.gone(store.Rooms, a.dead) || a.Member(a.dead, a.ann) != nil || len(a.stored("dead letter")) > 0 {
		t.Error("the room that both deleted is still there, or its file")
	}
	if a.gone(store.Rooms, a.alive) || a.gone(store.Messages, a.old.Id) || len(a.stored("old plans")) == 0 {
		t.Error("something went that people can still read")
	}
	a.agrees()
	if n := a.Unread(a.carl); n != 4 {
		t.Errorf("%d are unread", n)
	}
	if again := a.run("purge"); !strings.Contains(again, "Removed 0 rooms and 0 messages") {
		t.Errorf("a second run says\n%s", again)
	}
}

func TestPurgeSparesWhatIsNewer(t *testing.T) {
	a := newAttic(t, chatplugin.Config{})
	for _, spared := range []string{"--older-than=50d", "--older-than=" + time.Now().Add(-50*aDay).Format(time.DateOnly)} {
		if out := a.run("purge", spared); !strings.Contains(out, "Removed 0 rooms and 0 messages") {
			t.Errorf("%s says\n%s", spared, out)
		}
	}
	a.run("purge", "--older-than", "20d")
	if !a.gone(store.Messages, a.tombstone.Id) || a.gone(store.Messages, a.fresh.Id) || a.gone(store.Messages, a.hidden.Id) || a.gone(store.Rooms, a.dead) {
		t.Error("it did not tell older from newer")
	}
	a.agrees()
}

// F12, F18: what expires is in no count, quote, preview or file any more.
func TestPurgeByRetention(t *testing.T) {
	a := newAttic(t, chatplugin.Config{Purge: chatplugin.Purge{Retention: aYear}})
	out := a.run("purge", "--older-than", "1y")
	if !strings.Contains(tables(out), "Expired by retention 1 1 1 1") {
		t.Errorf("it says\n%s", out)
	}
	if !a.gone(store.Messages, a.old.Id) || a.gone(store.Messages, a.reply.Id) || len(a.stored("old plans")) > 0 {
		t.Error("the old message is there, or its file, or the reply is not")
	}
	if to := a.Find(store.Messages, a.reply.Id).GetString("reply_to"); to != "" {
		t.Errorf("the reply answers %q", to)
	}
	if n := a.Unread(a.carl); n != 3 {
		t.Errorf("%d are unread", n)
	}
	a.agrees()
	a.Serve()
	page := a.Client(a.carl).Get("/chat/" + a.group + "/")
	if page.Status != http.StatusOK || strings.Contains(page.Body, "See below") || !strings.Contains(page.Body, "Last") {
		t.Errorf("the page: %d", page.Status)
	}
	a.run("purge", "--retention", "0")
	if a.gone(store.Messages, a.last.Id) {
		t.Error("no retention, and yet something went")
	}
}

// When all that a room shows is gone, it shows that it is empty, and goes on.
func TestPurgeOfAllThatThereIs(t *testing.T) {
	a := newAttic(t, chatplugin.Config{})
	rev := a.Rev(a.group)
	for _, room := range []string{a.group, a.alive} {
		a.change("UPDATE chat_messages SET created = '2020-01-01 00:00:00.000Z' WHERE room = {:room}", dbx.Params{"room": room})
	}
	a.run("purge", "--retention", "1y")
	room := a.Find(store.Rooms, a.group)
	if n := a.count("SELECT COUNT(*) FROM chat_messages"); n != 0 || room.GetString("last_message") != "" || a.Unread(a.carl) != 0 {
		t.Errorf("%d messages are left, %d unread", n, a.Unread(a.carl))
	}
	a.Serve()
	for _, path := range []string{"/chat/", "/chat/" + a.group + "/", "/chat/widget/"} {
		if page := a.Client(a.carl).Get(path); page.Status != http.StatusOK {
			t.Errorf("%s: %d", path, page.Status)
		}
	}
	next := a.Message(a.group, a.ann, "Anew")
	if seq := int64(next.GetInt("seq")); seq <= rev {
		t.Errorf("the next message has seq %d, and %d was given away before", seq, rev)
	}
	a.agrees()
	if a.Unread(a.carl) != 1 {
		t.Errorf("%d unread", a.Unread(a.carl))
	}
}

// Who resumes from before a purge reads anew, and who was past it does not.
func TestPurgeLeavesNoSilentHole(t *testing.T) {
	a := newAttic(t, chatplugin.Config{Realtime: chatplugin.Realtime{PingEvery: 200 * time.Millisecond}})
	a.Serve()
	path := func(rev int64) string { return fmt.Sprintf("/ws/chat/%s/?rev=%d", a.group, rev) }
	open := a.Client(a.carl).Socket(path(a.Rev(a.group)))
	open.WaitType("synced")
	before, seen := int64(a.fresh.GetInt("seq")), a.Rev(a.group)
	a.Client(a.carl).Socket(path(before)).WaitType("synced") // premise: it could be resumed

	a.run("purge") // tombstones: whoever has seen all so far has nothing to hear
	if now := a.Rev(a.group); now != seen {
		t.Errorf("the revision went from %d to %d, and nobody sees a difference", seen, now)
	}
	a.Client(a.carl).Socket(path(before)).WaitType("reload")
	a.Client(a.carl).Socket(path(seen)).WaitType("synced")
	for rev, want := range map[int64]int{0: http.StatusOK, before: http.StatusBadRequest, seen: http.StatusOK} {
		answer := a.Client(a.carl).Get(fmt.Sprintf("/chat/%s/messages/?after=%d", a.group, rev), "HX-Request", "true")
		if answer.Status != want || want != http.StatusOK && !strings.Contains(answer.Body, "gone for good") {
			t.Errorf("after %d: %d", rev, answer.Status)
		}
	}

	a.run("purge", "--retention", "1y") // what an open page shows
	now := a.Rev(a.group)
	if now <= seen {
		t.Fatalf("the revision stayed at %d", now)
	}
	open.Wait("a ping that is ahead", func(f chattest.Frame) bool { return f.Type() == "ping" && f.Int("rev") == now })
	a.Client(a.carl).Socket(path(seen)).WaitType("reload")
	a.Client(a.carl).Socket(path(now)).WaitType("synced")
	a.Message(a.group, a.ann, "And on")
	open.Wait("what comes next", func(f chattest.Frame) bool { return f.Type() == "message" && f.Int("rev") == now+1 })
}

// Open lists follow: the row, and what is unread.
func TestPurgeIsSeenInOpenLists(t *testing.T) {
	a := newAttic(t, chatplugin.Config{})
	a.Serve()
	list, badge := a.Client(a.carl).Socket("/ws/chat/inbox/"), a.Client(a.carl).Socket("/ws/chat/inbox/")
	list.WaitType("synced")
	badge.WaitType("synced")
	a.change("UPDATE chat_messages SET created = '2020-01-01 00:00:00.000Z' WHERE room = {:room}", dbx.Params{"room": a.group})
	a.run("purge", "--retention", "1y")
	list.Wait("the row", func(f chattest.Frame) bool {
		return f.Type() == "inbox" && f.Text("room") == a.group && !strings.Contains(f.Text("html"), "Last")
	})
	badge.Wait("the count", func(f chattest.Frame) bool {
		return f.Type() == "unread" && f.Int("unread") == 0 && f.Int("total") == 1
	})
}

func TestPurgeOfARoomWithAnOpenSocket(t *testing.T) {
	a := newAttic(t, chatplugin.Config{})
	a.Serve()
	socket := a.Client(a.bob).Socket("/ws/chat/" + a.dead + "/")
	socket.WaitType("synced")
	a.run("purge")
	if code := socket.WaitClosed(); code != 4502 {
		t.Errorf("closed with %d", code)
	}
	a.Direct(a.ann, a.bob) // they may talk again, in a new room
}

func TestPurgeRefusesNonsense(t *testing.T) {
	a := newAttic(t, chatplugin.Config{})
	before := a.dump()
	for _, c := range []struct{ args, says string }{
		{"--older-than soon", `--older-than "soon" is not understood`},
		{"--older-than -3d", "is not understood"},
		{"--older-than -3h", "is not understood"},
		{"--older-than 9999999999d", "is not understood"},
		{"--older-than NaNd", "is not understood"},
		{"--older-than 2999-01-01", "in the future"},
		{"--older-than=", "is not understood"},
		{"--retention forever", `--retention "forever" is not understood`},
		{"--dry-run=perhaps", "invalid argument"},
		{"everything", `"everything" is not understood`},
	} {
		t.Run(c.args, func(t *testing.T) {
			out, said, err := a.try(context.Background(), append([]string{"purge"}, strings.Fields(c.args)...)...)
			if err == nil || out != "" || strings.Count(said, "\n") != 1 || !strings.Contains(strings.ToLower(said), strings.ToLower(c.says)) {
				t.Errorf("%v; printed %q, said %q", err, out, said)
			}
		})
	}
	if a.dump() != before {
		t.Error("refused, and yet something went")
	}
}

// The cron does the same, twice at once as well.
func TestPurgeByCron(t *testing.T) {
	a := newAttic(t, chatplugin.Config{Purge: chatplugin.Purge{Every: "0 4 * * *", Retention: aYear, Deleted: 20 * aDay}})
	ran := 0
	for _, job := range a.Cron().Jobs() {
		if strings.Contains(job.Id(), "chat") {
			if job.Expression() != "0 4 * * *" {
				t.Errorf("it runs at %s", job.Expression())
			}
			job.Run()
			job.Run()
			ran++
		}
	}
	if ran != 1 {
		t.Fatalf("%d jobs", ran)
	}
	for deadline := time.Now().Add(chattest.Patience); !a.gone(store.Messages, a.old.Id) || !a.gone(store.Messages, a.tombstone.Id) || len(a.stored("old plans")) > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it removed nothing")
		}
	}
	a.Terminate() // waits for it
	if a.gone(store.Messages, a.fresh.Id) || a.gone(store.Rooms, a.dead) {
		t.Error("something went that was deleted today")
	}
	a.agrees()
	for _, bad := range []chatplugin.Purge{{Every: "at four"}, {Retention: -1}, {Retention: 365}, {Deleted: -aDay}} {
		if _, err := chatplugin.Register(newBare(t), chatplugin.Config{Purge: bad}); err == nil || !strings.Contains(err.Error(), "Purge.") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	for _, job := range newDesk(t, chatplugin.Config{}).Cron().Jobs() {
		if strings.Contains(job.Id(), "chat") {
			t.Error("it is on by default")
		}
	}
}
