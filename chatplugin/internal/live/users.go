package live

import (
	"sync/atomic"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/hub"
)

// bindUsers ends the sockets of people whose sign-in ended: on every path a
// changed password or e-mail gives the user another token key.
func (l *Live) bindUsers(app core.App) {
	users := l.store.Users.Collection
	on(app.OnRecordAfterUpdateSuccess(users), "user_changed", first, func(e *core.RecordEvent) error {
		if e.Record.TokenKey() != e.Record.Original().TokenKey() {
			l.hub.Disconnect(e.Record.Id, hub.CodeRevoked)
		}
		return e.Next()
	})
	on(app.OnRecordAfterDeleteSuccess(users), "user_gone", first, func(e *core.RecordEvent) error {
		l.hub.Disconnect(e.Record.Id, hub.CodeRevoked)
		return e.Next()
	})
	on(app.OnRecordAfterUpdateSuccess(users), "user_shown", first, l.personChanged)
	l.bindSecret(app, users)
}

// bindSecret ends all sockets when the secret behind every token is another. By
// the time of the after hook PocketBase's cache has the new one already, so the
// old one is looked up before.
func (l *Live) bindSecret(app core.App, users string) {
	var before atomic.Pointer[string]
	on(app.OnCollectionUpdate(users), "users_changing", first, func(e *core.CollectionEvent) error {
		if cached, err := e.App.FindCachedCollectionByNameOrId(e.Collection.Id); err == nil {
			secret := cached.AuthToken.Secret
			before.Store(&secret)
		}
		return e.Next()
	})
	on(app.OnCollectionAfterUpdateSuccess(users), "users_changed", first, func(e *core.CollectionEvent) error {
		if secret := before.Swap(nil); secret != nil && *secret != e.Collection.AuthToken.Secret {
			l.hub.DisconnectAll(hub.CodeRevoked)
		}
		return e.Next()
	})
}

// OnEnd says who is to hear of sessions that other nodes ended; of all of a
// user's, where no session is named.
func (l *Live) OnEnd(do func(user, session string)) { l.ended.Store(&do) }

// endedElsewhere is told before the sockets close.
func (l *Live) endedElsewhere(user, session string) {
	if user == "" { // a new secret, which PocketBase has in memory
		if err := l.app.ReloadCachedCollections(); err != nil {
			l.log.Warn("chat: collections were changed by another process and could not be read again", "error", err)
		}
	}
	if do := l.ended.Load(); do != nil {
		(*do)(user, session)
	}
}

// End closes all sockets of a user: they are signed out.
func (l *Live) End(user string) { l.hub.Disconnect(user, hub.CodeRevoked) }
