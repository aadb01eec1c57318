package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// model is a page for somebody who is signed in, with their unread total.
func (w *Web) model(v *visit, title string) (templates.Page, error) {
	page := w.answers.Model(v.RequestEvent, title)
	total, err := w.total(v)
	page.Unread = int(total)
	return page, err
}

func (w *Web) total(v *visit) (int64, error) {
	return w.rows.totals.get(v.now(), v.viewer.Id, func() (int64, error) { return store.UnreadTotal(v.App, v.viewer.Id) })
}

// show answers with a page around a component.
func show[M any](w *Web, v *visit, title string, component func(templates.Page, M) templ.Component, model M) error {
	page, err := w.model(v, title)
	if err != nil {
		return err
	}
	return w.answers.HTML(v.RequestEvent, http.StatusOK, component(page, model))
}

// inPanel reports whether a path is one of the widget's panel.
func (w *Web) inPanel(path string) bool {
	return path == w.base+panelPath || strings.HasPrefix(path, w.base+panelPath+"/")
}

// root is where the pages are that the request is for: the panel's, or ours.
func (w *Web) root(v *visit) string {
	if w.inPanel(v.Request.URL.Path) {
		return w.base + panelPath
	}
	return w.base
}

// outside is the same page without the panel around it.
func (w *Web) outside(path string) string {
	return w.base + strings.TrimPrefix(path, w.base+panelPath)
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
	return w.answers.Redirect(v.RequestEvent, w.root(v)+"/"+room+"/")
}
