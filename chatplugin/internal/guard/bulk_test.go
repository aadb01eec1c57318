package guard_test

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// statements hears what is sent to the database, and can hold up whoever sent it.
type statements struct {
	mu   sync.Mutex
	seen []string
	raw  []string // as they were sent
	stop func(statement string)
}

// listeningHouse is a house whose statements are heard.
func listeningHouse(t testing.TB, config chatplugin.Config) (*house, *statements) {
	t.Helper()
	s := &statements{}
	app := chattest.NewApp(t, config)
	for _, builder := range []dbx.Builder{app.ConcurrentDB(), app.NonconcurrentDB()} {
		db := builder.(*dbx.DB)
		db.QueryLogFunc = func(_ context.Context, _ time.Duration, query string, _ *sql.Rows, _ error) { s.hear(query) }
		db.ExecLogFunc = func(_ context.Context, _ time.Duration, query string, _ sql.Result, _ error) { s.hear(query) }
	}
	return peopled(t, app.Serve()), s
}

// unquote makes statements comparable, however names are quoted.
var unquote = strings.NewReplacer("`", "", "{", "", "}", "", "[", "", "]", "")

func (s *statements) hear(statement string) {
	s.mu.Lock()
	s.raw = append(s.raw, statement)
	statement = unquote.Replace(statement)
	s.seen = append(s.seen, statement)
	stop := s.stop
	s.mu.Unlock()
	if stop != nil {
		stop(statement)
	}
}

