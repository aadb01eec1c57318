package guard_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/store"
)

// scanned finds the tables of ours that a plan reads from end to end.
func scanned(statement string, plan []string) (tables []string) {
	for _, line := range plan {
		name, ok := strings.CutPrefix(line, "SCAN ")
		if !ok {
			continue
		}
		name, _, _ = strings.Cut(name, " ")
		alias := regexp.MustCompile(`(?i)\b(chat_\w+)\s+(?:as\s+)?` + regexp.QuoteMeta(name) + `\b`)
		if name == "u" { // people, as the view of them calls their table
			tables = append(tables, line)
		}
		if strings.Contains(name, "__pb_create__") {
			continue // the one row that PocketBase tries a create rule on
		}
		if strings.HasPrefix(name, "chat_") {
			tables = append(tables, line)
		} else if found := alias.FindStringSubmatch(unquote.Replace(statement)); found != nil {
			tables = append(tables, line+" of "+found[1])
		}
	}
	return tables
}

func (h *house) plan(t testing.TB, statement string) (lines []string) {
	t.Helper()
	var rows []struct {
		Detail string `db:"detail"`
	}
	statement = strings.ReplaceAll(statement, "<nil>", "NULL") // as dbx prints it
	if err := h.DB().NewQuery("EXPLAIN QUERY PLAN " + statement).All(&rows); err != nil {
		t.Fatalf("%v: %s", err, statement)
	}
	for _, row := range rows {
		lines = append(lines, row.Detail)
	}
	return lines
}

