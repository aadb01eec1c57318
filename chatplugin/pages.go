package chatplugin

import (
	"context"
	"html/template"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/web"
)

// Place is a page of the host's own that shows something of the chat.
type Place = web.Place

// PlaceOf is the page that answers a request: for who is signed in to it, in the
// browser's language.
func (c *Chat) PlaceOf(e *core.RequestEvent) Place {
	return Place{Viewer: e.Auth, Lang: e.Request.Header.Get("Accept-Language")}
}

// Head is what such a page has in its <head>: the style sheet, whose classes all
// begin with chat-, and the script that keeps badges up to date.
func (c *Chat) Head(p Place) templ.Component { return c.web.Head(p) }

// UnreadBadge is the viewer's unread total, for a navigation bar. It follows
// live where the browser has the chat's cookie, which it gets by signing in on
// the chat's page or by POST /chat/session/; else it shows the number of the
// moment.
func (c *Chat) UnreadBadge(p Place) templ.Component { return c.web.Badge(p) }

// MessageButton opens the viewer's room with another user, made at the first
// press. It is a form, so it works without script. There is no button where
// Config.CanLookUp refuses, and none to write to oneself.
func (c *Chat) MessageButton(p Place, user string) templ.Component {
	return c.web.MessageThem(p, user)
}

// EmbedList is the viewer's list of rooms as a part of the page; its links lead
// to the chat's own pages. Like [Chat.EmbedRoom] it brings all that it needs,
// fills 40rem or the height that --chat-height says, and there may be one of the
// two on a page. The host's styles reach into both; the widget is what they
// cannot reach. A page that has htmx of its own shows the widget as well: each
// of the two would see to the other's attributes.
func (c *Chat) EmbedList(p Place) templ.Component { return c.web.EmbeddedList(p) }

// EmbedRoom is one of the viewer's rooms as a part of the page. Rendering it is
// an *Error where the viewer is in no such room.
func (c *Chat) EmbedRoom(p Place, room string) templ.Component { return c.web.EmbeddedRoom(p, room) }

// Funcs are the same for pages of html/template: chatHead, chatBadge, chatButton
// with a user's id, chatList, and chatRoom with a room's id.
func (c *Chat) Funcs(p Place) template.FuncMap {
	html := func(component templ.Component) (template.HTML, error) {
		return templ.ToGoHTML(context.Background(), component)
	}
	return template.FuncMap{
		"chatHead":   func() (template.HTML, error) { return html(c.Head(p)) },
		"chatBadge":  func() (template.HTML, error) { return html(c.UnreadBadge(p)) },
		"chatButton": func(user string) (template.HTML, error) { return html(c.MessageButton(p, user)) },
		"chatList":   func() (template.HTML, error) { return html(c.EmbedList(p)) },
		"chatRoom":   func(room string) (template.HTML, error) { return html(c.EmbedRoom(p, room)) },
	}
}
