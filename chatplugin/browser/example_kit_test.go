package browser

import (
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// withExamples runs a whole application with the front ends of the demo host
// that use none of our pages.
func withExamples(t *testing.T) *chattest.App {
	t.Helper()
	app := chattest.NewApp(t, chatplugin.Config{AppName: "Harbour"})
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Router.GET("/examples/{path...}", apis.Static(os.DirFS("../../pb_public/examples"), false))
		return e.Next()
	})
	return app.Serve()
}

// visitor is somebody at the example, signed in by its form.
func visitor(t *testing.T, base string, user *core.Record, s screen) *person {
	t.Helper()
	p := newPerson(t, base, user.GetString("name"), s)
	p.open("/examples/chat.html")
	p.enter("#sign [name=email]", user.Email())
	p.enter("#sign [name=password]", chattest.Password)
	p.click("#sign button >> Sign in")
	p.see("#app")
	return p
}

// listed are the texts of the example's open room, without what is on its way.
const listed = `[...document.querySelectorAll("#messages > li:not(.system) .body")].map((e) => e.textContent)`

// has waits until the example's open room shows exactly these messages.
func (p *person) has(texts ...string) {
	p.t.Helper()
	p.wait("exactly "+js(texts), `JSON.stringify(`+listed+`) === JSON.stringify(`+js(texts)+`)`)
}

// writes sends a message in the example.
func (p *person) writes(text string) {
	p.t.Helper()
	p.click("#composer textarea")
	p.keys(text + "\r")
}

// counts waits for a room's unread count in the example's list, 0 for none.
func (p *person) counts(name string, unread int) {
	p.t.Helper()
	row := pick("#rooms button >> " + name)
	if unread == 0 {
		p.wait(name+" without a count", `(`+row+`)?.querySelector(".badge").hidden`)
		return
	}
	p.wait("a count at "+name, `((b) => b && !b.hidden && b.textContent === `+js(fmt.Sprint(unread))+`)((`+row+`)?.querySelector(".badge"))`)
}

// upload puts files into an input, as a dialog for choosing them would.
func (p *person) upload(input string, files ...string) {
	p.t.Helper()
	p.do(chromedp.SetUploadFiles(input, files))
}
