package web

import (
	"math"
	"net/http"
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/live"
	"pocketchat/chatplugin/internal/web/session"
)

// inboxSocket answers GET /ws…/inbox/: the viewer's list, live.
func (w *Web) inboxSocket(v *visit) error {
	return w.connect(v, w.Live.InboxDial(w.caller(v)))
}

// roomSocket answers GET /ws…/{id}/: a room and the viewer's list, live, from
// revision ?rev on.
func (w *Web) roomSocket(v *visit) error {
	rev := resumePoint(v.Request)
	return w.connect(v, w.Live.RoomDial(v.App, w.caller(v), v.seat.Room.ID, rev))
}

func (w *Web) caller(v *visit) live.Caller {
	e := v.RequestEvent
	return live.Caller{
		User: v.viewer.Id, Session: session.SessionID(e), Expires: session.Expires(e), Renew: w.session.Renewer(e),
	}
}

// connect upgrades the request. The hub has answered it whatever happens, so an
// error is for the log alone.
func (w *Web) connect(v *visit, dial hub.Dial) error {
	if err := w.Hub.ServeWebSocket(v.Response, v.Request, dial); err != nil {
		v.App.Logger().Debug("A chat socket was not opened", "error", err)
	}
	return nil
}

// unknownRev is a resume point that no room has: its answer is reload.
const unknownRev = math.MaxInt64

func resumePoint(r *http.Request) int64 {
	query := r.URL.Query()
	if !query.Has("rev") {
		return live.Fresh
	}
	rev, err := strconv.ParseInt(query.Get("rev"), 10, 64)
	if err != nil || rev < 0 {
		return unknownRev
	}
	return rev
}

// admit lets a handshake pass that has a viewer and comes from a page of ours.
// It is a GET, which the protection of forms does not look at.
func (w *Web) admit(e *core.RequestEvent) error {
	if session.Viewer(e) == nil {
		return e.UnauthorizedError("", nil)
	}
	if !w.session.CheckOrigin(e.Request) {
		return e.ForbiddenError(w.Words.OtherOrigin, nil)
	}
	return nil
}
