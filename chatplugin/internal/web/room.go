package web

import (
	"math"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
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

// room answers GET /{id}/: the open room.
func (w *Web) room(v *visit) error {
	room, err := w.openRoom(v)
	if err != nil {
		return err
	}
	return show(w, v, room.Title, w.Views.RoomPage, room)
}

// openRoom is the room as it opens: at its end, or where reading stopped.
func (w *Web) openRoom(v *visit) (templates.Room, error) {
	window, err := w.opening(v)
	if err != nil {
		return templates.Room{}, err
	}
	return w.roomWith(v, window)
}

// opening reads the messages that the room opens with. The line of what is new
// is among them wherever the rest can come by the socket; else the newest are.
func (w *Web) opening(v *visit) (store.Window, error) {
	room, since := v.seat.Room, v.seat.Member.Since()
	mark := max(v.seat.Member.ReadRev, since)
	if v.seat.Unread() == 0 || room.Rev-mark > mostReplayed || v.Request.URL.Query().Has("latest") {
		return newest(v)
	}
	window, err := store.Around(v.App, room.ID, since, mark+1, roomPage, roomPage)
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

func newest(v *visit) (store.Window, error) {
	rows, older, err := store.Before(v.App, v.seat.Room.ID, v.seat.Member.Since(), math.MaxInt64, roomPage)
	return store.Window{Before: rows, Older: older}, err
}

// roomWith is the room with the messages that were read.
func (w *Web) roomWith(v *visit, window store.Window) (templates.Room, error) {
	slice, err := w.slice(v, window)
	if err != nil {
		return templates.Room{}, err
	}
	room, err := v.view.Room(v.App, v.seat, v.viewer.Id)
	if err != nil {
		return templates.Room{}, err
	}
	room.Slice = slice
	room.Online, _ = w.Live.Online(room.ID)
	if v.seat.Room.Type == chat.Direct {
		if room.PeerRead, err = store.PeerRead(v.App, room.ID, room.Peer); err != nil {
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

// slice turns rows into bubbles.
func (w *Web) slice(v *visit, window store.Window) (templates.Slice, error) {
	rows := append(window.Before[:len(window.Before):len(window.Before)], window.After...)
	messages, err := v.view.Messages(v.App, rows, v.seat.Member.Since())
	return templates.Slice{Room: v.seat.Room.ID, Messages: messages, Older: window.Older, Newer: window.Newer}, err
}
