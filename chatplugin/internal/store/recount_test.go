package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// damage is something that nothing of ours does, by statements that are split by
// semicolons, with what is said of it.
type damage struct{ says, statements string }

// damages of a group with three messages: Ann's, which Bob reacted to, Bob's
// reply, and Ann's deleted one.
var damages = []damage{
	{"posts", "UPDATE chat_rooms SET posts = posts + 1"},
	{"posts", "UPDATE chat_rooms SET posts = 0"},
	{"rev", "UPDATE chat_rooms SET rev = rev + 1"},
	{"rev", "UPDATE chat_rooms SET rev = 1"},
	{"last_seq", "UPDATE chat_rooms SET last_seq = 1"},
	{"last_seq", "UPDATE chat_rooms SET last_seq = 1000"},
	{"purged_rev", "UPDATE chat_rooms SET purged_rev = rev + 1"},
	{"members", "UPDATE chat_rooms SET members = 7"},
	{"last_message", "UPDATE chat_rooms SET last_message = {:first}"},
	{"last_message", "UPDATE chat_rooms SET last_message = ''"},
	{"last_activity", "UPDATE chat_rooms SET last_activity = ''"},
	{"direct_key", "UPDATE chat_rooms SET direct_key = 'somebody:else'"},
	{"revisions that several", "UPDATE chat_messages SET rev = (SELECT rev FROM chat_messages WHERE id = {:first}) WHERE id = {:reply}"},
	{"places (seq)", "DROP INDEX idx_chat_messages_room_seq; UPDATE chat_messages SET seq = (SELECT seq FROM chat_messages WHERE id = {:first}) WHERE id = {:reply}"},
	{"before their seq", "UPDATE chat_messages SET rev = 0 WHERE id = {:reply}"},
	{"client ids", "DROP INDEX idx_chat_messages_client_id; UPDATE chat_messages SET client_id = 'same', author = {:ann}"},
	{"still say something", "UPDATE chat_messages SET body = 'Still here' WHERE id = {:gone}"},
	{"reactions to deleted", "UPDATE chat_messages SET deleted = '2026-01-01 00:00:00.000Z', body = '' WHERE id = {:first}"},
	{"reactions given twice", "DROP INDEX idx_chat_reactions_once; INSERT INTO chat_reactions (id, message, user, emoji) SELECT 'again', message, user, emoji FROM chat_reactions LIMIT 1"},
	{"replies", "UPDATE chat_messages SET reply_to = 'nothingatallis1' WHERE id = {:reply}"},
	{"replies", "DELETE FROM chat_reactions; DELETE FROM chat_messages WHERE id = {:first}"},
	{"posts", "DELETE FROM chat_messages WHERE room = {:room}; DELETE FROM chat_reactions"},
	{"owners", "UPDATE chat_members SET role = 'member'"},
	{"role of", "UPDATE chat_members SET role = 'king' WHERE user = {:bob}"},
	{"places of", "DROP INDEX idx_chat_members_room_user; INSERT INTO chat_members (id, room, user, role) SELECT 'again', room, user, 'member' FROM chat_members WHERE user = {:ann}"},
	{"place of", "UPDATE chat_members SET user = 'nobody' WHERE user = {:bob}"},
	{"unread of", "UPDATE chat_members SET read_posts = 2"},
	{"unread of", "UPDATE chat_members SET read_posts = 900 WHERE user = {:bob}"},
	{"read_rev of", "UPDATE chat_members SET read_rev = 99"},
	{"read_rev of", "UPDATE chat_members SET cleared_rev = 3, read_rev = 1"},
	{"cleared_rev of", "UPDATE chat_members SET cleared_rev = 99"},
	{"joined_rev of", "UPDATE chat_members SET joined_rev = 99"},
}

