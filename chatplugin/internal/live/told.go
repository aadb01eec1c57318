package live

import "sync"

// toldRows remembers up to which revision lists on this node were told of a
// room: by this process, or by another node.
type toldRows struct {
	mu sync.Mutex
	of map[string]*toldRow
}

type toldRow struct {
	rev   int64 // everything up to here
	ahead map[int64]struct{}
}

// rowsAhead bounds what waits for a hole to be filled. Past it the row is told
// again, which costs one frame.
const rowsAhead = 64

func (t *toldRows) note(room string, rev int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	row := t.row(room)
	if rev <= row.rev {
		return
	}
	if rev == row.rev+1 {
		row.rev = rev
	} else if len(row.ahead) < rowsAhead {
		row.ahead[rev] = struct{}{}
	}
	row.close()
}

// has reports whether lists show a room as of rev.
func (t *toldRows) has(room string, rev int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	row := t.of[room]
	return row != nil && row.rev >= rev
}

// settle takes everything up to a revision as told.
func (t *toldRows) settle(room string, rev int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	row := t.row(room)
	row.rev = max(row.rev, rev)
	row.close()
}

// row is called with mu held.
func (t *toldRows) row(room string) *toldRow {
	if t.of == nil || len(t.of) >= cacheKeys {
		t.of = map[string]*toldRow{}
	}
	row := t.of[room]
	if row == nil {
		row = &toldRow{ahead: map[int64]struct{}{}}
		t.of[room] = row
	}
	return row
}

func (r *toldRow) close() {
	for {
		if _, ok := r.ahead[r.rev+1]; !ok {
			break
		}
		r.rev++
	}
	for rev := range r.ahead {
		if rev <= r.rev {
			delete(r.ahead, rev)
		}
	}
}
