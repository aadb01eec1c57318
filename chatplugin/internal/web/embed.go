package web

import (
	"context"
	"io"
	"net/http"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/templates"
)

// Place is a page of the host's own, as far as our components need to know it.
type Place struct {
	// Viewer is who the page is for, a record of the users collection. For nil
	// and for any other record nothing of the chat is shown.
	Viewer *core.Record

	// Lang is the page's language as a tag, or a whole Accept-Language header;
	// the first of the languages if empty.
	Lang string

	// Nonce is that of the page's Content-Security-Policy for styles, if it has
	// one. Only an embedded room needs it.
	Nonce string
}

// at is a component for whoever may see it, made when it is rendered.
func (w *Web) at(p Place, show func(*visit, templates.Page) (templ.Component, error)) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, out io.Writer) error {
		if p.Viewer == nil || p.Viewer.Collection().Name != w.Store.Users.Collection {
			return nil
		}
		v, err := w.guestVisit(ctx, p)
		if err != nil {
			return err
		}
		page := templates.Page{Site: v.view.Site, Viewer: v.view.Viewer(p.Viewer), Nonce: p.Nonce}
		if page.App == "" {
			page.App = appName(w.App)
		}
		total, err := w.total(v)
		if err != nil {
			return err
		}
		page.Unread = int(total)
		component, err := show(v, page)
		if err != nil || component == nil {
			return err
		}
		return component.Render(ctx, out)
	})
}

// guestVisit is the visit that a page of ours would be for the same viewer.
func (w *Web) guestVisit(ctx context.Context, p Place) (*visit, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base+"/", http.NoBody)
	if err != nil {
		return nil, err
	}
	spoken, _ := w.View.Speaking(p.Lang)
	event := &core.RequestEvent{App: w.App, Event: router.Event{Request: request}}
	return &visit{RequestEvent: event, viewer: p.Viewer, view: spoken}, nil
}

// Head is what a host's page has in its head for the components below.
func (w *Web) Head(p Place) templ.Component {
	spoken, _ := w.View.Speaking(p.Lang)
	return templates.HostHead(spoken.Site)
}

// Badge is the viewer's unread total.
func (w *Web) Badge(p Place) templ.Component {
	return w.at(p, func(v *visit, page templates.Page) (templ.Component, error) {
		return w.Views.Badge(page.Site, templates.Badge{Viewer: v.viewer.Id, Unread: page.Unread}), nil
	})
}

// MessageThem is the button that opens the room with one person: nothing where
// the viewer may not write to them, or is them.
func (w *Web) MessageThem(p Place, user string) templ.Component {
	return w.at(p, func(v *visit, page templates.Page) (templ.Component, error) {
		other, err := w.Acts.Reach(v.App, v.viewer, user)
		if err != nil || other == nil || other.Id == v.viewer.Id {
			return nil, err
		}
		return w.Views.MessageThem(page.Site, v.view.Viewer(other)), nil
	})
}

// EmbeddedList is the viewer's list of rooms.
func (w *Web) EmbeddedList(p Place) templ.Component {
	return w.at(p, func(v *visit, page templates.Page) (templ.Component, error) {
		list, err := w.list(v)
		page.Unread = list.Unread
		return w.Views.EmbeddedList(page, list), err
	})
}

// EmbeddedRoom is a room of the viewer's. Rendering it fails where there is no
// such room for them.
func (w *Web) EmbeddedRoom(p Place, room string) templ.Component {
	return w.at(p, func(v *visit, page templates.Page) (templ.Component, error) {
		if !chat.ValidID(room) {
			return nil, chat.ErrNoRoom
		}
		seat, err := store.FindSeat(v.App, room, v.viewer.Id)
		if err != nil {
			return nil, err
		}
		v.seat = seat
		shown, err := w.openRoom(v)
		return w.Views.EmbeddedRoom(page, shown), err
	})
}
