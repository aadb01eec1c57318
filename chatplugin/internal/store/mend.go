package store

import (
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
)

// Mend puts right what CheckRoom finds in a room, and answers what it mended
// and what is left. It belongs into one transaction, whose first statement
// writes the room's row, so that nobody is in between.
//
// No hook fires: nothing happened that anybody wants to be told of. What clients
// show gets a revision of its own, as any change does: they see that they are
// behind, and read. Where rows went or changed their place, they read anew.
func (s *Store) Mend(tx core.App, id string) (mended, left []Difference, err error) {
	if _, err := LockRoom(tx, id); err != nil {
		return nil, nil, err
	}
	before, err := s.CheckRoom(tx, id)
	if err != nil || len(before) == 0 {
		return nil, nil, err
	}
	room, err := FindRoom(tx, id)
	if err != nil {
		return nil, nil, err
	}
	m := &mending{store: s, tx: tx, before: room, params: dbx.Params{"room": id, "now": types.NowDateTime().String()}}
	for _, step := range []func() error{m.pair, m.places, m.roles, m.reactions, m.messages, m.counters, m.marks} {
		if err := step(); err != nil {
			return nil, nil, err
		}
		if m.removed {
			return before, nil, nil
		}
	}
	if left, err = s.CheckRoom(tx, id); err != nil {
		return nil, nil, err
	}
	for i := range left {
		if left[i].Hint == "" {
			left[i].Hint = "It cannot be mended here: look at the record in the admin UI"
		}
	}
	for _, difference := range before {
		if !slices.ContainsFunc(left, func(d Difference) bool { return d.What == difference.What && d.User == difference.User }) {
			mended = append(mended, difference)
		}
	}
	return mended, left, nil
}

// mending is a room that is being put right.
type mending struct {
	store  *Store
	tx     core.App
	before Room
	params dbx.Params

	touched []string // messages that get a new revision
	moved   []string // those of them that get a new place
	people  bool     // who is in the room, or their role, changed
	removed bool     // the room is no more
	end     int64    // of the timeline, before any of it got a new revision
}

