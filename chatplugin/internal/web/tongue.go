package web

import (
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/view"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/chatplugin/internal/web/session"
)

const (
	langCookie   = "chat_lang"
	langQuery    = "lang"
	localeQuery  = "locale"      // of the widget's panel
	localeCookie = "chat_locale" // which keeps it for the panel's pages
	langHeader   = "X-Chat-Lang" // of a script's request: the language of its page
	langKey      = "chatView"
	langKept     = 365 * 24 * 60 * 60 // seconds
)

// speaking is the view in the language of the request: the one that ?lang= asks
// for, else the one that it asked for before, else the browser's.
func (w *Web) speaking(e *core.RequestEvent) *view.View {
	if spoken, ok := e.Get(langKey).(*view.View); ok {
		return spoken
	}
	header := e.Request.Header
	spoken, _ := w.View.Speaking(e.Request.URL.Query().Get(langQuery), header.Get(langHeader), w.panelLang(e.Request),
		kept(e.Request, langCookie), header.Get("Accept-Language"))
	e.Set(langKey, spoken)
	return spoken
}

func kept(r *http.Request, cookie string) string {
	if c, err := r.Cookie(cookie); err == nil {
		return c.Value
	}
	return ""
}

// panelLang is the language that the widget's element asks for, in its panel
// alone.
func (w *Web) panelLang(r *http.Request) string {
	state := strings.TrimSuffix(r.URL.Path, "/") == w.base+"/widget-state"
	if !state && !w.inPanel(r.URL.Path) {
		return ""
	}
	if asked := r.URL.Query(); state || asked.Has(localeQuery) {
		return asked.Get(localeQuery) // in place of what was kept, if it is empty too
	}
	return kept(r, localeCookie)
}

// keepLang has the browser remember the language that a page was asked for in.
func (w *Web) keepLang(e *core.RequestEvent) {
	asked := e.Request.URL.Query().Get(langQuery)
	if asked == "" || e.Request.Method != http.MethodGet || answer.KindOf(e.Request) == answer.JSON {
		return
	}
	if spoken, understood := w.View.Speaking(asked); understood {
		http.SetCookie(e.Response, &http.Cookie{
			Name: langCookie, Value: spoken.Site.Lang, Path: "/", MaxAge: langKept,
			HttpOnly: true, Secure: session.IsTLS(e), SameSite: http.SameSiteLaxMode,
		})
	}
}

// say is a sentence in the language of the request. A client without pages that
// wishes for none hears English.
func (w *Web) say(e *core.RequestEvent, pattern string, pairs ...string) string {
	spoken := w.speaking(e)
	if answer.KindOf(e.Request) == answer.JSON && e.Request.Header.Get("Accept-Language") == "" {
		english, understood := w.View.Speaking("en")
		if !understood {
			return chat.Fill(pattern, pairs)
		}
		spoken = english
	}
	return spoken.Site.Labels.Sentence(pattern, pairs...)
}
