package session

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// renew asks PocketBase for a new token once half the life of this one is
// gone. PocketBase checks its auth rule again there: an account that may no
// longer sign in ends here. Where PocketBase cannot answer now, the old token
// serves on.
func (s *Session) renew(e *core.RequestEvent, c cookie, old claims) {
	life := e.Auth.Collection().AuthToken.DurationTime()
	if isUpgrade(e.Request) || old.expires.Sub(s.Now()) > life/2 || !s.book.claim(c.session, old.expires) {
		return
	}
	result, err := s.Inner.Post(e, s.endpoint("auth-refresh"), c.token, nil)
	if err != nil {
		e.App.Logger().Warn("A chat session could not be renewed", "error", err)
		return
	}
	switch result.Status {
	case http.StatusOK:
		fresh := readClaims(result.Token())
		if fresh.expires.After(old.expires) && s.book.renewed(c.session, fresh.expires) {
			s.writeCookie(e, c.session, result.Token(), fresh.expires, c.secure)
			e.Set(stateKey, state{id: c.session, expires: fresh.expires})
		}
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		s.end(e.Auth.Id, c.session, old.expires)
		s.clearCookie(e)
		s.forget(e)
	}
}

// end closes a session on this server.
func (s *Session) end(user, session string, expires time.Time) {
	if session != hostSession {
		s.book.end(session, expires)
	}
	s.OnSignOut(user, session)
}

// Ended notes a session that was ended on another server: its cookie may still
// come here.
func (s *Session) Ended(_, session string) {
	if session == "" || session == hostSession {
		return
	}
	life := time.Hour
	if users, err := s.collection(); err == nil {
		life = users.AuthToken.DurationTime()
	}
	s.book.end(session, s.Now().Add(life))
}

// Renewer watches over a socket of this request's session. The function that
// it returns says until when the session now lasts, and false once it is over:
// signed out, expired, the user deleted, the password changed, the collection's
// secret rotated. A database that cannot answer ends nothing.
func (s *Session) Renewer(e *core.RequestEvent) func(context.Context) (time.Time, bool) {
	viewer := Viewer(e)
	if viewer == nil {
		return func(context.Context) (time.Time, bool) { return time.Time{}, false }
	}
	users, user := viewer.Collection().Id, viewer.Id
	key := signingKey{viewer.TokenKey(), viewer.Collection().AuthToken.Secret}
	id, expires := SessionID(e), Expires(e)
	return func(context.Context) (time.Time, bool) {
		if s.book.ended(id) {
			return time.Time{}, false
		}
		collection, now, err := s.signing(users, user)
		if errors.Is(err, sql.ErrNoRows) || err == nil && now != key {
			return time.Time{}, false
		}
		until := expires
		if id == hostSession && err == nil {
			until = s.Now().Add(collection.AuthToken.DurationTime())
		}
		if renewed := s.book.expires(id); renewed.After(until) {
			until = renewed
		}
		return until, until.After(s.Now())
	}
}

// signingKey is what PocketBase signs a user's tokens with.
type signingKey struct{ token, secret string }

// signing reads it as it is now; the error is sql.ErrNoRows where there is no
// such user any more. Thousands of sockets ask at once, so it reads the row alone.
func (s *Session) signing(users, user string) (*core.Collection, signingKey, error) {
	collection, err := s.App.FindCachedCollectionByNameOrId(users)
	if err != nil {
		return nil, signingKey{}, err
	}
	row, err := s.Row(&core.RequestEvent{App: s.App}, collection, user) // for no request
	if err == nil && row == nil {
		err = sql.ErrNoRows
	}
	return collection, signingKey{row[core.FieldNameTokenKey].String, collection.AuthToken.Secret}, err
}
