package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"pocketchat/chatplugin"
)

// A world that was just made is as it should be, and what nothing of ours would
// do is found.
func TestCheck(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	d.run("seed", "--users", "6", "--rooms", "5", "--messages", "200", "--password", "correct horse")
	if out := d.run("check"); !strings.HasPrefix(out, "Recounted 5 rooms and ") || !strings.HasSuffix(out, ": no difference.\n") {
		t.Fatalf("of a world that was just made: %s", out)
	}
	wrong := []struct{ statement, says string }{
		{"UPDATE chat_rooms SET posts = posts + 1 WHERE id = (SELECT MIN(id) FROM chat_rooms)", ", posts: is "},
		{"UPDATE chat_rooms SET rev = rev + 1 WHERE id = (SELECT MAX(id) FROM chat_rooms)", ", rev: is "},
		{"UPDATE chat_members SET read_rev = 100000 WHERE id = (SELECT MIN(id) FROM chat_members)", ", read_rev of "},
		{"UPDATE chat_rooms SET last_message = '' WHERE id = (SELECT MIN(id) FROM chat_rooms WHERE last_message != '')", ", last_message: is empty"},
		{"INSERT INTO chat_members (id, room, user) VALUES ('lost', 'noroom', 'nobody')", "members of rooms that are gone: is 1"},
		{"INSERT INTO chat_messages (id, room, seq, rev, files) VALUES ('lost', 'noroom', 1, 1, '[\"a.txt\"]')", "messages of rooms that are gone: is 1"},
		{"INSERT INTO chat_reactions (id, message, user) VALUES ('lost', 'nomessage', 'nobody')", "reactions to messages that are gone: is 1"},
		{"DROP INDEX idx_chat_messages_room_seq", "index of chat_messages by room,seq"},
		{"DROP INDEX idx_chat_members_room_user; INSERT INTO chat_members (id, room, user, role) SELECT 'twice', room, user, role FROM chat_members WHERE room IN (SELECT id FROM chat_rooms) LIMIT 1", ", places of "},
	}
	for _, one := range wrong {
		d.change(one.statement, nil)
	}
	before := d.dump()
	out, said, err := d.try(context.Background(), "check")
	for _, one := range wrong {
		if !strings.Contains(out, one.says) {
			t.Errorf("%s: printed %s", one.statement, out)
		}
	}
	if err == nil || !strings.Contains(said, "chat check --fix") || d.dump() != before {
		t.Errorf("it ended with %v, said %s, and changed something: %t", err, said, d.dump() != before)
	}
	if out := d.run("check", "--fix"); !strings.Contains(out, "mended: room ") || !strings.Contains(out, "mended: index of chat_members") || !strings.Contains(out, ": mended ") {
		t.Errorf("it says %s", out)
	}
	if out := d.run("check", "--fix", "--remove-files"); !strings.HasSuffix(out, ": no difference.\n") {
		t.Errorf("it is not mended: %s", out)
	}
	if _, said, err := d.try(context.Background(), "check", "everything"); err == nil || !strings.Contains(said, "not understood") {
		t.Errorf("an argument: %v %s", err, said)
	}
}

func TestCheckAsJSON(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	people := d.Users("Ann", "Bob")
	room := d.Direct(people[0], people[1])
	d.change("UPDATE chat_rooms SET posts = 3", nil)
	type line struct {
		Room, What, Is, Should string
		Rooms, Found           *int
		Mended                 any
	}
	read := func(out string) (lines []line) {
		for _, text := range strings.Split(strings.TrimSpace(out), "\n") {
			var one line
			must(t, json.Unmarshal([]byte(text), &one))
			lines = append(lines, one)
		}
		return lines
	}
	out, said, err := d.try(context.Background(), "check", "--json")
	lines := read(out)
	if err == nil || said == "" || lines[0].Room != room || lines[0].What != "posts" || lines[0].Is != "3" || lines[0].Should != "0" || lines[0].Mended != false {
		t.Errorf("%v %s", err, out)
	}
	lines = read(d.run("check", "--json", "--fix"))
	if last := lines[len(lines)-1]; lines[0].Mended != true || *last.Rooms != 1 || *last.Found == 0 || last.Mended != float64(*last.Found) {
		t.Errorf("mended: %v", lines)
	}
	if out := d.run("check", "--json"); out != `{"found":0,"mended":0,"people":2,"rooms":1}`+"\n" {
		t.Errorf("clean: %s", out)
	}
}