// since forgets what was heard so far, and holds up with stop what is to come.
func (s *statements) since(stop func(string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen, s.raw, s.stop = nil, nil, stop
}

func (s *statements) heard(part string) (found []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, statement := range s.seen {
		if strings.Contains(statement, part) {
			found = append(found, statement)
		}
	}
	return found
}

// fill writes n messages of an author into a room, as rows: their counters are
// as if they had been sent and read by nobody.
func (h *house) fill(t testing.TB, room string, author *core.Record, n int) {
	t.Helper()
	before := h.room(t, room)
	_, err := h.NonconcurrentDB().NewQuery("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {:n}) " +
		"INSERT INTO chat_messages (id, room, author, seq, rev, kind, body, files, client_id, event, edited, deleted, created, updated, reply_to) " +
		"SELECT LOWER(HEX(RANDOMBLOB(7))) || 'x', {:room}, {:author}, {:rev} + i, {:rev} + i, 'text', 'message number ' || i, '[]', 'c' || i, 'null', '', '', " +
		"'2026-01-01 00:00:00.000Z', '2026-01-01 00:00:00.000Z', '' FROM n").
		Bind(dbx.Params{"n": n, "room": room, "author": author.Id, "rev": before.Rev}).Execute()
	must(t, err)
	_, err = h.NonconcurrentDB().NewQuery("UPDATE chat_rooms SET rev = rev + {:n}, posts = posts + {:n}, last_seq = rev + {:n} WHERE id = {:room}").
		Bind(dbx.Params{"n": n, "room": room}).Execute()
	must(t, err)
	_, err = h.NonconcurrentDB().NewQuery("UPDATE chat_members SET read_rev = {:rev}, read_posts = {:posts} WHERE room = {:room} AND user = {:author}").
		Bind(dbx.Params{"room": room, "author": author.Id, "rev": before.Rev + int64(n), "posts": before.Posts + int64(n)}).Execute()
	must(t, err)
}

func (h *house) rows(t testing.TB, room string) int {
	t.Helper()
	return h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE room = {:room}", dbx.Params{"room": room})
}

func TestDeletingALargeGroup(t *testing.T) {
	h, heard := listeningHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	elsewhere := h.Direct(h.ann, h.carl)
	_, name := h.withFile(t, room, "large plans")
	h.fill(t, room, h.bob, many)
	h.recount(t, room)
	if len(h.stored(t, "large plans")) == 0 || h.Unread(h.carl) < many || name == "" {
		t.Fatalf("premise: %d unread", h.Unread(h.carl))
	}

	// The deletion is held up after its second piece, until told to go on.
	reached, goOn := make(chan struct{}), make(chan struct{})
	letGo := sync.OnceFunc(func() { close(goOn) })
	defer letGo()
	pieces := 0
	heard.since(func(statement string) {
		if strings.HasPrefix(statement, "DELETE FROM chat_messages ") {
			if pieces++; pieces == 2 {
				close(reached)
				<-goOn
			}
		}
	})
	if err := h.post(h.ann, "/chat/"+room+"/delete-group/"); err != nil {
		t.Fatal(err)
	}
	// Answered, with the deletion under way: nobody waits for the rows.
	select {
	case <-reached:
	case <-time.After(chattest.Patience):
		t.Fatal("premise: the deletion never came to its second piece")
	}
	left := h.rows(t, room)
	if left == 0 || left > many {
		t.Fatalf("premise: %d rows are left", left)
	}
	for _, author := range []*core.Record{h.ann, h.carl} {
		if _, err := h.Chat.Send(chatplugin.Draft{Room: elsewhere, Author: author.Id, Body: "Meanwhile"}); err != nil {
			t.Error(err)
		}
	}
	h.Group("Made meanwhile", h.ann, h.bob)
	if now := h.rows(t, room); now != left {
		t.Errorf("premise: the deletion went on, %d of %d rows", now, left)
	}
	isGone(&scene{house: h, T: t, group: room})
	h.agrees(t, room, true)
	if err := h.post(h.bob, "/chat/"+room+"/send/", "body", "Late"); err == nil {
		t.Error("sent into a room that is being deleted")
	}
	letGo()
	h.eventually(t, "the room is gone", func() bool {
		_, err := store.FindRoom(h, room)
		return err == chat.ErrNoRoom
	})
	if left := h.rows(t, room); left != 0 {
		t.Errorf("%d rows are left", left)
	}
	if left := h.stored(t, "large plans"); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
	// 2,000 rows a piece: three statements each, and one more round that finds nothing.
	if n, most := len(heard.heard("chat_messages")), 3*(many/2000+10); n > most {
		t.Errorf("%d statements about messages, for %d of them", n, many)
	}
}

func TestDeletingWhoWroteALot(t *testing.T) {
	h, heard := listeningHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	elsewhere := h.Direct(h.ann, h.carl)
	h.fill(t, room, h.bob, many)
	reached, goOn := make(chan struct{}), make(chan struct{})
	letGo := sync.OnceFunc(func() { close(goOn) })
	defer letGo()
	pieces := 0
	heard.since(func(statement string) {
		if strings.HasPrefix(statement, "UPDATE chat_messages SET author = ''") {
			if pieces++; pieces == 2 {
				close(reached)
				<-goOn
			}
		}
	})
	if got := h.client("root").Do("DELETE", records("users", h.bob.Id), nil); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	select {
	case <-reached:
	case <-time.After(chattest.Patience):
		t.Fatal("premise: the names never came off")
	}
	theirs := func() int {
		return h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE author = {:bob}", dbx.Params{"bob": h.bob.Id})
	}
	left := theirs()
	if left == 0 || left >= many {
		t.Fatalf("premise: %d messages bear the name", left)
	}
	h.Message(elsewhere, h.ann, "Still here")
	h.Message(room, h.ann, "Who was that?")
	if h.Member(room, h.bob) != nil {
		t.Error("the account is gone and its place is not")
	}
	if got := h.client("ann").Get("/chat/" + room + "/"); got.Status != 200 {
		t.Errorf("the room: %d", got.Status)
	}
	if now := theirs(); now != left {
		t.Errorf("premise: %d of %d", now, left)
	}
	letGo()
	h.eventually(t, "the name is off the messages", func() bool { return theirs() == 0 })
	if n := h.rows(t, room); n < many {
		t.Errorf("%d messages are left", n)
	}
	h.recount(t, room)
	if h.Unread(h.carl) < many {
		t.Errorf("the unread count fell to %d", h.Unread(h.carl))
	}
	if n, most := len(heard.heard("")), 2*many/2000+400; n > most {
		t.Errorf("%d statements for deleting somebody", n)
	}
}

// Deletions that a stop of the program cut off go on at the next start.
func TestCutOffDeletionsGoOn(t *testing.T) {
	h := peopled(t, chattest.NewApp(t, chatplugin.Config{}))
	room, _ := h.friends(t)
	h.fill(t, room, h.bob, 5000)
	must(t, store.CloseRoom(h, room)) // and then the power failed
	if _, err := store.DeleteMessages(h, room, 2000); err != nil {
		t.Fatal(err)
	}
	other, message := h.friends(t)
	_, err := h.NonconcurrentDB().NewQuery("DELETE FROM users WHERE id = {:id}").Bind(dbx.Params{"id": h.bob.Id}).Execute()
	must(t, err) // as if the power had failed right after the commit
	if left := h.rows(t, room); left == 0 {
		t.Fatal("premise: nothing is left to do")
	}
	h.Serve() // the next start
	h.eventually(t, "the room is gone", func() bool {
		_, err := store.FindRoom(h, room)
		return err == chat.ErrNoRoom
	})
	if left, members := h.rows(t, room), h.count(t, "SELECT COUNT(*) FROM chat_members WHERE room = {:room}", dbx.Params{"room": room}); left+members != 0 {
		t.Errorf("%d messages and %d members are left", left, members)
	}
	h.agrees(t, room, true)
	h.eventually(t, "the name is off", func() bool { return h.Find(store.Messages, message.Id).GetString("author") == "" })
	if n := h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE room = {:room} AND author = {:ann}", dbx.Params{"room": other, "ann": h.ann.Id}); n != 0 {
		t.Errorf("premise: Ann wrote %d", n)
	}
}

// In a host's own transaction all of it goes or none.
func TestDeletingInAHostsTransaction(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	h.withFile(t, room, "shared plans")
	h.fill(t, room, h.bob, 5000)
	before := h.dump(t, room)
	_ = h.RunInTransaction(func(tx core.App) error {
		record, err := tx.FindRecordById(store.Rooms, room)
		must(t, err)
		must(t, tx.Delete(record))
		return sql.ErrTxDone // the host thinks better of it
	})
	if after := h.dump(t, room); after != before || len(h.stored(t, "shared plans")) == 0 {
		t.Error("rolled back, and yet something is gone")
	}
	must(t, h.RunInTransaction(func(tx core.App) error {
		record, err := tx.FindRecordById(store.Rooms, room)
		if err != nil {
			return err
		}
		return tx.Delete(record)
	}))
	if _, err := store.FindRoom(h, room); err != chat.ErrNoRoom || h.rows(t, room) != 0 || h.Member(room, h.ann) != nil {
		t.Errorf("the room: %v, %d rows", err, h.rows(t, room))
	}
	if left := h.stored(t, "shared plans"); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
	h.agrees(t, room, true)
}
