package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/watch"
)

// metrics answers GET /metrics/ to operators. For others it does not exist, as
// for everybody where the host has not switched it on.
func (w *Web) metrics(v *visit) error {
	if !w.Watch.Metrics {
		return w.nothing(v)
	}
	v.Response.Header().Set("Cache-Control", "no-store")
	w.Watch.ServeHTTP(v.Response, v.Request)
	return nil
}

// health answers GET /health/: one word to strangers, the reasons to operators.
// A load balancer takes the node out at 503; one that is degraded still serves.
func (w *Web) health(v *visit) error {
	found, status := w.Watch.Health(), http.StatusOK
	if found.Status == watch.Dead {
		status = http.StatusServiceUnavailable
	}
	if !w.operator(v.RequestEvent) {
		found.Reasons = nil
	}
	v.Response.Header().Set("Cache-Control", "no-store")
	return v.JSON(status, found)
}

// operator says whether a superuser asks, or somebody with the token for it. A
// cookie is not looked at.
func (w *Web) operator(e *core.RequestEvent) bool {
	shown := e.Request.Header.Get("Authorization")
	if len(shown) > 7 && strings.EqualFold(shown[:7], "Bearer ") {
		shown = shown[7:]
	}
	return w.Watch.Knows(shown) || e.HasSuperuserAuth()
}

// routeKey is where a request notes which route it was let in by.
const routeKey = "chatRoute"

// measured counts what is answered, outside of everything that answers. What
// was stopped before it was known where it leads counts as "other".
func (w *Web) measured() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id:       "chatMeasured",
		Priority: apis.DefaultActivityLoggerMiddlewarePriority + 4,
		Func: func(e *core.RequestEvent) error {
			began := time.Now()
			err := e.Next()
			route, known := e.Get(routeKey).(string)
			if !known {
				route = "other"
			}
			w.Watch.Request(route, answered(e, err), time.Since(began))
			return err
		},
	}
}

// answered is the status; 101 where a socket took the connection over.
func answered(e *core.RequestEvent, err error) string {
	status := e.Status()
	if status == 0 {
		if status = http.StatusSwitchingProtocols; err != nil {
			status = http.StatusInternalServerError
		}
	}
	return strconv.Itoa(status)
}

// label is a route as metrics name it: the same for pages and for the panel.
func (w *Web) label(route Route) string {
	path, socket := strings.CutPrefix(route.Path, w.View.Site.Socket)
	if !socket {
		path = strings.TrimPrefix(strings.TrimPrefix(route.Path, w.base)+"/", panelPath+"/")
	}
	path = "/" + strings.Trim(path, "/") + "/"
	if socket {
		path = "/ws" + path
	}
	return route.Method + " " + strings.ReplaceAll(path, "//", "/")
}
