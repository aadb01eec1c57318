package web

import (
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/view"
	"pocketchat/chatplugin/internal/web/session"
)

// visit is a request that was let in.
type visit struct {
	*core.RequestEvent
	viewer *core.Record // nil for a guest
	view   *view.View   // in the viewer's language
	seat   store.Seat   // the viewer's, on routes for members

	moment store.Moment // see now
	looked bool
}

// plain is an action of the session's.
func plain(do func(*session.Session, *core.RequestEvent) error) func(*Web, *visit) error {
	return func(w *Web, v *visit) error { return do(w.session, v.RequestEvent) }
}

// ourRecords is where PocketBase has the records of the chat's collections.
const ourRecords = "/api/collections/chat_"

// Bind registers every route. Call it in OnServe before e.Next(), and Mount
// after it.
func (w *Web) Bind(e *core.ServeEvent) {
	e.Router.Bind(w.session.RecallAPI(ourRecords))
	group := e.Router.Group("")
	group.Bind(w.answers.Discreet())
	if w.Watch.Metrics {
		group.Bind(w.measured())
	}
	group.Bind(w.answers.Middleware())
	group.Unbind(apis.DefaultBodyLimitMiddlewareId) // each route has its own
	type pattern struct{ method, path string }
	actions := map[pattern]map[string]Route{}
	for _, route := range Routes(w.base, w.View.Site.Socket) {
		route.name = w.label(route)
		path, name, ok := strings.Cut(route.Path, "/{id}/")
		if !ok {
			w.register(group, route, w.serve)
			continue
		}
		at := pattern{route.Method, path + "/{id}/{action}"}
		if actions[at] == nil {
			actions[at] = map[string]Route{}
		}
		actions[at][name] = route
	}
	// ServeMux refuses /widget/{id} beside /{id}/info, of which neither is the
	// narrower; beside /{id}/{action} it is.
	for at, named := range actions {
		w.register(group, Route{Method: at.method, Path: at.path, Access: SignedIn}, w.dispatch(named))
	}
	w.register(group, get(w.base+"/{rest...}", Everybody, "", (*Web).nothing), w.serve)
}

// Mount finishes what Bind began, once every route of the host is registered
// too: call it in OnServe after e.Next().
func (w *Web) Mount(e *core.ServeEvent) error { return w.session.Mount(e) }

func (w *Web) register(group *router.RouterGroup[*core.RequestEvent], route Route, serve func(Route, *core.RequestEvent) error) {
	paths := []string{route.Path, route.Path + "/{$}"}
	if strings.HasSuffix(route.Path, "...}") {
		paths = paths[:1]
	}
	for _, path := range paths {
		bound := group.Route(route.Method, path, func(e *core.RequestEvent) error { return serve(route, e) })
		if route.Access >= Everybody {
			bound.Bind(w.session.Recall(), w.session.Load(), w.session.Protect())
		}
		if route.Access > Everybody && !route.Socket {
			bound.Bind(w.session.Require())
		}
	}
}

// dispatch finds the action by its name in the path.
func (w *Web) dispatch(named map[string]Route) func(Route, *core.RequestEvent) error {
	return func(_ Route, e *core.RequestEvent) error {
		route, ok := named[e.Request.PathValue("action")]
		if !ok {
			return w.nothing(nil)
		}
		return w.serve(route, e)
	}
}

func (w *Web) nothing(*visit) error { return chat.Refuse(chat.NotFound, "", w.Words.NoSuchPage) }

// skipLog is what PocketBase's own middleware sets.
var skipLog = apis.SkipSuccessActivityLog().Func

// serve lets the request in and answers it. The body is not looked at before
// it is known who asks and whether they are in the room.
func (w *Web) serve(route Route, e *core.RequestEvent) error {
	if route.name != "" {
		e.Set(routeKey, route.name)
	}
	if route.Access == Operators && !w.operator(e) {
		return w.nothing(nil)
	}
	w.keepLocale(e)
	v := &visit{RequestEvent: e, view: w.speaking(e)}
	if !route.Socket {
		w.keepLang(e)
	}
	if route.Quiet {
		_ = skipLog(v.RequestEvent)
	}
	if route.Bucket != "" {
		if err := w.Throttle.AllowRequest(route.Bucket, v.RequestEvent); err != nil {
			return err
		}
	}
	if route.Socket {
		if err := w.admit(v.RequestEvent); err != nil {
			return err
		}
	}
	v.viewer = session.Viewer(v.RequestEvent)
	w.Store.Remember(v.viewer, session.Began(e)) // one query less for their name
	if route.Access == Members && !(route.Late && !multipart(e.Request)) {
		if err := w.sit(v); err != nil {
			return err
		}
	}
	w.limitBody(v, route.Upload)
	return route.answer(w, v)
}

// sit finds the viewer's seat in the room of the path; for others there is no
// such room.
func (w *Web) sit(v *visit) (err error) {
	if v.seat.Member.ID != "" {
		return nil
	}
	id := v.Request.PathValue("id")
	if !chat.ValidID(id) {
		return chat.ErrNoRoom
	}
	v.seat, err = w.rows.seats.get(v.now(), place{id, v.viewer.Id}, func() (store.Seat, error) {
		return store.FindSeat(v.App, id, v.viewer.Id)
	})
	return err
}

func multipart(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// limitBody bounds what is read. Files make a form large, where there may be
// any, and come only as multipart.
func (w *Web) limitBody(v *visit, upload string) {
	most := w.Limits.BodyBytes
	if multipart(v.Request) {
		most += map[string]int64{filesInput: int64(w.Limits.Files) * w.Limits.FileBytes, avatarInput: w.Limits.AvatarBytes}[upload]
	}
	// Under PocketBase's rereadable body, which would lose its way over it.
	if body, ok := v.Request.Body.(*router.RereadableReadCloser); ok {
		body.ReadCloser = http.MaxBytesReader(v.Response, body.ReadCloser, most)
		return
	}
	v.Request.Body = http.MaxBytesReader(v.Response, v.Request.Body, most)
}
