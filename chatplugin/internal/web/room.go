package web

import (
	"math"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// How many messages a room opens with, and how they lie around the place where
// reading stopped, when more are unread than fit.
const (
	roomPage   = 50
	readBefore = 10
)

// mostReplayed is how far behind a page may be and leave the rest to its
// socket, which replays no more than some hundred messages.
const mostReplayed = 300

// room answers GET /{id}/: the open room. Bubbles are the same wherever they
// stand, so their links are ?at= and ?m=, of the page that they are on.
func (w *Web) room(v *visit) error {
	if v.Request.URL.Query().Has("m") {
		return w.message(v)
	}
	if wants(v.Request) == answer.JSON {
		opened, err := w.openData(v)
		if err != nil {
			return err
		}
		return w.data(v, opened)
	}
	room, err := w.openRoom(v)
	if err != nil {
		return err
	}
	if w.inPanel(v.Request.URL.Path) {
		return show(w, v, room.Title, w.Views.WidgetRoom, room)
	}
	return show(w, v, room.Title, w.Views.RoomPage, room)
}

// openRoom is the room as it opens: at its end, or where reading stopped.
func (w *Web) openRoom(v *visit) (templates.Room, error) {
	window, err := w.opening(v)
	if err != nil {
		return templates.Room{}, err
	}
	room, err := w.roomWith(v, window)
	if err != nil {
		return templates.Room{}, err
	}
	room.Reply, err = w.quoted(v, v.Request.URL.Query().Get("reply"))
	return room, err
}

// quoted is what a message about to be written replies to; nil where there is
// nothing, or nothing any more.
func (w *Web) quoted(v *visit, id string) (*templates.Quote, error) {
	if id == "" {
		return nil, nil
	}
	message, err := w.seen(v, id)
	if err == chat.ErrNoMessage || err == nil && (!message.Deleted.IsZero() || message.Kind == chat.System) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return v.view.Quote(v.App, message)
}

// opening reads the messages that the room opens with. The line of what is new
// is among them wherever the rest can come by the socket; else the newest are.
func (w *Web) opening(v *visit) (*run, error) {
	room, since := v.seat.Room, v.seat.Member.Since()
	if at := v.Request.URL.Query().Get("at"); at != "" {
		// What is gone by now leads to the room's end: the address may be old.
		if message, err := w.seen(v, at); err == nil {
			return w.run(v, "at", message.Seq, func() (store.Window, error) {
				return store.Around(v.App, room.ID, since, message.Seq, roomPage/2, roomPage/2)
			})
		} else if err != chat.ErrNoMessage {
			return nil, err
		}
		return w.newest(v)
	}
	mark := max(v.seat.Member.ReadRev, since)
	if v.seat.Unread() == 0 || room.Rev-mark > mostReplayed || v.Request.URL.Query().Has("latest") {
		return w.newest(v)
	}
	return w.run(v, "new", mark, func() (store.Window, error) { return whatIsNew(v, mark) })
}

// whatIsNew is the messages around the line of what is new.
func whatIsNew(v *visit, mark int64) (store.Window, error) {
	window, err := store.Around(v.App, v.seat.Room.ID, v.seat.Member.Since(), mark+1, roomPage, roomPage)
	if err != nil {
		return store.Window{}, err
	}
	after := min(len(window.After), roomPage-readBefore)
	if len(window.Before) < readBefore {
		after = min(len(window.After), roomPage-len(window.Before))
	}
	window.Newer = window.Newer || after < len(window.After)
	window.After = window.After[:after]
	if before := roomPage - after; len(window.Before) > before {
		window.Before, window.Older = window.Before[len(window.Before)-before:], true
	}
	return window, nil
}

func (w *Web) newest(v *visit) (*run, error) {
	return w.run(v, "newest", 0, func() (store.Window, error) {
		rows, older, err := store.Before(v.App, v.seat.Room.ID, v.seat.Member.Since(), math.MaxInt64, roomPage)
		return store.Window{Before: rows, Older: older}, err
	})
}

// roomWith is the room with the messages that were read.
func (w *Web) roomWith(v *visit, window *run) (templates.Room, error) {
	slice, err := w.slice(v, window)
	if err != nil {
		return templates.Room{}, err
	}
	room, err := v.view.Room(v.App, v.seat, v.viewer.Id)
	if err != nil {
		return templates.Room{}, err
	}
	room.Slice, room.Since = slice, v.seat.Member.Since()
	room.Online, _ = w.Live.Online(room.ID)
	if v.seat.Room.Type == chat.Direct {
		room.PeerRead, err = w.rows.marks.get(v.now(), place{room.ID, room.Peer}, func() (int64, error) {
			return store.PeerRead(v.App, room.ID, room.Peer)
		})
		if err != nil {
			return templates.Room{}, err
		}
	}
	// A page that ends before the room does has what came up to its last
	// message, and no more: the socket brings the rest.
	if last := len(slice.Messages) - 1; slice.Newer && last >= 0 && room.Rev-slice.Messages[last].Seq <= mostReplayed {
		room.Rev = slice.Messages[last].Seq
	}
	return room, nil
}
