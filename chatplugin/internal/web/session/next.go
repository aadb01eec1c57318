package session

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"pocketchat/chatplugin/internal/web/answer"
)

// maxNext is longer than any address of ours, and bounds what is echoed.
const maxNext = 2048

// SafeNext is where to go after signing in: raw if it is a path of this site,
// and home otherwise. Browsers take "//host", "/\host" and, dropping tabs and
// line ends, "/\t/host" for other sites; none of these comes through. The
// sign-in pages themselves would lead in a circle.
func SafeNext(base, raw string) string {
	home := base + "/"
	if len(raw) < 1 || len(raw) > maxNext || raw[0] != '/' {
		return home
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return home
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return home
	}
	clean := path.Clean(u.Path)
	if strings.HasPrefix(raw, "//") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(u.Path, "\\\r\n\t\x00") {
		return home
	}
	for _, page := range []string{"/sign-in", "/sign-up", "/sign-out", "/session"} {
		if clean == base+page {
			return home
		}
	}
	return u.String()
}

// path is a page of ours that leads on to next.
func (s *Session) path(page, next string) string {
	return s.Base + page + "?next=" + url.QueryEscape(SafeNext(s.Base, next))
}

// here is the page that the person looks at: what a guest is led back to.
func (s *Session) here(r *http.Request) string {
	if answer.KindOf(r) == answer.Page && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		return r.URL.RequestURI()
	}
	for _, name := range []string{"HX-Current-URL", "Referer"} {
		if u, err := url.Parse(r.Header.Get(name)); err == nil && u.Host == r.Host {
			return u.RequestURI()
		}
	}
	return s.Base + "/"
}
