package session

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"
)

// claims are what a session needs to know of a token that PocketBase has
// already verified.
type claims struct {
	user        string
	refreshable bool // false for the static tokens of impersonation
	expires     time.Time
}

func readClaims(token string) claims {
	raw, err := security.ParseUnverifiedJWT(token)
	if err != nil {
		return claims{}
	}
	user, _ := raw[core.TokenClaimId].(string)
	refreshable, _ := raw[core.TokenClaimRefreshable].(bool)
	expires := time.Time{}
	if at, err := raw.GetExpirationTime(); err == nil && at != nil {
		expires = at.Time
	}
	return claims{user: user, refreshable: refreshable, expires: expires}
}

// headerToken is the PocketBase token in the Authorization header, read as
// PocketBase reads it. A proxy's Basic credentials are no token: the browser
// adds those by itself, and the session is in the cookie beside them.
func headerToken(r *http.Request) string {
	token := r.Header.Get("Authorization")
	if len(token) > 7 && strings.EqualFold(token[:7], "Bearer ") {
		token = token[7:]
	}
	token = strings.TrimSpace(token)
	if strings.Contains(token, " ") {
		return ""
	}
	return token
}

// headerSession names the session of a client that brings its token itself:
// the same for each request with that token.
func headerSession(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:sessionBytes])
}

// Holder tells a client that brings its token in the Authorization header, on
// PocketBase's own routes: as Load does, but without changing whom PocketBase
// takes the request to be from. It says false for guests, superusers, static
// tokens and other collections' records. The event that it answers is for
// [SessionID], [Expires] and [Session.Renewer].
func (s *Session) Holder(e *core.RequestEvent) (*core.RequestEvent, bool) {
	token := headerToken(e.Request)
	if token == "" || e.Auth == nil {
		return nil, false
	}
	held := &core.RequestEvent{App: e.App, Auth: e.Auth}
	held.Request, held.Response = e.Request, e.Response
	s.loadHeader(held, token)
	return held, Viewer(held) != nil
}
