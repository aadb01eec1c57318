package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/store"
)

// widgetState is what the loader in a host's page has to know. Guests hear no
// more than that they are guests, with a status that no console complains of.
type widgetState struct {
	SignedIn bool              `json:"signedIn"`
	Viewer   string            `json:"viewer,omitempty"`
	Unread   int64             `json:"unread,omitempty"`
	Rooms    []widgetRoom      `json:"rooms,omitempty"`
	Socket   string            `json:"socket,omitempty"`
	Scripts  map[string]string `json:"scripts,omitempty"`
	Lang     string            `json:"lang,omitempty"`
	Words    map[string]string `json:"words,omitempty"`
	Counts   map[string]string `json:"counts,omitempty"` // "{n} unread messages" by the names of plural forms
}

// widgetRoom is what counting on from here needs to know of a room.
type widgetRoom struct {
	ID      string `json:"id"`
	Posts   int64  `json:"posts"`
	Unread  int64  `json:"unread"`
	ReadRev int64  `json:"readRev"`
}

// widgetState answers GET /widget-state/: who looks at the host's page, and
// with ?rooms=1 what the badge counts on from.
func (w *Web) widgetState(v *visit) error {
	w.shareWithOrigins(v)
	if v.viewer == nil {
		return w.answers.JSON(v.RequestEvent, http.StatusOK, widgetState{})
	}
	total, rooms, err := w.counted(v)
	if err != nil {
		return err
	}
	site := w.answers.Site(v.RequestEvent)
	state := widgetState{
		SignedIn: true, Viewer: v.viewer.Id, Unread: total, Rooms: rooms, Socket: site.Socket + "/inbox/",
		Scripts: map[string]string{
			"view": site.Asset("widget-view.js"), "panel": site.Asset("widget-panel.js"), "live": site.Asset("widget-live.js"),
		},
		Words: map[string]string{
			"chats": site.Labels.Chats, "open": site.Labels.OpenChat, "close": site.Labels.CloseChat,
			"failed": site.Labels.ChatFailed, "again": site.Labels.TryAgain,
		},
		Lang: site.Lang, Counts: site.Labels.Unread.Forms(),
	}
	return w.answers.JSON(v.RequestEvent, http.StatusOK, state)
}

// counted is the viewer's total, and where it is asked for, the rooms at the
// top of the list: those where something is likely to come.
func (w *Web) counted(v *visit) (int64, []widgetRoom, error) {
	if !v.Request.URL.Query().Has("rooms") {
		total, err := w.total(v)
		return total, nil, err
	}
	listing, err := w.Store.List(v.App, store.ListQuery{Viewer: v.viewer.Id, Limit: listPage})
	rooms := make([]widgetRoom, len(listing.Rows))
	for i, room := range listing.Rows {
		rooms[i] = widgetRoom{ID: room.ID, Posts: room.Posts, Unread: room.Unread(), ReadRev: room.ReadRev}
	}
	return listing.Total, rooms, err
}

// shareWithOrigins lets pages of allowed origins read the answer, which the
// cookie was sent for.
func (w *Web) shareWithOrigins(v *visit) {
	header := v.Response.Header()
	header.Add("Vary", "Origin")
	if origin := v.Request.Header.Get("Origin"); slices.Contains(w.Origins, origin) {
		header.Set("Access-Control-Allow-Origin", origin)
		header.Set("Access-Control-Allow-Credentials", "true")
	}
}

// signInOutside answers GET /widget/sign-in/: the page for signing in is the
// same everywhere, and leads back into the panel.
func (w *Web) signInOutside(v *visit) error {
	next := url.QueryEscape(w.base + panelPath + "/")
	return w.answers.Redirect(v.RequestEvent, w.base+"/sign-in/?next="+next)
}

var localeTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$`)

// keepLocale remembers the language that the widget's element asks for, for
// what its panel asks for afterwards. The cookie is sent to the panel alone.
func (w *Web) keepLocale(e *core.RequestEvent) {
	asked := e.Request.URL.Query()
	if !w.inPanel(e.Request.URL.Path) || !asked.Has(localeQuery) {
		return
	}
	locale := asked.Get(localeQuery)
	c := &http.Cookie{Name: localeCookie, Value: locale, Path: w.base + panelPath, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if !localeTag.MatchString(locale) {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(e.Response, c)
}
