package session

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// The cookie's names. Browsers take one that begins with __Host- from this
// very host over TLS alone, so no other subdomain can plant one.
const (
	CookieName       = "chat_session"
	SecureCookieName = "__Host-chat_session"
)

// cookie is a session as the browser keeps it.
type cookie struct {
	session string
	token   string
	secure  bool // it came under the secure name
}

// sessionBytes make an id that cannot be guessed.
const sessionBytes = 16

func newSessionID() string {
	random := make([]byte, sessionBytes)
	_, _ = rand.Read(random) // never fails, says crypto/rand
	return base64.RawURLEncoding.EncodeToString(random)
}

// readCookie takes the session out of the request. Over TLS only the secure
// name counts.
func readCookie(e *core.RequestEvent) (cookie, bool) {
	names := []string{SecureCookieName, CookieName}
	if IsTLS(e) {
		names = names[:1]
	}
	for _, name := range names {
		found, err := e.Request.Cookie(name)
		if err != nil {
			continue
		}
		session, token, ok := strings.Cut(found.Value, ".")
		id, err := base64.RawURLEncoding.DecodeString(session)
		if ok && err == nil && len(id) == sessionBytes && token != "" {
			return cookie{session: session, token: token, secure: name == SecureCookieName}, true
		}
	}
	return cookie{}, false
}

// hasCookie reports whether the request brings a session cookie, good or bad.
func hasCookie(r *http.Request) bool {
	for _, name := range []string{SecureCookieName, CookieName} {
		if _, err := r.Cookie(name); err == nil {
			return true
		}
	}
	return false
}

// writeCookie hands the session to the browser until its token expires.
func (s *Session) writeCookie(e *core.RequestEvent, session, token string, expires time.Time, secure bool) {
	c := &http.Cookie{
		Name:     CookieName,
		Value:    session + "." + token,
		Path:     "/", // the sockets are outside the base path, and __Host- demands it
		MaxAge:   max(int(expires.Sub(s.Now())/time.Second), 1),
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	}
	if secure || IsTLS(e) || originIsTLS(e.Request) {
		c.Name, c.Secure = SecureCookieName, true
	}
	setCookie(e, c)
}

// clearCookie takes the session from the browser, under either name.
func (s *Session) clearCookie(e *core.RequestEvent) {
	for _, name := range []string{CookieName, SecureCookieName} {
		if _, err := e.Request.Cookie(name); err != nil {
			continue
		}
		setCookie(e, &http.Cookie{
			Name: name, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode,
			Secure: name == SecureCookieName,
		})
	}
}

// setCookie sets a cookie in place of one of the same name that this answer
// sets already, as when a session is renewed and ended by one request.
func setCookie(e *core.RequestEvent, c *http.Cookie) {
	header := e.Response.Header()
	kept := slices.DeleteFunc(header.Values("Set-Cookie"), func(line string) bool {
		return strings.HasPrefix(line, c.Name+"=")
	})
	header["Set-Cookie"] = append(slices.Clip(kept), c.String())
}

// IsTLS reports whether the browser came over TLS. A proxy's word for it
// counts only where PocketBase's settings name trusted proxy headers, and of
// several words the one that the settings would take of several addresses.
func IsTLS(e *core.RequestEvent) bool {
	if e.IsTLS() {
		return true
	}
	proxy := e.App.Settings().TrustedProxy
	if len(proxy.Headers) == 0 {
		return false
	}
	values := e.Request.Header.Values("X-Forwarded-Proto")
	if len(values) == 0 {
		return false
	}
	protos := strings.Split(values[len(values)-1], ",")
	proto := protos[len(protos)-1]
	if proxy.UseLeftmostIP {
		proto = protos[0]
	}
	proto = strings.ToLower(strings.TrimSpace(proto))
	return proto == "https" || proto == "wss"
}

// originIsTLS reports whether the browser itself says that the page which sent
// this form is ours and came over TLS: so the cookie is secure behind a proxy
// that nobody told PocketBase of. A script cannot write this header.
func originIsTLS(r *http.Request) bool {
	origin, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && origin.Scheme == "https" && origin.Host != "" && strings.EqualFold(origin.Host, r.Host)
}
