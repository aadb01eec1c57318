package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/migrated"
	"pocketchat/chatplugin/internal/store"
	_ "pocketchat/pb_migrations"
)

// house is an app with rows and no rules: what is stored here was written by
// SQL, as a restored backup would be.
type house struct {
	*tests.TestApp
	store *store.Store
	t     testing.TB
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return &house{migrated.App(t), store.New(store.Users{Collection: "users", NameField: "name", Avatar: "avatar"}), t}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) exec(query string, params dbx.Params) {
	h.t.Helper()
	_, err := h.NonconcurrentDB().NewQuery(query).Bind(params).Execute()
	must(h.t, err)
}

const upTo = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {:n}) "

// group makes a room with messages by others, and with the viewer in it.
func (h *house) group(id, viewer string, messages int) {
	h.t.Helper()
	h.exec("INSERT INTO chat_rooms (id, type, name, direct_key, closed, rev, posts, members, last_seq, last_message, last_activity, created, updated) "+
		"VALUES ({:id}, 'group', 'Room ' || {:id}, '', FALSE, {:n}, {:n}, 2, {:n}, {:id} || {:n}, '2026-01-01 00:00:00.000Z', '', '')",
		dbx.Params{"id": id, "n": messages})
	for _, user := range []string{viewer, "writer"} {
		h.exec("INSERT INTO chat_members (id, room, user, role, created) VALUES ({:id} || {:user}, {:id}, {:user}, 'member', '')", dbx.Params{"id": id, "user": user})
	}
	if messages > 0 {
		h.exec(upTo+"INSERT INTO chat_messages (id, room, author, seq, rev, kind, body, files, event, client_id, reply_to, edited, deleted, created) "+
			"SELECT {:id} || i, {:id}, 'writer', i, i, 'text', 'message ' || i, '[]', 'null', '', '', '', '', '2026-01-01 00:00:00.000Z' FROM n",
			dbx.Params{"id": id, "n": messages})
	}
}

