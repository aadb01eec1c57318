package session

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/web/answer"
)

// Require lets only signed-in viewers through. A guest's browser goes to the
// sign-in page, which leads back; htmx is told the way in a header, with 401;
// other clients and sockets get 401.
func (s *Session) Require() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id: RequireID,
		Func: func(e *core.RequestEvent) error {
			if Viewer(e) != nil {
				return e.Next()
			}
			switch answer.KindOf(e.Request) {
			case answer.Page:
				return s.Answers.Redirect(e, s.SignInPath(s.here(e.Request)))
			case answer.Fragment:
				e.Response.Header().Set("HX-Redirect", s.SignInPath(s.here(e.Request)))
			}
			return e.UnauthorizedError(s.Words.SignInFirst, nil)
		},
	}
}

// Protect refuses what other sites make a browser send: every request that
// may change something and comes neither from our own pages nor from an allowed
// origin. A client that brings its token itself cannot be made to, and is let
// through, unless it has our cookie as well.
func (s *Session) Protect() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id:       ProtectID,
		Priority: apis.DefaultRateLimitMiddlewarePriority + 1,
		Func: func(e *core.RequestEvent) error {
			if headerToken(e.Request) != "" && !hasCookie(e.Request) {
				return e.Next()
			}
			if err := s.checkCrossOrigin(e.Request); err != nil {
				return err
			}
			return e.Next()
		},
	}
}

func (s *Session) checkCrossOrigin(r *http.Request) error {
	if err := s.cross.Check(r); err != nil && !s.isPublicOrigin(r.Header.Get("Origin")) {
		return chat.Refuse(chat.Forbidden, "", s.Words.CrossSite)
	}
	return nil
}

// CheckOrigin reports whether a WebSocket handshake may use the cookie: it
// comes from our own pages, from an allowed origin or from no browser at all.
// A handshake is a GET, so [Session.Protect] lets it pass.
func (s *Session) CheckOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || headerToken(r) != "" || r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		return true
	}
	if u, err := url.Parse(origin); err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host) {
		return true
	}
	if s.isPublicOrigin(origin) {
		return true
	}
	// The same list as for forms, asked in the words of a form.
	probe := &http.Request{Method: http.MethodPost, Host: r.Host, URL: r.URL, Header: http.Header{"Origin": {origin}}}
	return s.cross.Check(probe) == nil
}

// isPublicOrigin reports whether origin is the address that PocketBase's
// settings give for this application: a proxy may have replaced the Host header
// that it would be compared to. The untouched setting says localhost, which is
// anybody's own machine, and doesn't count.
func (s *Session) isPublicOrigin(origin string) bool {
	public, err := url.Parse(s.App.Settings().Meta.AppURL)
	if err != nil || public.Host == "" || origin == "" {
		return false
	}
	switch strings.ToLower(public.Hostname()) {
	case "localhost", "127.0.0.1", "::1":
		return false
	}
	return strings.EqualFold(origin, public.Scheme+"://"+public.Host)
}