// run executes a statement and answers how many rows it changed.
func (m *mending) run(statement string, params dbx.Params) (int64, error) {
	result, err := m.tx.NonconcurrentDB().NewQuery(statement).Bind(m.with(params)).Execute()
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (m *mending) with(params dbx.Params) dbx.Params {
	all := dbx.Params{}
	for _, some := range []dbx.Params{m.params, params} {
		for key, value := range some {
			all[key] = value
		}
	}
	return all
}

// touch notes the messages that a condition picks, and answers them.
func (m *mending) touch(condition string) (ids []string, err error) {
	err = m.tx.DB().NewQuery("SELECT c.[[id]] FROM {{" + Messages + "}} c WHERE " + ofRoom + " AND " + condition).Bind(m.params).Column(&ids)
	m.touched = append(m.touched, ids...)
	return ids, err
}

// pair gives a direct room the key of its two people back. An empty room beside
// another one of the same two goes.
func (m *mending) pair() error {
	if m.before.Type != chat.Direct {
		_, err := m.run("UPDATE {{"+Rooms+"}} SET [[direct_key]] = '' WHERE [[id]] = {:room} AND [[direct_key]] != ''", nil)
		return err
	}
	first, second := m.before.Pair()
	if first == "" || second == "" || chat.DirectKey(first, second) != m.before.DirectKey {
		members, err := AllMembers(m.tx, m.before.ID)
		key := pairOf(members)
		if err != nil || key == "" {
			return err
		}
		if _, err := FindDirect(m.tx, key); err == chat.ErrNoRoom {
			_, err = m.run("UPDATE {{"+Rooms+"}} SET [[direct_key]] = {:key} WHERE [[id]] = {:room}", dbx.Params{"key": key})
			return err
		} else if err != nil {
			return err
		}
		m.before.DirectKey = key // another room has it: this one goes if it is empty
	}
	gone, err := m.run("DELETE FROM {{"+Rooms+"}} WHERE [[id]] = {:room} AND NOT EXISTS (SELECT 1 FROM {{"+Messages+"}} WHERE [[room]] = {:room}) "+
		"AND EXISTS (SELECT 1 FROM {{"+Rooms+"}} o WHERE o.[[direct_key]] = {:key} AND o.[[direct_key]] != '' AND o.[[id]] != {:room})", dbx.Params{"key": m.before.DirectKey})
	if err != nil || gone == 0 {
		return err
	}
	m.removed = true
	_, err = m.run("DELETE FROM {{"+Members+"}} WHERE [[room]] = {:room}", nil)
	return err
}

// reactions go where they are twice, or on a deleted message.
func (m *mending) reactions() error {
	for _, condition := range []string{isStray, isDoubled} {
		var found []struct {
			ID      string `db:"id"`
			Message string `db:"message"`
		}
		err := m.tx.DB().NewQuery("SELECT x.[[id]], x.[[message]] FROM " + reactionsOf + " AND " + condition).Bind(m.params).All(&found)
		if err != nil || len(found) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		ids := make([]string, len(found))
		for i, reaction := range found {
			ids[i] = reaction.ID
			m.touched = append(m.touched, reaction.Message)
		}
		if _, err := m.run("DELETE FROM {{"+Reactions+"}} WHERE [[id]] IN "+inIDs, dbx.Params{"ids": list(ids)}); err != nil {
			return err
		}
	}
	return nil
}

// messages that are not as they should be are changed as little as possible.
func (m *mending) messages() error {
	for condition, change := range map[string]string{
		isSameID:   "[[client_id]] = ''",
		isSpoken:   "[[body]] = '', [[event]] = 'null'",
		isBadReply: "[[reply_to]] = ''",
	} {
		ids, err := m.touch(condition)
		if err == nil && len(ids) > 0 {
			_, err = m.run("UPDATE {{"+Messages+"}} SET "+change+" WHERE [[id]] IN "+inIDs, dbx.Params{"ids": list(ids)})
		}
		if err != nil {
			return err
		}
	}
	again := func(column string) string {
		return "EXISTS (SELECT 1 FROM {{" + Messages + "}} o WHERE o.[[room]] = c.[[room]] AND o.[[" + column + "]] = c.[[" + column + "]] AND o.[[rowid]] < c.[[rowid]])"
	}
	moved, err := m.touch("(c.[[seq]] < 1 OR " + again(FieldSeq) + ")")
	if err != nil {
		return err
	}
	m.moved = moved // behind all others: the place of each is taken
	_, err = m.touch("(" + isEarly + " OR " + again(FieldRev) + ")")
	return err
}

// counters sets what the room says of its rows, and gives every message that was
// touched the next revision, the last message where none was.
func (m *mending) counters() error {
	_, rows, _, err := readRoom(m.tx, m.before.ID)
	if err != nil {
		return err
	}
	if len(m.touched) == 0 && rows.Last != "" {
		m.touched = []string{rows.Last}
	}
	m.end = max(m.before.Rev, rows.LastRev)
	rev := m.end
	numbered, err := m.run("UPDATE {{"+Messages+"}} SET [[rev]] = {:rev} + p.n, [[seq]] = CASE WHEN [[id]] IN (SELECT [[value]] FROM JSON_EACH({:moved})) THEN {:rev} + p.n ELSE [[seq]] END "+
		"FROM (SELECT [[id]] [[of]], ROW_NUMBER() OVER (ORDER BY [[seq]], [[id]]) n FROM {{"+Messages+"}} WHERE [[id]] IN "+inIDs+") p WHERE {{"+Messages+"}}.[[id]] = p.[[of]]",
		dbx.Params{"rev": rev, "ids": list(m.touched), "moved": list(m.moved)})
	if err != nil {
		return err
	}
	purged := min(m.before.PurgedRev, rev)
	if rev += numbered; numbered == 0 {
		rev++ // no row shows that something changed
	}
	if numbered == 0 || len(m.moved) > 0 {
		purged = rev
	}
	_, rows, members, err := readRoom(m.tx, m.before.ID)
	if err != nil {
		return err
	}
	posts, last := rows.Posts, rows.LastSeq
	if m.before.PurgedRev > 0 {
		posts, last = max(posts, m.before.Posts), max(last, min(m.before.LastSeq, rev))
	}
	step := 0
	if m.people || m.before.Members != int64(len(members)) {
		step = 1
	}
	_, err = m.run("UPDATE {{"+Rooms+"}} SET "+changedNow+", [[rev]] = {:rev}, [[purged_rev]] = {:purged}, [[posts]] = {:posts}, [[last_seq]] = {:last}, "+
		"[[last_message]] = {:message}, [[members]] = {:members}, [[members_rev]] = [[members_rev]] + {:step}, "+
		"[[last_activity]] = COALESCE(NULLIF([[last_activity]], ''), (SELECT [[created]] FROM {{"+Messages+"}} WHERE [[id]] = {:message}), [[created]]) WHERE [[id]] = {:room}",
		dbx.Params{"rev": rev, "purged": purged, "posts": posts, "last": last, "message": rows.Last, "members": len(members), "step": step})
	return err
}

// marks keeps everybody's marks within the room, and lets what is unread be what
// is there to read.
func (m *mending) marks() error {
	room, rows, members, err := readRoom(m.tx, m.before.ID)
	if err != nil {
		return err
	}
	were := slices.Clone(members)
	for i := range members {
		member := &members[i]
		member.ClearedRev, member.JoinedRev = min(member.ClearedRev, m.end), min(member.JoinedRev, m.end)
		member.ReadRev = min(max(member.ReadRev, member.Since()), m.end)
	}
	unread, err := unreadOf(m.tx, room.ID, rows.LastSeq, members)
	if err != nil {
		return err
	}
	for i, member := range members {
		if member.ReadPosts = room.Posts - unread[i]; member == were[i] {
			continue
		}
		_, err := m.run("UPDATE {{"+Members+"}} SET [[read_rev]] = {:read}, [[read_posts]] = {:posts}, [[cleared_rev]] = {:cleared}, [[joined_rev]] = {:joined}, [[updated]] = {:now} WHERE [[id]] = {:id}",
			dbx.Params{"read": member.ReadRev, "posts": member.ReadPosts, "cleared": member.ClearedRev, "joined": member.JoinedRev, "id": member.ID})
		if err != nil {
			return err
		}
	}
	return nil
}
