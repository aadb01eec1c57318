package web

import (
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/bounded"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/view"
	"pocketchat/templates"
)

// rows are what pages read of the database, kept while it stays as it is.
type rows struct {
	accounts memory[string, dbx.NullStringMap]
	seats    memory[place, store.Seat]
	messages memory[place, store.Message]
	marks    memory[place, int64]          // how far the other person has read
	totals   memory[string, int64]         // what is unread, by viewer
	unread   memory[place, store.UnreadOf] // the same with that of a room
	lists    memory[listAsked, templates.List]
	drawn    bounded.Map[rowLook, string]
}

// place is somebody in a room, or a message of it.
type place struct{ room, of string }

// listAsked is what a list depends on besides the database.
type listAsked struct {
	store.ListQuery
	open  string
	in    *view.View
	panel bool
	drawn bool
}

// rowLook is all that the HTML of a row depends on.
type rowLook struct {
	in    *view.View
	panel bool
	look  string
}

// How many bytes are kept of each, roughly.
const (
	smallBytes = 2 << 20
	listBytes  = 16 << 20
	drawnBytes = 8 << 20
	rowBytes   = 1 << 10 // what one row takes in memory, drawn or not
)

func newRows() rows {
	return rows{
		accounts: newMemory[string](4*smallBytes, func(row dbx.NullStringMap) int { return rowBytes + 64*len(row) }),
		seats:    newMemory[place](smallBytes, func(store.Seat) int { return rowBytes }),
		messages: newMemory[place](2*smallBytes, func(m store.Message) int { return rowBytes + 2*len(m.Body) }),
		marks:    newMemory[place](smallBytes/4, func(int64) int { return 200 }),
		totals:   newMemory[string](smallBytes/4, func(int64) int { return 200 }),
		unread:   newMemory[place](smallBytes/2, func(store.UnreadOf) int { return 300 }),
		lists:    newMemory[listAsked](listBytes, func(l templates.List) int { return rowBytes*(1+len(l.Rows)) + len(l.Drawn) }),
		drawn:    bounded.New(drawnBytes, 0, func(key rowLook, html string) int { return 200 + len(key.look) + len(html) }),
	}
}

// account is an account's row, for the session to compare.
func (r rows) account(e *core.RequestEvent, users *core.Collection, id string) (dbx.NullStringMap, error) {
	return r.accounts.get(momentOf(e), users.Id+"/"+id, func() (dbx.NullStringMap, error) {
		return store.AccountRow(e.App, users, id)
	})
}

// drawRows draws a list's rows, each once for all who have it in their list as it
// is there. What a host draws may be about more than the row.
func (w *Web) drawRows(v *visit, asked listAsked, list *templates.List) error {
	site := v.view.Site
	if site.Panel = asked.panel; !site.View().OwnRows() {
		return nil
	}
	var all strings.Builder
	for _, row := range list.Rows {
		row.Open = row.ID == asked.open
		key := rowLook{v.view, asked.panel, row.Look()}
		html, ok := w.rows.drawn.Get(key)
		if !ok {
			var one strings.Builder
			if err := templates.RoomRow(site, row).Render(v.Request.Context(), &one); err != nil {
				return err
			}
			html = one.String()
			w.rows.drawn.Set(key, html)
		}
		all.WriteString(html)
	}
	list.Drawn = all.String()
	return nil
}