// Files that rows name are there, and nothing else is.
func TestCheckFiles(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	people := d.Users("Ann", "Bob")
	room := d.Group("Files", people[0], people[1])
	kept, lost := d.withFile(room, people[0], "kept"), d.withFile(room, people[0], "lost")
	d.run("check")
	path := d.stored("lost")[0]
	must(t, os.Rename(path, path+".away"))
	out, said, err := d.try(context.Background(), "check", "--fix")
	if err == nil || !strings.Contains(out, lost.Id) || !strings.Contains(out, "missing") || !strings.Contains(out, "backup") || !strings.Contains(said, "cannot be mended") || strings.Contains(out, kept.Id) {
		t.Errorf("a lost file: %v, said %s, printed %s", err, said, out)
	}
	must(t, os.Rename(path+".away", path))
	d.run("check")

	// What nobody names is left alone while it may be on its way, and deleted only
	// by whoever says so.
	folder := filepath.Dir(path)
	strays := []string{
		filepath.Join(folder, "stray.txt"), filepath.Join(folder, "thumbs_stray.txt", "640x640f_stray.txt"), filepath.Join(filepath.Dir(folder), "gone", "stray.txt"),
	}
	for _, stray := range strays {
		must(t, os.MkdirAll(filepath.Dir(stray), 0o755))
		must(t, os.WriteFile(stray, []byte("stray"), 0o644))
	}
	d.run("check")
	for _, stray := range strays {
		old := time.Now().Add(-2 * time.Hour)
		must(t, os.Chtimes(stray, old, old))
	}
	for _, args := range [][]string{{"check"}, {"check", "--fix"}} {
		if out, _, err := d.try(context.Background(), args...); err == nil || strings.Count(out, "stray.txt: is there, should be named") != len(strays) || !strings.Contains(out, "--remove-files") {
			t.Errorf("%v: %v %s", args, err, out)
		}
	}
	if out := d.run("check", "--fix", "--remove-files"); strings.Count(out, "mended: file ") != len(strays) {
		t.Errorf("%s", out)
	}
	d.run("check")
	if len(d.stored("kept")) == 0 || len(d.stored("lost")) == 0 {
		t.Error("a file went that a message names")
	}
}

// What a stop left of deletions is finished.
func TestCheckFinishesDeletions(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	people := d.Users("Ann", "Bob", "Cid")
	room, closed := d.Group("Stays", people[0], people[1], people[2]), d.Group("Goes", people[0], people[1])
	first := d.Message(room, people[1], "Bob was here")
	d.React(first.Id, people[1], "👍")
	d.Message(closed, people[0], "Never seen again")
	file := d.withFile(room, people[0], "purged")
	d.run("check")
	for _, statement := range []string{
		"DELETE FROM users WHERE id = {:bob}",
		"DELETE FROM chat_members WHERE room = {:closed}",
		"UPDATE chat_rooms SET closed = TRUE WHERE id = {:closed}",
		"UPDATE chat_messages SET deleted = created, body = '' WHERE id = {:file}",
		"UPDATE chat_members SET read_posts = (SELECT posts FROM chat_rooms WHERE id = {:room}), read_rev = (SELECT rev FROM chat_rooms WHERE id = {:room}) WHERE room = {:room}",
	} {
		d.change(statement, dbx.Params{"bob": people[1].Id, "closed": closed, "file": file.Id, "room": room})
	}
	out, _, err := d.try(context.Background(), "check")
	for _, says := range []string{"place of " + people[1].Id, "messages by accounts that are gone", "reactions by accounts", "rooms whose deletion was begun", "still have files"} {
		if err == nil || !strings.Contains(out, says) {
			t.Errorf("nothing of %s: %v %s", says, err, out)
		}
	}
	d.run("check", "--fix")
	d.run("check")
	if !d.gone("chat_rooms", closed) || len(d.stored("purged")) > 0 || d.Find("chat_messages", first.Id).GetString("author") != "" || d.Find("chat_rooms", room).GetInt("members") != 2 {
		t.Error("something is not finished")
	}
}

// Whoever writes meanwhile is in nobody's way, and gives no cause for alarm.
func TestCheckBesideWriters(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	people := d.Users("Ann", "Bob", "Cid")
	rooms := []string{d.Group("Busy", people[0], people[1:]...), d.Direct(people[0], people[1])}
	done, checks := make(chan struct{}), 0
	var writing sync.WaitGroup
	for i := range 4 {
		writing.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				message, err := d.Chat.Send(chatplugin.Draft{Room: rooms[i%2], Author: people[i%2].Id, Body: fmt.Sprint(n)})
				if err == nil && n%3 == 0 {
					err = d.Chat.DeleteMessage(message.Id)
				}
				if err != nil {
					t.Errorf("message %d: %v", n, err)
				}
			}
		})
	}
	// Rooms, people and files come and go as well.
	writing.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			default:
			}
			dan := d.User("Dan")
			room := d.Group("Short", people[2], dan)
			d.withFile(room, dan, "note")
			d.Message(room, dan, "Not for long")
			if err := d.Delete(dan); err != nil {
				t.Errorf("account %d: %v", n, err)
			}
			if err := d.Delete(d.Find("chat_rooms", room)); err != nil {
				t.Errorf("room %d: %v", n, err)
			}
		}
	})
	began := d.count("SELECT SUM(rev) FROM chat_rooms")
	for checks = 0; checks < 4 || d.count("SELECT SUM(rev) FROM chat_rooms") < began+100; checks++ {
		args := []string{"check"}
		if checks%2 == 1 {
			args = append(args, "--fix")
		}
		if out, said, err := d.try(context.Background(), args...); err != nil || strings.Contains(out, "mended") {
			t.Errorf("check %d: %v %s\n%s", checks, err, said, out)
			break
		}
	}
	close(done)
	writing.Wait()
	d.run("check")
}
