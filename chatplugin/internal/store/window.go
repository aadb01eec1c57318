package store

import (
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Window is a run of messages around a place in the room, oldest first.
type Window struct {
	Before []Message // older than the place
	After  []Message // from the place on
	Older  bool      // whether still older ones exist
	Newer  bool      // whether still newer ones exist
}

// Around answers up to before messages older than seq and up to after ones from
// it on, in one query.
func Around(app core.App, room string, since, seq int64, before, after int) (Window, error) {
	head := "SELECT * FROM (SELECT " + messageColumns + messagesFrom + "WHERE c.[[room]] = {:room} AND c.[[seq]] > {:since} AND "
	var rows []Message
	err := reading(app, head+"c.[[seq]] < {:seq} ORDER BY c.[[seq]] DESC LIMIT {:before}) UNION ALL "+
		head+"c.[[seq]] >= {:seq} ORDER BY c.[[seq]] LIMIT {:after})", dbx.Params{"room": room, "since": since, "seq": seq, "before": before + 1, "after": after + 1}).All(&rows)
	if err != nil {
		return Window{}, err
	}
	slices.SortFunc(rows, func(a, b Message) int { return int(a.Seq - b.Seq) })
	place, _ := slices.BinarySearchFunc(rows, seq, func(m Message, seq int64) int { return int(m.Seq - seq) })
	w := Window{Before: rows[:place], After: rows[place:]}
	if len(w.Before) > before {
		w.Before, w.Older = w.Before[1:], true
	}
	if len(w.After) > after {
		w.After, w.Newer = w.After[:after], true
	}
	return w, nil
}
