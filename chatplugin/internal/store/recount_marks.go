package store

import (
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
)

// recountMarks looks at how far everybody has read, and at what is unread then.
func recountMarks(app core.App, f *findings, room Room, rows tally, members []Member) error {
	end := max(room.Rev, rows.LastRev)
	for _, member := range members {
		f.within(member.User, FieldReadRev, member.ReadRev, min(member.Since(), end), end)
		f.within(member.User, FieldClearedRev, member.ClearedRev, 0, end)
		f.within(member.User, FieldJoinedRev, member.JoinedRev, 0, end)
	}
	unread, err := unreadOf(app, room.ID, rows.LastSeq, members)
	for i, member := range members {
		if err == nil {
			f.equal(member.User, "unread", room.Posts-member.ReadPosts, unread[i])
		}
	}
	return err
}

// postsAtOnce is how many rows one query of unreadOf reads.
const postsAtOnce = 2000

// unreadOf counts the living messages of others after each member's mark, in
// one walk from the furthest mark to the end, however many members there are.
func unreadOf(app core.App, room string, lastSeq int64, members []Member) ([]int64, error) {
	unread := make([]int64, len(members))
	var behind []int // members who are not at the end, by their marks
	wrote := map[string]int64{}
	for i, member := range members {
		if member.ReadRev < lastSeq {
			behind = append(behind, i)
			wrote[member.User] = 0
		}
	}
	if len(behind) == 0 {
		return unread, nil
	}
	slices.SortFunc(behind, func(a, b int) int { return int(members[a].ReadRev - members[b].ReadRev) })
	posts, next := int64(0), 0
	// At their mark a member's count is set back by all that came before it.
	pass := func(seq int64) {
		for ; next < len(behind) && members[behind[next]].ReadRev < seq; next++ {
			i := behind[next]
			unread[i] -= posts - wrote[members[i].User]
		}
	}
	for after := members[behind[0]].ReadRev; ; {
		var rows []struct {
			Seq    int64     `db:"seq"`
			Author string    `db:"author"`
			Kind   chat.Kind `db:"kind"`
			Dead   bool      `db:"dead"`
		}
		err := app.DB().NewQuery("SELECT c.[[seq]], c.[[author]], c.[[kind]], c.[[deleted]] != '' [[dead]] FROM {{" + Messages + "}} c " +
			"WHERE " + ofRoom + " AND c.[[seq]] > {:after} ORDER BY c.[[seq]] LIMIT {:limit}").
			Bind(dbx.Params{"room": room, "after": after, "limit": postsAtOnce}).All(&rows)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			pass(row.Seq)
			if row.Kind != chat.Text || row.Dead {
				continue
			}
			posts++
			if _, counts := wrote[row.Author]; counts {
				wrote[row.Author]++
			}
		}
		if len(rows) < postsAtOnce {
			break
		}
		after = rows[len(rows)-1].Seq
	}
	for _, i := range behind {
		unread[i] += posts - wrote[members[i].User]
	}
	return unread, nil
}

// RecountLists compares a person's total with the sum of what their list shows.
func (s *Store) RecountLists(app core.App, user string) (found []Difference, err error) {
	total, err := UnreadTotal(app, user)
	if err != nil {
		return nil, err
	}
	sum, query := int64(0), ListQuery{Viewer: user, Limit: 200}
	for more := true; more; {
		page, err := s.List(app, query)
		if err != nil {
			return nil, err
		}
		for _, row := range page.Rows {
			sum += row.Unread()
			query.Before = row.Cursor()
		}
		more = page.More
	}
	f := &findings{}
	f.equal(user, "unread total", total, sum)
	return f.all, nil
}

// AllMembersOfRooms answers everybody who is in a room.
func AllMembersOfRooms(app core.App) (users []string, err error) {
	err = app.DB().NewQuery("SELECT DISTINCT [[user]] FROM {{" + Members + "}}").Column(&users)
	return users, err
}
