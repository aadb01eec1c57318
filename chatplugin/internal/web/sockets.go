package web

import (
	"math"
	"net/http"
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/live"
	"pocketchat/chatplugin/internal/web/realtime"
	"pocketchat/chatplugin/internal/web/session"
	"pocketchat/chatplugin/internal/web/throttle"
)

// inboxSocket answers GET /ws…/inbox/: the viewer's list, live.
func (w *Web) inboxSocket(v *visit) error {
	return w.connect(v, w.Live.InboxDial(w.caller(v.RequestEvent)))
}

// roomSocket answers GET /ws…/{id}/: a room and the viewer's list, live, from
// revision ?rev on, for a page that shows what came after ?since.
func (w *Web) roomSocket(v *visit) error {
	from := resumePoint(v.Request)
	return w.connect(v, w.Live.RoomDial(v.App, w.caller(v.RequestEvent), v.seat.Room.ID, from))
}

func (w *Web) caller(e *core.RequestEvent) live.Caller {
	return live.Caller{
		User: session.Viewer(e).Id, Session: session.SessionID(e), Expires: session.Expires(e), Renew: w.session.Renewer(e),
		View: w.speaking(e),
	}
}

// bindTopics opens the second door, for clients that have a PocketBase SDK.
func (w *Web) bindTopics() {
	realtime.Bind(realtime.Options{
		App: w.App, Live: w.Live,
		Throttle: func(e *core.RequestEvent) error { return w.Throttle.AllowRequest(throttle.Read, e) },
		Caller: func(e *core.RequestEvent) (live.Caller, bool) {
			held, ok := w.session.Holder(e)
			if !ok {
				return live.Caller{}, false
			}
			return w.caller(held), true
		},
	})
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

func resumePoint(r *http.Request) live.Point {
	query := r.URL.Query()
	if !query.Has("rev") {
		return live.Fresh
	}
	from := live.Point{Since: -1}
	var err error
	if from.Rev, err = strconv.ParseInt(query.Get("rev"), 10, 64); err != nil || from.Rev < 0 {
		from.Rev = unknownRev
	}
	if since, err := strconv.ParseInt(query.Get("since"), 10, 64); err == nil {
		from.Since = since
	}
	return from
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
