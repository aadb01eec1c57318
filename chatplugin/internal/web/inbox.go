package web

import (
	"net/http"
	"strings"

	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// How many rows a page of the list has, and how much of a filter is looked at.
const (
	listPage   = 30
	queryRunes = 100
)

// inbox answers GET /: the page with the list.
func (w *Web) inbox(v *visit) error {
	list, err := w.list(v)
	if err != nil {
		return err
	}
	return w.showList(v, list)
}

// listPartial answers GET /list-partial/: the list alone, or its next rows.
// Somebody without script who follows the link to more gets a page.
func (w *Web) listPartial(v *visit) error {
	list, err := w.list(v)
	if err != nil {
		return err
	}
	if answer.Navigating(v.Request) || wants(v.Request) == answer.JSON {
		return w.showList(v, list)
	}
	site := w.answers.Site(v.RequestEvent)
	if !list.First {
		return w.answers.HTML(v.RequestEvent, http.StatusOK, w.Views.ListRows(site, list))
	}
	return w.answers.HTML(v.RequestEvent, http.StatusOK, w.Views.RoomList(site, list))
}

// showList answers with a page of which the list is a part.
func (w *Web) showList(v *visit, list templates.List) error {
	if wants(v.Request) == answer.JSON {
		return w.data(v, dataOfList(list))
	}
	page := w.answers.Model(v.RequestEvent, v.view.Site.Labels.Chats)
	page.Unread = list.Unread
	component := w.Views.InboxPage
	if page.Panel {
		component = w.Views.WidgetList
	}
	return w.answers.HTML(v.RequestEvent, http.StatusOK, component(page, list))
}

// list is what the query asks for, and the total over all rooms with it.
func (w *Web) list(v *visit) (templates.List, error) {
	query := v.Request.URL.Query()
	asked := listAsked{
		ListQuery: store.ListQuery{Viewer: v.viewer.Id, Before: query.Get("before"), Name: filter(query.Get("q")), Limit: listPage},
		open:      query.Get("open"), in: v.view, panel: w.inPanel(v.Request.URL.Path), drawn: wants(v.Request) != answer.JSON,
	}
	return w.rows.lists.get(v.now(), asked, func() (templates.List, error) { return w.readList(v, asked) })
}

func (w *Web) readList(v *visit, asked listAsked) (templates.List, error) {
	listing, err := w.Store.List(v.App, asked.ListQuery)
	if err != nil {
		return templates.List{}, err
	}
	rows, err := v.view.Rows(v.App, v.viewer.Id, listing.Rows)
	if err != nil {
		return templates.List{}, err
	}
	list := templates.List{Rows: rows, Query: asked.Name, First: asked.Before == "", Unread: int(listing.Total), Open: asked.open}
	if listing.More {
		list.Next = listing.Rows[len(listing.Rows)-1].Cursor()
	}
	if asked.drawn {
		err = w.drawRows(v, asked, &list)
	}
	return list, err
}

// filter is what to look for in names.
func filter(q string) string {
	q = strings.Join(strings.Fields(strings.ToValidUTF8(q, "")), " ")
	if runes := []rune(q); len(runes) > queryRunes {
		q = string(runes[:queryRunes])
	}
	return q
}
