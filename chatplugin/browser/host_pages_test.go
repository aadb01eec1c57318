package browser

import (
	"html/template"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// shop is a page of a host of its own, with styles and a policy of its own.
const shop = `<!DOCTYPE html><html lang="en"><head><title>Boats</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/shop.css">{{chatHead}}</head>
<body><nav><a href="/">Boats</a> <a href="/chat/">Messages {{chatBadge}}</a></nav>
<h1>A boat, little used</h1><p>Sold by {{.Name}}.</p>{{chatButton .Seller}}{{if .Room}}<h2>About this boat</h2>{{chatRoom .Room}}{{end}}</body></html>`

const shopStyle = `* { box-sizing: content-box } body { font: 18px serif; margin: 2rem } button { border-radius: 0; text-transform: uppercase }
nav { display: flex; gap: 2rem; align-items: center; border-bottom: 2px solid; padding-block: .5rem }`

const shopPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-boats'; img-src 'self' data:; connect-src 'self'; form-action 'self'"

// host is an application with the shop at /boat/ for one viewer, who is signed
// in to it however it likes.
func host(t *testing.T, viewer string) *chattest.App {
	t.Helper()
	app := chattest.NewApp(t, chatplugin.Config{AppName: "Harbour"})
	app.OnServe().Bind(&hook.Handler[*core.ServeEvent]{Func: func(e *core.ServeEvent) error {
		e.Router.GET("/shop.css", func(e *core.RequestEvent) error { return e.Blob(200, "text/css", []byte(shopStyle)) })
		e.Router.GET("/boat/", func(e *core.RequestEvent) error { return showBoat(e, app, viewer) })
		return e.Next()
	}})
	return app.Serve()
}

func showBoat(e *core.RequestEvent, app *chattest.App, viewer string) error {
	user, err := app.FindFirstRecordByData("users", "name", viewer)
	if err != nil {
		return err
	}
	seller, err := app.FindFirstRecordByData("users", "name", "Bob Castle")
	if err != nil {
		return err
	}
	place := app.Chat.PlaceOf(e)
	place.Viewer, place.Nonce = user, "boats"
	page, err := template.New("shop").Funcs(app.Chat.Funcs(place)).Parse(shop)
	if err != nil {
		return err
	}
	var out strings.Builder
	err = page.Execute(&out, map[string]string{"Name": "Bob", "Seller": seller.Id, "Room": e.Request.URL.Query().Get("room")})
	if err != nil {
		return err
	}
	e.Response.Header().Set("Content-Security-Policy", shopPolicy)
	return e.HTML(http.StatusOK, out.String())
}

// keepsake keeps a look at a page for whoever wants to see it.
func (p *person) keepsake(name string) {
	p.t.Helper()
	if *gallery != "" {
		p.shoot(filepath.Join(*gallery, name+".png"))
	}
}

const badgeOf = `document.querySelector("nav [data-total]:not([hidden])")?.textContent ?? "none"`

func TestBadgeOnAHostsPageIsLive(t *testing.T) {
	app := host(t, "Ann Berg")
	users := app.Users("Ann Berg", "Bob Castle", "Cleo Dorn")
	room := app.Direct(users[0], users[1])
	group := app.Group("Crew", users[2], users[0])
	ann := arrive(t, app, app.URL, users[0], desktop)
	ann.open("/boat/")
	ann.wait("no badge yet", badgeOf+` === "none"`)
	app.Message(room, users[1], "Is the boat still there?")
	ann.wait("the first message on the badge", badgeOf+` === "1"`)
	last := app.Message(room, users[1], "Hello?")
	app.Message(group, users[2], "New paint came")
	ann.wait("three on the badge", badgeOf+` === "3"`)
	ann.wait("words for readers", `document.querySelector("nav [data-total-text]").textContent === "3 unread messages"`)
	ann.keepsake("host-badge")
	if err := app.Chat.DeleteMessage(last.Id); err != nil {
		t.Fatal(err)
	}
	ann.wait("one less, since it was deleted", badgeOf+` === "2"`)

	reader := ann.another(desktop)
	reader.open("/chat/" + room + "/")
	reader.live()
	ann.wait("what was read elsewhere is off the badge", badgeOf+` === "1"`)
	app.Message(group, users[0], "my own")
	ann.wait("writing there reads it", badgeOf+` === "none"`)
	if eval[bool](ann, `getComputedStyle(document.querySelector("h1")).fontFamily !== "serif" || !!window.htmx`) {
		t.Error("the chat changed the host's page")
	}
}

func TestBadgeWithoutScript(t *testing.T) {
	app := host(t, "Ann Berg")
	users := app.Users("Ann Berg", "Bob Castle")
	app.Message(app.Direct(users[0], users[1]), users[1], "Is the boat still there?")
	s := phone
	s.noScript = true
	ann := arrive(t, app, app.URL, users[0], s)
	ann.open("/boat/")
	ann.wait("the number of the moment", badgeOf+` === "1"`)
	ann.tap(".chat-them button >> Message Bob Castle")
	ann.see("#chat-title >> Bob Castle")
}

func TestMessageButtonOnAHostsPage(t *testing.T) {
	app := host(t, "Ann Berg")
	users := app.Users("Ann Berg", "Bob Castle")
	ann := arrive(t, app, app.URL, users[0], desktop)
	ann.open("/boat/")
	ann.click(".chat-them button >> Message Bob Castle")
	ann.at("/chat/[a-z0-9]{15}/")
	ann.see("#chat-title >> Bob Castle")
	ann.live()
	ann.say("Is the boat still there?")
	room := ann.room()

	// The room as a part of the page, with the badge beside it.
	bob := arrive(t, app, app.URL, users[1], desktop)
	bob.open("/chat/" + room + "/")
	bob.live()
	ann.open("/boat/?room=" + room)
	ann.wait("a live room in the page", `document.querySelector(".chat-embed")?.hasAttribute("data-live")`)
	ann.hears("Is the boat still there?")
	bob.say("It is, and dry")
	ann.hears("It is, and dry")
	ann.say("Then I come")
	bob.hears("Then I come")
	ann.wait("own messages at the own side", `getComputedStyle(document.querySelector("#messages [data-author='`+users[0].Id+`']")).flexDirection === "row-reverse"`)
	ann.keepsake("host-room")
}

// A guest who presses the button signs in first and finds the page again.
func TestMessageButtonForAGuestOfTheChat(t *testing.T) {
	app := host(t, "Ann Berg")
	users := app.Users("Ann Berg", "Bob Castle")
	ann := newPerson(t, app.URL, "Ann Berg", desktop)
	ann.expect(noSocket, "status of 401")
	ann.open("/boat/")
	ann.click(".chat-them button")
	ann.at("/chat/sign-in/")
	ann.enter("[name=identity]", users[0].Email())
	ann.enter("[name=password]", chattest.Password)
	ann.keys(kb.Enter)
	ann.at("/boat/")
	ann.click(".chat-them button")
	ann.see("#chat-title >> Bob Castle")
}
