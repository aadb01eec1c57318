package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// model is a page for somebody who is signed in, with their unread total.
func (w *Web) model(v *visit, title string) (templates.Page, error) {
	page := w.answers.Model(v.RequestEvent, title)
	total, err := store.UnreadTotal(v.App, v.viewer.Id)
	page.Unread = int(total)
	return page, err
}

// show answers with a page around a component.
func show[M any](w *Web, v *visit, title string, component func(templates.Page, M) templ.Component, model M) error {
	page, err := w.model(v, title)
	if err != nil {
		return err
	}
	return w.answers.HTML(v.RequestEvent, http.StatusOK, component(page, model))
}

// inPanel reports whether the request comes from the widget's panel or is for
// it: links in its fragments stay in it.
func (w *Web) inPanel(r *http.Request) bool {
	if w.panelPath(r.URL.Path) {
		return true
	}
	from, err := url.Parse(r.Header.Get("Referer"))
	return err == nil && wants(r) == answer.Fragment && from.Host == r.Host && w.panelPath(from.Path)
}

func (w *Web) panelPath(path string) bool {
	return path == w.base+"/widget" || strings.HasPrefix(path, w.base+"/widget/")
}

func wants(r *http.Request) answer.Kind { return answer.KindOf(r) }

// done answers a change: on to a page, or 204 to a client without pages.
func (w *Web) done(v *visit, path string) error {
	if wants(v.Request) == answer.JSON {
		return w.answers.NoContent(v.RequestEvent)
	}
	return w.answers.Redirect(v.RequestEvent, path)
}

// opened answers a new room, or one that was there: on to it.
func (w *Web) opened(v *visit, room string) error {
	if wants(v.Request) == answer.JSON {
		return w.answers.JSON(v.RequestEvent, http.StatusOK, map[string]string{"room": room})
	}
	return w.answers.Redirect(v.RequestEvent, w.base+"/"+room+"/")
}
