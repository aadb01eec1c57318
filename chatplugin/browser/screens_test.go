package browser

import (
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
)

// three rooms of Ann's, the one with Bob unread.
func three(t *testing.T) (app *chattest.App, ann, bob *core.Record, room string) {
	t.Helper()
	app = serve(t)
	users := app.Users("Ann Berg", "Bob Castle", "Cleo Dorn")
	ann, bob = users[0], users[1]
	app.Message(app.Group("Crew", ann, bob, users[2]), ann, "hello crew")
	app.Message(app.Direct(ann, users[2]), ann, "hello Cleo")
	room = app.Direct(ann, bob)
	app.Message(room, bob, "hello Ann")
	return app, ann, bob, room
}

const (
	fits = `document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight`
	rows = `document.querySelectorAll("#chat-rooms > [data-room]").length === 3`
)

func TestPhone(t *testing.T) {
	app, annUser, bob, room := three(t)
	ann := arrive(t, app, app.URL, annUser, phone)
	ann.open("/chat/")
	ann.live()
	ann.row("Bob Castle", 1)
	ann.miss(".chat-main")
	ann.wait("a page that fits", fits)
	ann.tap("#chat-rooms a >> Bob Castle")
	ann.at("/chat/" + room + "/")
	ann.live()
	ann.reads("hello Ann")
	ann.miss(".chat-aside")
	ann.wait("a list that was never loaded", `document.querySelector("[data-list-lazy]")`)
	ann.wait("a page that fits", fits)

	// On touch Enter breaks the line and the button sends.
	ann.tap("#chat-body")
	ann.keys("one\rtwo")
	ann.tap(".chat-send")
	ann.reads("hello Ann", "one\ntwo")
	ann.wait("the focus still in the composer", `document.activeElement.id === "chat-body"`)
	ann.wait("hit areas of 44 px", `[...document.querySelectorAll(".chat-room__header a, .chat-composer button")].filter((e) => e.checkVisibility())
		.every((e) => e.getBoundingClientRect().height >= 44 && e.getBoundingClientRect().width >= 44)`)
	ann.tap(".chat-room__back")
	ann.at("/chat/")
	ann.row("Bob Castle", 0)
	eval[bool](ann, "(history.back(), true)")
	ann.at("/chat/" + room + "/")
	ann.live()
	app.Message(room, bob, "back again?")
	ann.hears("back again?")

	// Turned to where both fit, the list comes.
	ann.look(tablet)
	ann.wait("the list beside the room", rows)
}

func TestTablet(t *testing.T) {
	app, annUser, bob, room := three(t)
	ann := arrive(t, app, app.URL, annUser, tablet)
	ann.open("/chat/" + room + "/")
	ann.live()
	ann.see(".chat-aside")
	ann.wait("the list beside the room", rows)
	ann.wait("the open room marked", `document.querySelector("[aria-current=page] .chat-row__name").textContent.trim() === "Bob Castle"`)
	ann.wait("a page that fits", fits)
	app.Message(room, bob, "side by side")
	ann.hears("side by side")
	ann.see("#chat-rooms [data-preview] >> side by side")
	ann.click("#chat-rooms a >> Crew")
	ann.reads("hello crew")
	ann.wait("the list beside the room", rows)
	for _, path := range []string{"/info/", "/edit/"} {
		ann.open("/chat/" + app.Group("Other", annUser, bob) + path)
		ann.wait("the list beside "+path, `document.querySelectorAll("#chat-rooms > [data-room]").length > 3`)
		ann.wait("a page that fits", fits)
	}
}

func TestWidget(t *testing.T) {
	app, annUser, bob, room := three(t)
	ann := arrive(t, app, app.URL, annUser, screen{width: 400, height: 640})
	ann.open("/chat/widget/")
	ann.live()
	ann.row("Bob Castle", 1)
	ann.wait("a page that fits", fits)
	ann.click("#chat-rooms a >> Bob Castle")
	ann.at("/chat/widget/" + room + "/")
	ann.live()
	ann.reads("hello Ann")
	ann.say("from the panel")
	ann.reads("hello Ann", "from the panel")
	ann.see("[data-receipt] >> Sent") // before that it may come second
	app.Message(room, bob, "to the panel")
	ann.reads("hello Ann", "from the panel", "to the panel")
	ann.wait("a page that fits", fits)
	ann.click(".chat-room__back")
	ann.at("/chat/widget/")
	ann.row("Bob Castle", 0)
}
