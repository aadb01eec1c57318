package session

import (
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
)

// Fixed ids of the middlewares.
const (
	LoadID    = "chatSessionLoad"
	ProtectID = "chatSessionProtect"
	RequireID = "chatSessionRequire"
)

const stateKey = "chatSession"

// state is what is known of a request's session besides its user.
type state struct {
	id      string
	expires time.Time
}

// Viewer is who is signed in, or nil for a guest. Below [Session.Load] it is
// always a record of the users collection.
func Viewer(e *core.RequestEvent) *core.Record {
	if _, loaded := e.Get(stateKey).(state); !loaded {
		return nil
	}
	return e.Auth
}

// SessionID tells the sessions of one user apart; "" for a guest.
func SessionID(e *core.RequestEvent) string {
	st, _ := e.Get(stateKey).(state)
	return st.id
}

// Expires is when the session ends unless it is renewed before; zero for a guest.
func Expires(e *core.RequestEvent) time.Time {
	st, _ := e.Get(stateKey).(state)
	return st.expires
}

// Load finds out who asks: by the Authorization header if there is one, else
// by what the host's own middlewares have loaded, else by the cookie. It runs
// just after PocketBase has read the header, before its rate limit looks at who
// it is. Superusers, static tokens and other collections' records are guests
// here, whichever way they come.
func (s *Session) Load() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id:       LoadID,
		Priority: apis.DefaultLoadAuthTokenMiddlewarePriority + 1,
		Func: func(e *core.RequestEvent) error {
			token := headerToken(e.Request)
			switch {
			case token != "":
				s.loadHeader(e, token)
			case e.Auth != nil:
				s.loadHost(e)
			default:
				s.loadCookie(e)
			}
			return e.Next()
		},
	}
}

func (s *Session) loadHeader(e *core.RequestEvent, token string) {
	claims, id := s.known.claimsOf(token)
	if e.Auth == nil || claims.user != e.Auth.Id || !claims.refreshable || !s.mayChat(e.Auth) || s.book.ended(id) {
		e.Auth = nil
		return
	}
	e.Set(stateKey, state{id: id, expires: claims.expires})
}

// loadHost accepts a viewer that a host's own session has loaded. Nothing is
// known of that session, so its sockets are checked as one of a usual length.
func (s *Session) loadHost(e *core.RequestEvent) {
	if !s.mayChat(e.Auth) {
		e.Auth = nil
		return
	}
	e.Set(stateKey, state{id: hostSession, expires: s.Now().Add(e.Auth.Collection().AuthToken.DurationTime())})
}

// hostSession is the id of sessions that the host keeps.
const hostSession = "host"

func (s *Session) loadCookie(e *core.RequestEvent) {
	c, ok := readCookie(e)
	if !ok || s.book.ended(c.session) {
		return
	}
	record := s.bearer(e, c.token)
	if record == nil {
		return // expired, revoked or forged: a guest
	}
	claims, _ := s.known.claimsOf(c.token)
	if !claims.refreshable || !s.mayChat(record) {
		return
	}
	e.Auth = record
	e.Set(stateKey, state{id: c.session, expires: claims.expires})
	s.renew(e, c, claims)
}

// mayChat reports whether the record is one of those that the chat is for.
func (s *Session) mayChat(record *core.Record) bool {
	users := record.Collection()
	return !record.IsSuperuser() && (users.Name == s.Users || users.Id == s.Users)
}

func (s *Session) forget(e *core.RequestEvent) {
	e.Auth = nil
	e.Set(stateKey, nil)
}

func isUpgrade(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}
