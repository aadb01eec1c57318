package answer

import (
	"net/http"
	"strconv"
	"strings"
)

// Kind is what sort of client asks, and so what it can make use of.
type Kind int

// The kinds of clients.
const (
	Page     Kind = iota // a browser going to a page, or sending a plain form
	Fragment             // htmx or a script of ours, which swaps a piece of the page
	JSON                 // a client without pages
)

// KindOf tells what sort of client asks. JSON has to be asked for by name: a
// browser's and curl's "*/*" mean a page. A WebSocket handshake counts as JSON,
// since no person sees its answer.
func KindOf(r *http.Request) Kind {
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") || prefersJSON(r.Header.Values("Accept")) {
		return JSON
	}
	if r.Header.Get("HX-Request") == "true" || r.Header.Get("X-Chat-Fragment") != "" {
		return Fragment
	}
	return Page
}

// prefersJSON reports whether application/json is named, and not as worth less
// than text/html.
func prefersJSON(accept []string) bool {
	json, html := -1.0, -1.0
	for _, part := range strings.Split(strings.Join(accept, ","), ",") {
		media, params, _ := strings.Cut(part, ";")
		switch strings.ToLower(strings.TrimSpace(media)) {
		case "application/json":
			json = max(json, quality(params))
		case "text/html":
			html = max(html, quality(params))
		}
	}
	return json > 0 && json >= html
}

func quality(params string) float64 {
	for _, param := range strings.Split(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(name, "q") {
			continue
		}
		if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil {
			return q
		}
		return 0
	}
	return 1
}

// Navigating reports whether the browser itself goes to the address, so that a
// fragment would be shown as a page: a form sent without script.
func Navigating(r *http.Request) bool {
	return KindOf(r) == Page && r.Header.Get("Sec-Fetch-Mode") == "navigate"
}
