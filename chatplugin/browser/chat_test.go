package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp/kb"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// serve runs a whole application. Throttles are off: these people are quick.
func serve(t *testing.T) *chattest.App {
	t.Helper()
	return chattest.NewApp(t, chatplugin.Config{AppName: "Harbour"}).Serve()
}

// arrive is somebody whose browser is signed in already, for tests that are
// about something else than signing in.
func arrive(t *testing.T, app *chattest.App, base string, user *core.Record, s screen) *person {
	t.Helper()
	p := newPerson(t, base, user.GetString("name"), s)
	p.signIn(app, user)
	return p
}

func (p *person) signIn(app *chattest.App, user *core.Record) {
	p.t.Helper()
	answer := app.WithToken(app.Token(user)).Do("POST", "/chat/session/", nil)
	header, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	name, value, found := strings.Cut(header, "=")
	if answer.Status != 204 || !found {
		p.t.Fatalf("no session for %s: status %d", p.name, answer.Status)
	}
	call(p, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: p.base, HTTPOnly: new(true)})
}

// signUp makes an account by the page.
func (p *person) signUp(email string) {
	p.t.Helper()
	p.open("/chat/")
	p.at("/chat/sign-in/")
	p.click("a >> Create an account")
	p.at("/chat/sign-up/")
	p.enter("[name=name]", p.name)
	p.enter("[name=email]", email)
	p.enter("[name=password]", chattest.Password)
	p.enter("[name=passwordConfirm]", chattest.Password)
	p.click("button >> Sign up")
	p.at("/chat/")
}

// live waits until the page's socket is open and has caught up.
func (p *person) live() {
	p.t.Helper()
	p.wait("its socket live", `document.querySelector("[data-chat][data-live]")`)
}

// say writes a message and sends it: by Enter, or by the button on touch.
func (p *person) say(text string) {
	p.t.Helper()
	p.click("#chat-body")
	p.keys(text)
	if p.touch {
		p.tap(".chat-send")
	} else {
		p.keys(kb.Enter)
	}
}

// bubbles is an expression for the texts that a room shows, in order, those on
// their way among them.
const bubbles = `[...document.querySelectorAll("#messages .chat-bubble")].map((e) => e.innerText.trim())`

// reads waits until a room shows exactly these messages, each once, in order.
func (p *person) reads(texts ...string) {
	p.t.Helper()
	if texts == nil {
		texts = []string{}
	}
	p.wait(fmt.Sprintf("exactly the messages %q", texts), fmt.Sprintf("JSON.stringify(%s) === JSON.stringify(%s)", bubbles, js(texts)))
}

// hears waits until a room's last message is this one.
func (p *person) hears(text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("the message %q", text), fmt.Sprintf("%s.at(-1) === %s", bubbles, js(text)))
}

// told waits for a line that the room itself says.
func (p *person) told(text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("the line %q", text), fmt.Sprintf(`[...document.querySelectorAll("#messages .chat-system")].some((e) => e.textContent.trim() === %s)`, js(text)))
}

// once checks that nothing in the document is there twice.
func (p *person) once() {
	p.t.Helper()
	twice := eval[[]string](p, `(() => { const ids = [...document.querySelectorAll("[id]")].map((e) => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i) })()`)
	if len(twice) > 0 {
		p.t.Errorf("%s: ids that are there twice: %q", p.name, twice)
	}
}

// room is the id of the room that the page shows.
func (p *person) room() string {
	p.t.Helper()
	return eval[string](p, `document.querySelector("[data-room-page]").dataset.roomPage`)
}

// row waits until the list shows a room with a number of unread messages.
func (p *person) row(title string, unread int) {
	p.t.Helper()
	p.wait(fmt.Sprintf("%s with %d unread", title, unread), fmt.Sprintf(`[...document.querySelectorAll("#chat-rooms [data-room]")].some((r) =>
		r.querySelector(".chat-row__name").textContent.trim() === %s && r.dataset.unread === "%d" &&
		(r.querySelector("[data-badge]").hidden ? "0" : r.querySelector("[data-badge]").textContent) === "%d")`, js(title), unread, unread))
}

// titled waits for the page's title.
func (p *person) titled(title string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("the title %q", title), "document.title === "+js(title))
}

// eventually waits for something that is no page's.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(glance) {
		if holds() {
			return
		}
	}
	t.Fatalf("never came: %s", what)
}
