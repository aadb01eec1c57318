package browser

import (
	"os"
	"testing"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// shadow is what is in the widget's element, frame the panel in it.
const (
	shadow = `document.querySelector("pocket-chat").shadowRoot`
	frame  = shadow + `.querySelector("iframe")`
)

// yard runs a whole application with the pages of the demo host.
func yard(t *testing.T) *chattest.App {
	t.Helper()
	app := chattest.NewApp(t, chatplugin.Config{AppName: "Harbour"})
	withPages(app)
	return app.Serve()
}

func withPages(app *chattest.App) {
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Router.GET("/demo/{path...}", apis.Static(os.DirFS("../../pb_public/demo"), false))
		return e.Next()
	})
}

// scoped is an expression about the panel, where it is meant for that.
func (p *person) scoped(expression string) string {
	if !p.panel {
		return expression
	}
	return `((window) => ((document, location, localStorage, sessionStorage, innerWidth, innerHeight, scrollTo, getComputedStyle) => (` + expression + `))(
		window.document, window.location, window.localStorage, window.sessionStorage, window.innerWidth, window.innerHeight, window.scrollTo, window.getComputedStyle))(` + frame + `.contentWindow)`
}

// inside is the same person, doing things in the panel.
func (p *person) inside() *person {
	return &person{t: p.t, ctx: p.ctx, name: p.name + " (in the panel)", base: p.base, touch: p.touch, panel: true}
}

// onPage is a place in the panel as one of the page around it, which nothing
// may cover.
func (p *person) onPage(at place) place {
	p.t.Helper()
	if !p.panel {
		return at
	}
	outer := &person{t: p.t, ctx: p.ctx, name: p.name, base: p.base}
	box := eval[place](outer, `(({ left, top }) => ({ x: left, y: top }))(`+frame+`.getBoundingClientRect())`)
	at.X, at.Y = at.X+box.X, at.Y+box.Y
	if hit := eval[string](outer, `document.elementFromPoint(`+js(at.X)+`, `+js(at.Y)+`)?.localName ?? ""`); hit != "pocket-chat" {
		p.t.Fatalf("%s: the panel is covered by %q", p.name, hit)
	}
	return at
}

// badged waits for the number on the widget's button, 0 for none.
func (p *person) badged(n string) {
	p.t.Helper()
	if n == "" {
		p.wait("no badge", `(`+pick("widget .launch")+`) && `+shadow+`.querySelector(".badge").hidden`)
		return
	}
	p.wait("the badge "+n, `((b) => b.checkVisibility() && b.textContent === `+js(n)+`)(`+shadow+`.querySelector(".badge"))`)
}

// opens opens the widget and answers the person in it.
func (p *person) opens() *person {
	p.t.Helper()
	p.click("widget .launch")
	in := p.inside()
	in.live()
	p.settled()
	return in
}

// settled waits until the panel stands still.
func (p *person) settled() {
	p.t.Helper()
	p.wait("the panel in its place", `((e) => e && e.classList.contains("shown") && e.getAnimations().length === 0 && getComputedStyle(e).opacity === "1")(`+shadow+`.querySelector(".panel"))`)
}

// gone waits until nothing of the widget shows, and no frame is left.
func (p *person) gone() {
	p.t.Helper()
	p.wait("no widget", `((e) => !e?.shadowRoot || (e.shadowRoot.querySelector(".root").hidden && !e.shadowRoot.querySelector("iframe") &&
		e.shadowRoot.querySelector(".badge").textContent === ""))(document.querySelector("pocket-chat"))`)
}

// crewed is an application with the demo's pages, and Ann, to whom Bob wrote.
func crewed(t *testing.T) (app *chattest.App, ann, bob *core.Record, room string) {
	t.Helper()
	app = yard(t)
	users := app.Users("Ann Berg", "Bob Castle")
	ann, bob = users[0], users[1]
	room = app.Direct(ann, bob)
	app.Message(room, bob, "hello Ann")
	return app, ann, bob, room
}
