package web

import (
	"net/http"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// unread answers GET /unread/: the viewer's total as JSON, with ?room= what is
// unread there, and with ?rooms=1 the same of the rooms at the top of the list. A
// room that the viewer is not in counts as one without messages, as one that does
// not exist.
func (w *Web) unread(v *visit) error {
	if v.Request.URL.Query().Has("rooms") {
		total, rooms, err := w.counted(v)
		if err != nil {
			return err
		}
		return w.answers.JSON(v.RequestEvent, http.StatusOK, map[string]any{"total": total, "rooms": rooms})
	}
	room := v.Request.URL.Query().Get("room")
	if room != "" && !chat.ValidID(room) {
		return chat.ErrNoRoom
	}
	counts, err := w.rows.unread.get(v.now(), place{room, v.viewer.Id}, func() (store.UnreadOf, error) {
		return store.FindUnread(v.App, room, v.viewer.Id)
	})
	if err != nil {
		return err
	}
	answered := map[string]int64{"total": counts.Total}
	if room != "" {
		answered["unread"], answered[store.FieldPosts], answered[store.FieldReadRev] = counts.Unread, counts.Posts, counts.ReadRev
	}
	return w.answers.JSON(v.RequestEvent, http.StatusOK, answered)
}