func TestListIsPaged(t *testing.T) {
	h := newHouse(t)
	const rooms = 25
	for i := range rooms { // most of them with their last message in the same millisecond
		id := fmt.Sprintf("r%02d", i)
		h.group(id, "viewer", 3)
		if i%5 == 0 {
			h.exec("UPDATE chat_rooms SET last_activity = '2026-02-01 10:00:00.00' || {:i} || 'Z' WHERE id = {:id}", dbx.Params{"i": i % 10, "id": id})
		}
	}
	h.exec("UPDATE chat_members SET hidden = TRUE, cleared_rev = 3, read_posts = 3 WHERE id = 'r07viewer'", nil)
	h.exec("UPDATE chat_members SET hidden = TRUE, cleared_rev = 2, read_posts = 2 WHERE id = 'r08viewer'", nil)
	h.exec("UPDATE chat_rooms SET closed = TRUE WHERE id = 'r09'", nil)
	var seen []string
	var total int64
	var totals []int64
	before := ""
	for {
		page, err := h.store.List(h, store.ListQuery{Viewer: "viewer", Before: before, Limit: 4})
		must(t, err)
		totals = append(totals, page.Total)
		for _, row := range page.Rows {
			seen = append(seen, row.ID)
			total += row.Unread()
			before = row.Cursor()
		}
		if !page.More {
			break
		}
	}
	end, err := h.store.List(h, store.ListQuery{Viewer: "viewer", Before: before, Limit: 4})
	must(t, err)
	if totals = append(totals, end.Total); len(end.Rows) != 0 || len(totals) != 7 || slices.Min(totals) != total || slices.Max(totals) != total {
		t.Errorf("the rows' sum is %d, the totals beside them are %v", total, totals)
	}
	if sorted := slices.Clone(seen); len(seen) != rooms-2 || len(slices.Compact(sorted)) != len(seen) {
		t.Errorf("of %d rooms were shown %d: %v", rooms, len(seen), seen)
	}
	if slices.Contains(seen, "r07") || !slices.Contains(seen, "r08") || slices.Contains(seen, "r09") {
		t.Errorf("deleted for oneself, with news, closed: %v", seen)
	}
	if !slices.Equal(seen[:5], []string{"r15", "r05", "r20", "r10", "r00"}) {
		t.Errorf("the latest are %v", seen[:5])
	}
	if unread, err := store.UnreadTotal(h, "viewer"); err != nil || unread != total {
		t.Errorf("the badge says %d (%v), the list %d", unread, err, total)
	}
	for _, cursor := range []string{"x", "20260101-", "-r01", "20260101000000.000-'; --", "99999999999999.000-r01"} {
		if _, err := h.store.List(h, store.ListQuery{Viewer: "viewer", Before: cursor, Limit: 4}); chat.AsError(err) == nil {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

func TestListIsSearched(t *testing.T) {
	h := newHouse(t)
	users, err := h.FindCollectionByNameOrId("users")
	must(t, err)
	other := core.NewRecord(users)
	other.SetEmail("o@example.com")
	other.SetPassword("correct horse")
	other.Set("name", "Özlem 100%_sure")
	must(t, h.Save(other))
	h.group("plain", "viewer", 1)
	h.group("direct", "viewer", 1)
	h.exec("UPDATE chat_rooms SET type = 'direct', name = '', direct_key = {:key} WHERE id = 'direct'", dbx.Params{"key": chat.DirectKey("viewer", other.Id)})
	for name, want := range map[string][]string{
		"plain": {"plain"}, "zlem": {"direct"}, "%": {"direct"}, "_": {"direct"}, "100%_": {"direct"}, `\`: nil, "'": nil, "nobody": nil, "": {"plain", "direct"},
	} {
		listing, err := h.store.List(h, store.ListQuery{Viewer: "viewer", Name: name, Limit: 10})
		must(t, err)
		var found []string
		for _, row := range listing.Rows {
			found = append(found, row.ID)
		}
		if !slices.Equal(found, want) {
			t.Errorf("%q finds %v", name, found)
		}
	}
}

func TestPagesOfMessages(t *testing.T) {
	h := newHouse(t)
	h.group("room", "viewer", 50)
	h.group("other", "viewer", 50)
	seqs := func(rows []store.Message) (found []int64) {
		for _, row := range rows {
			if row.Room != "room" {
				t.Errorf("a message of %s", row.Room)
			}
			found = append(found, row.Seq)
		}
		return found
	}
	tests := []struct {
		name       string
		rows       func() ([]store.Message, bool, error)
		from, to   int64
		more, none bool
	}{
		{"before the end", func() ([]store.Message, bool, error) { return store.Before(h, "room", 0, 1<<60, 10) }, 41, 50, true, false},
		{"before the middle", func() ([]store.Message, bool, error) { return store.Before(h, "room", 0, 20, 10) }, 10, 19, true, false},
		{"exactly all", func() ([]store.Message, bool, error) { return store.Before(h, "room", 0, 11, 10) }, 1, 10, false, false},
		{"before the first", func() ([]store.Message, bool, error) { return store.Before(h, "room", 0, 1, 10) }, 0, 0, false, true},
		{"since a clearing", func() ([]store.Message, bool, error) { return store.Before(h, "room", 45, 1<<60, 10) }, 46, 50, false, false},
		{"from a place", func() ([]store.Message, bool, error) { return store.From(h, "room", 0, 20, 10) }, 20, 29, true, false},
		{"from the last", func() ([]store.Message, bool, error) { return store.From(h, "room", 0, 50, 10) }, 50, 50, false, false},
		{"changed after", func() ([]store.Message, bool, error) { return store.ChangedAfter(h, "room", 0, 45, 10) }, 46, 50, false, false},
		{"changed after, since", func() ([]store.Message, bool, error) { return store.ChangedAfter(h, "room", 48, 0, 10) }, 49, 50, false, false},
		{"changed after the future", func() ([]store.Message, bool, error) { return store.ChangedAfter(h, "room", 0, 1<<60, 10) }, 0, 0, false, true},
	}
	for _, test := range tests {
		rows, more, err := test.rows()
		must(t, err)
		got := seqs(rows)
		if test.none && len(got) != 0 || !test.none && (got[0] != test.from || got[len(got)-1] != test.to || int64(len(got)) != test.to-test.from+1) || more != test.more {
			t.Errorf("%s: %v, more %v", test.name, got, more)
		}
	}
	for _, at := range []struct {
		since, seq              int64
		before, after           int
		older, newer            bool
		firstBefore, firstAfter int64
	}{
		{0, 25, 5, 5, true, true, 20, 25}, {0, 3, 2, 5, false, true, 1, 3}, {0, 48, 5, 3, true, false, 43, 48}, {22, 25, 2, 5, false, true, 23, 25},
	} {
		w, err := store.Around(h, "room", at.since, at.seq, 5, 5)
		must(t, err)
		if len(w.Before) != at.before || len(w.After) != at.after || w.Older != at.older || w.Newer != at.newer ||
			seqs(w.Before)[0] != at.firstBefore || seqs(w.After)[0] != at.firstAfter {
			t.Errorf("around %d since %d: %v and %v, older %v, newer %v", at.seq, at.since, seqs(w.Before), seqs(w.After), w.Older, w.Newer)
		}
	}
}

func TestCountersInOneStatement(t *testing.T) {
	h := newHouse(t)
	h.group("room", "viewer", 10)
	room, err := store.Advance(h, "room")
	if err != nil || room.Rev != 11 || room.LastSeq != 10 {
		t.Errorf("%+v, %v", room, err)
	}
	room, err = store.AdvanceFor(h, "room5")
	if err != nil || room.Rev != 12 || room.ID != "room" {
		t.Errorf("%+v, %v", room, err)
	}
	if posts, err := store.PostsAt(h, room, "viewer", 4); err != nil || posts != 4 {
		t.Errorf("read to 4 of 10 is %d posts, %v", posts, err)
	}
	h.exec("UPDATE chat_messages SET deleted = 'x' WHERE seq = 7 AND room = 'room'", nil)
	h.exec("UPDATE chat_messages SET author = 'viewer' WHERE seq = 8 AND room = 'room'", nil)
	if posts, err := store.PostsAt(h, room, "viewer", 4); err != nil || posts != 6 {
		t.Errorf("with one deleted and one own: %d posts, %v", posts, err)
	}
	must(t, store.CloseRoom(h, "room"))
	for name, advance := range map[string]func() error{
		"lock":    func() error { _, err := store.LockRoom(h, "room"); return err },
		"advance": func() error { _, err := store.Advance(h, "room"); return err },
		"message": func() error { _, err := store.AdvanceFor(h, "room5"); return err },
		"members": func() error { _, err := store.CountMembers(h, "room", 1); return err },
		"twice":   func() error { return store.CloseRoom(h, "room") },
		"nothing": func() error { _, err := store.Advance(h, "nothing"); return err },
	} {
		if err := advance(); err != chat.ErrNoRoom {
			t.Errorf("%s of a closed room: %v", name, err)
		}
	}
}

// Names come off in pieces; whose they are is found by the users who are left.
func TestDeparted(t *testing.T) {
	h := newHouse(t)
	h.group("room", "viewer", 25)
	if gone, err := h.store.Departed(h); err != nil || len(gone) != 0 {
		t.Errorf("no users at all, and these departed: %v, %v", gone, err)
	}
	h.exec("INSERT INTO users (id, email, name, tokenKey, password) VALUES ('viewer', 'v@example.com', 'Viewer', 'k', 'x')", nil)
	h.exec("UPDATE chat_messages SET author = 'viewer' WHERE seq = 3", nil)
	if gone, err := h.store.Departed(h); err != nil || !slices.Equal(gone, []string{"writer"}) {
		t.Errorf("departed: %v, %v", gone, err)
	}
	var pieces []int64
	for {
		changed, err := store.Disown(h, "writer", 10)
		must(t, err)
		if changed == 0 {
			break
		}
		pieces = append(pieces, changed)
	}
	if gone, err := h.store.Departed(h); err != nil || len(gone) != 0 || !slices.Equal(pieces, []int64{10, 10, 4}) {
		t.Errorf("after pieces of %v departed: %v, %v", pieces, gone, err)
	}
}