// Each is found and mended; afterwards nothing is wrong, clients see that
// something changed, and no revision that anybody has seen is given again.
func TestMend(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{})
	people := app.Users("Ann", "Bob")
	ann, bob := people[0], people[1]
	room := app.Group("Counted", ann, bob)
	first := app.Message(room, ann, "One")
	app.React(first.Id, bob, "👍")
	reply, err := app.Chat.Send(chatplugin.Draft{Room: room, Author: bob.Id, Body: "Two", ReplyTo: first.Id})
	if err != nil {
		t.Fatal(err)
	}
	gone := app.Message(room, ann, "Three")
	if err := app.Chat.DeleteMessage(gone.Id); err != nil {
		t.Fatal(err)
	}
	params := dbx.Params{"room": room, "ann": ann.Id, "bob": bob.Id, "first": first.Id, "reply": reply.Id, "gone": gone.Id}
	s := store.New(store.Users{Collection: "users", NameField: "name", Avatar: "avatar"})
	if found := said(t, s, app, room); found != "" {
		t.Fatalf("premise: %s", found)
	}
	for _, d := range damages {
		t.Run(d.says+"/"+d.statements, func(t *testing.T) {
			undone(t, app, func(tx core.App) {
				before := app.Rev(room)
				do(t, tx, d.statements, params)
				if found := said(t, s, tx, room); !strings.Contains(found, d.says) {
					t.Fatalf("found %q", found)
				}
				mended, left, err := s.Mend(tx, room)
				if err != nil || len(mended) == 0 || len(left) > 0 {
					t.Fatalf("mended %v, left %v, %v", mended, left, err)
				}
				if found := said(t, s, tx, room); found != "" {
					t.Errorf("still %s", found)
				}
				after, err := store.FindRoom(tx, room)
				if err != nil || after.Rev <= before {
					t.Errorf("the room is at %d, was at %d, %v", after.Rev, before, err)
				}
				shows(t, tx, after)
				again, _, err := s.Mend(tx, room)
				if err != nil || len(again) > 0 {
					t.Errorf("a second time it mended %v, %v", again, err)
				}
			})
		})
	}
}

// shows holds that whoever resumes from before sees something: a message, or
// that they have to read anew.
func shows(t *testing.T, app core.App, room store.Room) {
	t.Helper()
	changed, _, err := store.ChangedAfter(app, room.ID, 0, room.Rev-1, 10)
	if err != nil || len(changed) == 0 && !room.Purged(room.Rev-1) {
		t.Errorf("nothing shows at revision %d: %v", room.Rev, err)
	}
}

func TestMendDirect(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{})
	people := app.Users("Ann", "Bob", "Cid")
	room, other := app.Direct(people[0], people[1]), app.Direct(people[0], people[2])
	app.Message(room, people[0], "Hello")
	s := store.New(store.Users{Collection: "users", NameField: "name", Avatar: "avatar"})
	params := dbx.Params{"room": room, "other": other, "ann": people[0].Id, "bob": people[1].Id, "cid": people[2].Id}
	for _, d := range []damage{
		{"direct_key", "UPDATE chat_rooms SET direct_key = '' WHERE id = {:room}"},
		{"direct_key", "UPDATE chat_rooms SET direct_key = {:bob} WHERE id = {:room}"},
		{"place of", "UPDATE chat_members SET user = {:cid} WHERE room = {:room} AND user = {:bob}"},
		{"place of", "DELETE FROM chat_members WHERE room = {:room} AND user = {:ann}"},
		{"role of", "UPDATE chat_members SET role = 'owner' WHERE room = {:room} AND user = {:ann}"},
		// The other room of the same two is empty, so it goes.
		{"other rooms", "DROP INDEX idx_chat_rooms_direct_key; UPDATE chat_rooms SET direct_key = (SELECT direct_key FROM chat_rooms WHERE id = {:room}) WHERE id = {:other}; " +
			"UPDATE chat_members SET user = {:bob} WHERE room = {:other} AND user = {:cid}"},
	} {
		t.Run(d.says+"/"+d.statements, func(t *testing.T) {
			undone(t, app, func(tx core.App) {
				do(t, tx, d.statements, params)
				found := ""
				for _, id := range []string{room, other} {
					found += said(t, s, tx, id)
				}
				if !strings.Contains(found, d.says) {
					t.Fatalf("found %q", found)
				}
				for _, id := range []string{other, room} {
					if _, left, err := s.Mend(tx, id); err != nil || len(left) > 0 {
						t.Fatalf("left %v, %v", left, err)
					}
				}
				if found := said(t, s, tx, room); found != "" {
					t.Errorf("still %s", found)
				}
				if key, err := store.FindDirect(tx, pair(people[0], people[1])); err != nil || key.ID != room || key.LastMessage == "" {
					t.Errorf("the room of the two is %v, %v", key, err)
				}
			})
		})
	}
}

func pair(a, b *core.Record) string {
	if b.Id < a.Id {
		a, b = b, a
	}
	return a.Id + ":" + b.Id
}

// said is what a check says of a room, which may be gone.
func said(t *testing.T, s *store.Store, app core.App, room string) string {
	t.Helper()
	found, err := s.CheckRoom(app, room)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, difference := range found {
		out = append(out, difference.String())
	}
	return strings.Join(out, "\n")
}

// undone takes back what was done.
func undone(t *testing.T, app core.App, try func(tx core.App)) {
	t.Helper()
	undo := errors.New("undo")
	err := app.RunInTransaction(func(tx core.App) error {
		try(tx)
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
}

func do(t *testing.T, app core.App, statements string, params dbx.Params) {
	t.Helper()
	for _, statement := range strings.Split(statements, "; ") {
		if _, err := app.NonconcurrentDB().NewQuery(statement).Bind(params).Execute(); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}
