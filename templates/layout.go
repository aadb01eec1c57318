package templates

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Layout puts a page of ours into a host's own: it answers a whole document with
// content somewhere in its body. Three things make the page work, wherever they
// stand:
//
//   - <html lang={ page.Lang } dir={ page.Dir }>, for the words and for dates;
//   - @Head(page) in the <head>, which has the style sheet, the scripts and the
//     one inline style, whose nonce page.Nonce the answer's
//     Content-Security-Policy names already;
//   - content, once, in the <body>. It fills the height that --chat-height gives
//     it, 100dvh if nothing does: a navigation of 4rem above it leaves
//     calc(100dvh - 4rem).
//
// The policy of these pages stays ours: a layout's own scripts and styles are
// files of the host's, none of it inline.
type Layout func(page Page, content templ.Component) templ.Component

// Document is a whole page: head, notices and its children as its body, in the
// host's layout where there is one. The widget's panel is never in it.
func Document(p Page) templ.Component {
	if p.Layout == nil || p.Panel {
		return plainDocument(p)
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		return p.Layout(p, inside(p, children)).Render(templ.ClearChildren(ctx), w)
	})
}

// Root is what the one element around all of the chat has on a page: where the
// chat is, whose page it is, and the words of its scripts.
func Root(p Page) templ.Attributes {
	attributes := root(p)
	for name, word := range viewerWords(p) {
		attributes[name] = word
	}
	return attributes
}

// root is Root without words.
func root(p Page) templ.Attributes {
	return templ.Attributes{
		"data-chat": true, "data-base": p.Root(), "data-panel": p.Panel, "data-socket": p.Socket, "data-viewer": p.Viewer.ID,
		"data-app": p.App, "data-unread-total": count(p.Unread), "lang": p.Lang, "dir": p.Dir,
	}
}

// body is the <body> of a page of ours, with what Root says, around its children.
func body(p Page) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		if _, err := io.WriteString(w, `<body class="chat-body"`); err != nil {
			return err
		}
		if err := templ.RenderAttributes(ctx, w, root(p)); err != nil {
			return err
		}
		if p.Viewer.ID != "" { // of a guest's page scripts say nothing
			if err := p.kept("words", spelled(p.Labels)).Render(ctx, w); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(w, ">"); err != nil {
			return err
		}
		if err := children.Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, "</body>")
		return err
	})
}

// spelled are the words of scripts as attributes.
func spelled(l *Labels) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return templ.RenderAttributes(ctx, w, words(l))
	})
}
