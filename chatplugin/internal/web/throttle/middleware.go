package throttle

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
)

// Middleware counts each request of a route in bucket, by the signed-in user
// and by the address that PocketBase's trusted proxy settings make of it. What
// is too much is returned as an error, which the answer package writes.
func (t *Throttle) Middleware(bucket Bucket) *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id: "chatThrottle_" + string(bucket),
		Func: func(e *core.RequestEvent) error {
			if err := t.AllowRequest(bucket, e); err != nil {
				return err
			}
			return e.Next()
		},
	}
}

// AllowRequest counts one use by whoever sent the request: the same count for
// pages and for PocketBase's REST, where request hooks call it. Superusers are
// not counted.
func (t *Throttle) AllowRequest(bucket Bucket, e *core.RequestEvent) error {
	if e.HasSuperuserAuth() {
		return nil
	}
	user := ""
	if e.Auth != nil {
		user = e.Auth.Id
	}
	return t.Allow(bucket, user, e.RealIP())
}