// crowd fills the database with what other people write.
func (h *house) crowd(t *testing.T) {
	t.Helper()
	for _, statement := range []string{
		"INSERT INTO chat_rooms (id, type, name, direct_key, closed, rev, posts, members, last_seq, last_activity, created, updated) " +
			"SELECT 'crowdedroom' || (1000 + i), 'group', 'Room ' || i, '', FALSE, 1, 1, 3, 1, '2026-01-01 00:00:00.000Z', '', '' FROM n",
		"INSERT INTO chat_members (id, room, user, role) SELECT 'crowdmem' || i || 'x' || k.k, 'crowdedroom' || (1000 + i), 'person' || ((i * 7 + k.k * 13) % 400), 'member' " +
			"FROM n, (SELECT 1 k UNION SELECT 2 UNION SELECT 3) k",
		"INSERT INTO chat_messages (id, room, author, seq, rev, kind, body) SELECT 'crowdmsg' || i, 'crowdedroom' || (1000 + i), 'person' || (i * 7 % 400), 1, 1, 'text', 'hi' FROM n",
	} {
		_, err := h.NonconcurrentDB().NewQuery("" + strings.Replace(statement, "SELECT", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT", 1)).Execute()
		must(t, err)
	}
}

// Whatever is asked for often reads by indexes, with and without statistics.
func TestNothingOftenAskedScans(t *testing.T) {
	h, heard := listeningHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	h.fill(t, room, h.bob, 3000)
	for range 30 {
		other, _ := h.friends(t)
		h.fill(t, other, h.ann, 50)
	}
	h.crowd(t)
	if lines := scanned("SELECT * FROM chat_messages c", h.plan(t, "SELECT * FROM chat_messages c WHERE c.body = 'x'")); len(lines) != 1 {
		t.Fatalf("premise: a scan is not found: %v", lines)
	}
	filtered := "?perPage=30&sort=-seq&filter=" + queryEscape("room='"+room+"'")
	asks := map[string]func(){
		"pages": func() {
			ann := h.client("ann")
			for _, path := range []string{
				"/chat/", "/chat/list-partial/", "/chat/list-partial/?q=fri", "/chat/" + room + "/", "/chat/" + room + "/info/", "/chat/" + room + "/edit/",
				"/chat/" + room + "/messages/?before=" + message.Id, "/chat/" + room + "/messages/?after=2000", "/chat/" + room + "/messages/?around=" + message.Id,
				"/chat/widget/", "/chat/widget/" + room + "/",
			} {
				if got := ann.Get(path); got.Status != 200 {
					t.Fatalf("%s: %d", path, got.Status)
				}
			}
		},
		"deeds": func() {
			sent := h.Message(room, h.ann, "Hi")
			must(t, h.post(h.carl, "/chat/"+room+"/read/", "rev", "2000"))
			must(t, h.Chat.DeleteMessage(sent.Id))
			must(t, h.post(h.carl, "/chat/"+room+"/delete/"))
			must(t, h.post(h.ann, "/chat/"+room+"/edit/", "members", h.eve.Id))
			must(t, h.post(h.ann, "/chat/"+room+"/edit/", "remove", h.eve.Id))
			h.Direct(h.ann, h.eve)
			h.Unread(h.ann)
		},
		"REST": func() {
			ann := h.client("ann")
			for _, path := range []string{
				records(store.Rooms), records(store.Rooms) + "?sort=-last_activity&skipTotal=1", records(store.Rooms, room),
				records(store.Members) + "?sort=created&filter=" + queryEscape("room='"+room+"'"), records(store.Members, h.Member(room, h.bob).Id),
				records(store.Messages) + filtered, records(store.Messages) + filtered + queryEscape("&&rev>2000") + "&sort=rev",
				records(store.Messages) + filtered + queryEscape("&&seq<2000"), records(store.Messages, message.Id),
				records(store.Reactions) + "?filter=" + queryEscape("message='"+message.Id+"'"),
				records(store.Rooms) + "?sort=-last_activity&expand=last_message", records(store.Messages) + filtered + "&expand=reply_to,chat_reactions_via_message",
				records(store.Messages) + "?perPage=50&sort=-created&filter=" + queryEscape("room='"+room+"'"),
				records(store.Members) + "?filter=" + queryEscape("user='"+h.ann.Id+"'") + "&expand=room", records(store.Members) + "?filter=" + queryEscape("room='"+room+"'"),
				records(store.Reactions) + "?filter=" + queryEscape("message.room='"+room+"'"),
				records(store.People) + "?filter=" + queryEscape("id='"+h.ann.Id+"'||id='"+h.bob.Id+"'"), records(store.People, h.bob.Id),
			} {
				if got := ann.Get(path); got.Status != 200 {
					t.Fatalf("%s: %d %s", path, got.Status, got.Body)
				}
			}
			if got := ann.JSON("POST", records(store.Messages), map[string]any{"room": room, "body": "Hi", "client_id": "rest"}); got.Status != 200 {
				t.Fatal(got.Body)
			}
		},
		"deletions": func() {
			other, _ := h.friends(t)
			must(t, h.post(h.ann, "/chat/"+other+"/delete-group/"))
			h.eventually(t, "the room is gone", func() bool {
				_, err := store.FindRoom(h, other)
				return err != nil
			})
			author := h.User("Gone")
			h.fill(t, room, author, 3)
			must(t, h.Delete(author))
			h.eventually(t, "the name is off", func() bool {
				return h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE author = {:a} AND author != ''", map[string]any{"a": author.Id}) == 0
			})
		},
	}
	for _, statistics := range []bool{false, true} {
		if statistics {
			_, err := h.NonconcurrentDB().NewQuery("ANALYZE").Execute()
			must(t, err)
		}
		for name, ask := range asks {
			heard.since(nil)
			ask()
			heard.mu.Lock()
			statements := slices.Clone(heard.raw)
			heard.mu.Unlock()
			ours := 0
			for _, statement := range statements {
				if !strings.Contains(statement, "chat_") || strings.Contains(statement, "RECURSIVE") || strings.HasPrefix(statement, "EXPLAIN") ||
					strings.Contains(statement, "WHERE (0=1)") { // an expand of nothing, over before it reads a row
					continue
				}
				ours++
				for _, line := range scanned(statement, h.plan(t, statement)) {
					t.Errorf("%s (statistics: %v): %s in\n%s", name, statistics, line, statement)
				}
			}
			if ours < 5 {
				t.Errorf("premise: %s sent only %d statements", name, ours)
			}
		}
	}
}
