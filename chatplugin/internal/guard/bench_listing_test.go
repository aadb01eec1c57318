package guard_test

import (
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/store"
)

// BenchmarkListing is what SDK clients ask for over REST, among 1,000,000
// messages in 10,000 rooms: Ann is in 1,000 of them, and 100,000 of the messages
// are in one.
func BenchmarkListing(b *testing.B) {
	h := newHouse(b, chatplugin.Config{})
	room, message := h.friends(b)
	h.fill(b, room, h.bob, 100_000)
	h.city(b, 10_000, 90)
	if n := h.count(b, "SELECT COUNT(*) FROM chat_messages", nil); n < 1_000_000 {
		b.Fatalf("premise: %d messages", n)
	}
	of := func(filter string) string { return "&filter=" + queryEscape(filter) }
	inRoom := "room='" + room + "'"
	ann := h.client("ann")
	for _, ask := range []struct{ name, path string }{
		{"rooms/latest", records(store.Rooms) + "?sort=-last_activity&perPage=30&skipTotal=1"},
		{"rooms/latest,totals,expanded", records(store.Rooms) + "?sort=-last_activity&perPage=30&expand=last_message"},
		{"rooms/named", records(store.Rooms) + "?perPage=30&skipTotal=1" + of("name~'Room 77'")},
		{"rooms/route", "/chat/list-partial/"},
		{"messages/newest", records(store.Messages) + "?sort=-seq&perPage=50" + of(inRoom)},
		{"messages/newest,expanded", records(store.Messages) + "?sort=-seq&perPage=50&expand=reply_to,chat_reactions_via_message" + of(inRoom)},
		{"messages/created", records(store.Messages) + "?sort=-created&perPage=50" + of(inRoom)},
		{"messages/older", records(store.Messages) + "?sort=-seq&perPage=50" + of(inRoom+" && seq < 50000")},
		{"messages/missed", records(store.Messages) + "?sort=rev&perPage=200" + of(inRoom+" && rev > 99900")},
		{"messages/one", records(store.Messages, message.Id)},
		{"messages/route", "/chat/" + room + "/messages/"},
		{"members/of a room", records(store.Members) + "?perPage=200&skipTotal=1" + of(inRoom)},
		{"members/one's own", records(store.Members) + "?perPage=200&skipTotal=1" + of("user='"+h.ann.Id+"'")},
		{"members/all", records(store.Members) + "?perPage=30&skipTotal=1"},
		{"reactions/of a message", records(store.Reactions) + "?skipTotal=1" + of("message='"+message.Id+"'")},
		{"reactions/all", records(store.Reactions) + "?skipTotal=1"},
		{"people", records(store.People) + "?perPage=200&skipTotal=1"},
		{"people/one", records(store.People, h.bob.Id)},
	} {
		b.Run(ask.name, func(b *testing.B) {
			for b.Loop() {
				if got := ann.JSON("GET", ask.path, nil); got.Status != 200 {
					b.Fatalf("%d %s", got.Status, got.Body)
				}
			}
		})
	}
}

// city makes groups of five, each with a few messages and a reaction, among
// 10,000 people. Ann is in every tenth.
func (h *house) city(b *testing.B, rooms, each int) {
	b.Helper()
	users := h.ann.Collection().Name
	for _, statement := range []string{
		"INSERT INTO " + users + " (id, email, name, tokenKey, created, updated) SELECT 'citizen' || (10000000 + i), 'c' || i || '@example.com', 'Citizen ' || i, 'k' || i, '', '' FROM n",
		"INSERT INTO chat_rooms (id, type, name, direct_key, closed, rev, posts, members, last_seq, last_message, last_activity, created, updated) " +
			"SELECT 'cityrm' || (100000000 + i), 'group', 'Room ' || i, '', FALSE, {:each}, {:each}, 5, {:each}, 'm' || (100000000 + i) || 'x' || (10000 + {:each}), " +
			"strftime('%Y-%m-%d %H:%M:%fZ', 1767225600 + i * 60, 'unixepoch'), '', '' FROM n",
		"INSERT INTO chat_members (id, room, user, role, read_rev, read_posts, cleared_rev, joined_rev, hidden, notify, pinned, created, updated) " +
			"SELECT 'c' || (100000000 + i) || 'k' || k.k, 'cityrm' || (100000000 + i), " +
			"CASE WHEN k.k = 1 AND i % 10 = 0 THEN {:ann} ELSE 'citizen' || (10000000 + 1 + (i * 7 + k.k * 131) % {:rooms}) END, 'member', 0, 0, 0, 0, FALSE, 'all', FALSE, '', '' " +
			"FROM n, (SELECT 1 k UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5) k",
		"INSERT INTO chat_messages (id, room, author, seq, rev, kind, body, files, client_id, event, edited, deleted, created, updated, reply_to) " +
			"SELECT 'm' || (100000000 + n.i) || 'x' || (10000 + s.i), 'cityrm' || (100000000 + n.i), 'citizen' || (10000000 + 1 + (n.i * 7 + 262) % {:rooms}), s.i, s.i, 'text', " +
			"'message number ' || s.i || ' of this room', '[]', '', 'null', '', '', '2026-01-01 00:00:00.000Z', '', '' FROM n, (SELECT i FROM n WHERE i <= {:each}) s",
		"INSERT INTO chat_reactions (id, message, user, emoji, created, updated) " +
			"SELECT 'r' || (10000000000000 + i), 'm' || (100000000 + i) || 'x' || (10000 + {:each}), 'citizen' || (10000000 + 1 + (i * 7 + 262) % {:rooms}), '👍', '', '' FROM n",
	} {
		query := h.NonconcurrentDB().NewQuery("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {:rooms}) " + statement)
		_, err := query.Bind(map[string]any{"rooms": rooms, "each": each, "ann": h.ann.Id}).Execute()
		must(b, err)
	}
}
