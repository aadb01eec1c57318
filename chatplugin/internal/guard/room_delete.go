package guard

import (
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// A room is deleted in three steps, so that a hundred thousand messages keep
// nobody waiting: it is closed, which takes its members out and with them every
// way in (one short transaction, then whoever asked is answered); its messages
// go in pieces, between which other rooms write; then PocketBase deletes the
// row. A deletion that was cut off is found by its flag and finished at the
// next start.

// rowsAtOnce is how many messages one statement deletes: tens of milliseconds.
const rowsAtOnce = 2000

// closeRoom marks the room and takes its members out; e is the save that asked.
func closeRoom(tx core.App, e *core.RecordEvent) error {
	if err := store.CloseRoom(tx, e.Record.Id); err != nil {
		return err
	}
	e.Record.Set(store.FieldDirectKey, "")
	if err := e.Next(); err != nil {
		return err
	}
	return removeAll(tx, e.Record.Id)
}

func removeAll(tx core.App, room string) error {
	members, err := tx.FindAllRecords(store.Members, inRoom(room))
	if err != nil {
		return err
	}
	for _, member := range members {
		if err := tx.Delete(member); err != nil {
			return err
		}
	}
	return nil
}

// finishClosed deletes what is left of a room that was closed, in the background.
func (g *Guard) finishClosed(e *core.RecordEvent) error {
	if e.Record.GetBool(store.FieldClosed) {
		g.finish(e.App, e.Record.Id)
	}
	return e.Next()
}

// FinishDeletions goes on with the deletions of rooms and of users that a stop
// of the program cut off. It answers at once.
func (g *Guard) FinishDeletions(app core.App) error {
	rooms, err := store.ClosedRooms(app)
	for _, room := range rooms {
		g.finish(app, room)
	}
	g.later(func() error {
		users, err := g.Store.Departed(app)
		for _, user := range users {
			g.disown(app, user)
		}
		return err
	}, app, "users who are gone were not looked for")
	return err
}

func (g *Guard) finish(app core.App, room string) {
	g.later(func() error {
		record, err := app.FindRecordById(store.Rooms, room)
		if err == nil {
			err = app.Delete(record)
		}
		return gone(err, nil)
	}, app, "a room's deletion goes on at the next start")
}

// later does something in the background. After hooks run with an app that is
// in no transaction any more.
func (g *Guard) later(do func() error, app core.App, failed string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopping {
		return // the next start finds it
	}
	g.background.Go(func() {
		if err := do(); err != nil && !errors.Is(err, chat.ErrNoRoom) && !errors.Is(err, errStopping) {
			app.Logger().Warn("chat: "+failed, "error", err)
		}
	})
}

// emptyRoom runs before PocketBase's delete transaction, when nothing may refuse
// any more: it closes the room and deletes its messages in pieces. Inside a
// host's own transaction it leaves all to deleteRest.
func (g *Guard) emptyRoom(e *core.RecordEvent) error {
	if e.App.IsTransactional() {
		return e.Next()
	}
	if !e.Record.GetBool(store.FieldClosed) {
		if err := g.closeFirst(e.App, e.Record); err != nil {
			return err
		}
	}
	for {
		if err := g.goOn(); err != nil {
			return err
		}
		gone, err := store.DeleteMessages(e.App, e.Record.Id, rowsAtOnce)
		if err != nil {
			return err
		}
		if gone == 0 {
			return e.Next()
		}
	}
}

// closeFirst is what a delete without a closing save begins with.
func (g *Guard) closeFirst(app core.App, record *core.Record) error {
	return app.RunInTransaction(func(tx core.App) error {
		room, err := store.LockRoom(tx, record.Id)
		if err == chat.ErrNoRoom {
			return nil // closed meanwhile by somebody else
		}
		if err != nil {
			return err
		}
		record.Set(store.FieldClosed, true)
		if err := mayEdit(tx, room, record); err != nil {
			return err
		}
		if err := store.CloseRoom(tx, record.Id); err != nil {
			return err
		}
		return removeAll(tx, record.Id)
	})
}

// deleteRest runs inside PocketBase's delete transaction, before it looks for
// references: what is left goes by one statement, or PocketBase would take it
// record by record. Its files wait for the commit. The members go by their
// hooks, after the room's row.
func (g *Guard) deleteRest(e *core.RecordEvent) error {
	for {
		gone, withFiles, err := store.DeleteMessageRows(e.App, e.Record.Id, rowsAtOnce)
		if err != nil {
			return err
		}
		mark(e.Record, func(m *marks) { m.files = append(m.files[:len(m.files):len(m.files)], withFiles...) })
		if gone == 0 {
			return e.Next()
		}
	}
}

// deleteFiles removes what deleteRest's messages carried, now that they are
// really gone.
func (g *Guard) deleteFiles(e *core.RecordEvent) error {
	if err := store.DeleteFiles(e.App, marksOf(e.Record).files); err != nil {
		e.App.Logger().Warn("chat: files of a deleted room are left over", "room", e.Record.Id, "error", err)
	}
	return e.Next()
}
