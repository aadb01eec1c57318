package web

import (
	"math"
	"net/http"
	"strconv"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
)

// How many messages a page has, and an answer to what changed.
const (
	messagesPage = 30
	changesPage  = 100
)

// messages answers GET /{id}/messages/: the page before or after a message, what
// changed after a revision, the page around a message, or the newest.
func (w *Web) messages(v *visit) error {
	switch query := v.Request.URL.Query(); { // a link in a bubble, followed without script
	case query.Has("m"):
		return w.message(v)
	case query.Has("at"):
		return w.answers.Redirect(v.RequestEvent, w.placeOf(v, query.Get("at")))
	}
	window, err := w.window(v)
	if err != nil {
		return err
	}
	if answer.Navigating(v.Request) { // a link followed without script
		room, err := w.roomWith(v, window)
		if err != nil {
			return err
		}
		return show(w, v, room.Title, w.Views.RoomPage, room)
	}
	if wants(v.Request) == answer.JSON {
		return w.data(v, dataOfWindow(window.Window))
	}
	slice, err := w.slice(v, window)
	if err != nil {
		return err
	}
	slice.Around = v.Request.URL.Query().Get("around")
	return w.answers.HTML(v.RequestEvent, http.StatusOK, w.Views.Messages(w.answers.Site(v.RequestEvent), slice))
}

func (w *Web) window(v *visit) (*run, error) {
	query := v.Request.URL.Query()
	room, since := v.seat.Room.ID, v.seat.Member.Since()
	for _, how := range []string{"before", "newer", "around"} {
		if query.Has(how) {
			return w.windowAt(v, how, query.Get(how))
		}
	}
	if query.Has("after") {
		rev, err := w.revision(query.Get("after"))
		if err != nil {
			return nil, err
		}
		if v.seat.Room.Purged(rev) {
			return nil, chat.Refuse(chat.Conflict, "rev", w.Words.TooFarBack)
		}
		rows, more, err := store.ChangedAfter(v.App, room, since, rev, changesPage)
		return newRun(store.Window{After: rows, Newer: more}, since), err
	}
	return w.run(v, "last", 0, func() (store.Window, error) {
		rows, older, err := store.Before(v.App, room, since, math.MaxInt64, messagesPage)
		return store.Window{Before: rows, Older: older}, err
	})
}

// windowAt is the messages that lie so to a message.
func (w *Web) windowAt(v *visit, how, id string) (*run, error) {
	message, err := w.seen(v, id)
	if err != nil {
		return nil, err
	}
	room, since := v.seat.Room.ID, v.seat.Member.Since()
	return w.run(v, how, message.Seq, func() (store.Window, error) {
		switch how {
		case "before":
			rows, older, err := store.Before(v.App, room, since, message.Seq, messagesPage)
			return store.Window{Before: rows, Older: older, Newer: true}, err
		case "newer":
			rows, newer, err := store.From(v.App, room, since, message.Seq+1, messagesPage)
			return store.Window{After: rows, Older: true, Newer: newer}, err
		}
		return store.Around(v.App, room, since, message.Seq, messagesPage/2, messagesPage/2)
	})
}

// seen finds a message of this room that the viewer may see. One of another
// room and one before the viewer's time do not exist.
func (w *Web) seen(v *visit, id string) (store.Message, error) {
	if !chat.ValidID(id) {
		return store.Message{}, chat.ErrNoMessage
	}
	room := v.seat.Room.ID
	message, err := w.rows.messages.get(v.now(), place{room, id}, func() (store.Message, error) {
		return store.FindMessage(v.App, room, id)
	})
	if err == nil && message.Seq <= v.seat.Member.Since() {
		err = chat.ErrNoMessage
	}
	return message, err
}

// revision reads a revision. One that is larger than any is the end.
func (w *Web) revision(text string) (int64, error) {
	rev, err := strconv.ParseUint(text, 10, 64)
	if numError, ok := err.(*strconv.NumError); ok && numError.Err == strconv.ErrRange {
		return math.MaxInt64, nil
	}
	if err != nil {
		return 0, chat.Refuse(chat.Invalid, "rev", w.Words.BadRev)
	}
	return int64(min(rev, math.MaxInt64)), nil
}
