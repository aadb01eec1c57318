package answer

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
)

// plainKeys are the parts of a query that hold ids, numbers and choices. All
// others may hold what somebody typed: an address, a name, a word to look for.
var plainKeys = map[string]bool{
	"rev": true, "before": true, "after": true, "newer": true, "around": true, "at": true, "m": true, "reply": true,
	"room": true, "rooms": true, "user": true, "lang": true, "locale": true, "thumb": true, "latest": true,
}

// typedKeys are those of ours that do.
var typedKeys = map[string]bool{"q": true, "email": true, "name": true, "next": true, "f": true}

// hidden stands in the log for what was typed.
const hidden = "hidden"

// Discreet keeps what people typed into addresses out of PocketBase's activity
// log, which writes down each with its query: it stands just inside that, and
// hides it once the request is answered.
func (a *Answers) Discreet() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id:       "chatDiscreet",
		Priority: apis.DefaultActivityLoggerMiddlewarePriority + 2,
		Func: func(e *core.RequestEvent) error {
			err := e.Next()
			if e.Request.Header.Get("Upgrade") == "" { // a socket's request lives on
				e.Request = discreet(e.Request)
			}
			return err
		},
	}
}

// discreet is the request without what was typed into its address, or into that
// of the page that it came from.
func discreet(r *http.Request) *http.Request {
	query, typed := withoutTyped(r.URL.RawQuery)
	referer, from := r.Header.Get("Referer"), false
	if page, err := url.Parse(referer); err != nil {
		referer, from = "", true
	} else if page.RawQuery, from = withoutTyped(page.RawQuery); from {
		referer = page.String()
	}
	if !typed && !from {
		return r
	}
	seen, address := *r, *r.URL
	address.RawQuery = query
	seen.URL = &address
	if from {
		seen.Header = r.Header.Clone()
		seen.Header.Set("Referer", referer)
	}
	return &seen
}

func withoutTyped(query string) (cut string, typed bool) {
	if query == "" {
		return "", false
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		key, value, _ := strings.Cut(part, "=")
		switch {
		case plainKeys[key] || part == "":
		case value == "" || !typedKeys[key]: // a key may have been typed as well
			parts[i], typed = hidden, true
		default:
			parts[i], typed = key+"="+hidden, true
		}
	}
	return strings.Join(parts, "&"), typed
}
