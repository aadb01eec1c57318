package browser

import "testing"

// TestF03_LoadSubscribeRace: messages that are sent after the page was made and
// before its socket is open are there once.
func TestF03_LoadSubscribeRace(t *testing.T) {
	app := serve(t)
	users := app.Users("Ann", "Bob")
	room := app.Direct(users[0], users[1])
	app.Message(room, users[1], "before")
	wire := newWire(t, app.URL)
	ann := arrive(t, app, wire.URL, users[0], desktop)

	wire.hold(true)
	ann.open("/chat/" + room + "/")
	ann.reads("before")
	app.Message(room, users[1], "between")
	app.Message(room, users[1], "and between")
	if eval[bool](ann, `document.body.hasAttribute("data-live")`) {
		t.Fatal("the premise does not hold: the socket is open")
	}
	ann.reads("before")
	wire.hold(false)
	ann.reads("before", "between", "and between")
	ann.live()
	app.Message(room, users[1], "after")
	ann.reads("before", "between", "and between", "after")
	ann.once()

	// The same at a reconnect.
	ann.expect(noSocket, noNetwork)
	wire.hold(true)
	if wire.cutSockets() == 0 {
		t.Fatal("there was no socket to cut")
	}
	app.Message(room, users[1], "while away")
	ann.wait("that it is away", `!document.body.hasAttribute("data-live")`)
	wire.hold(false)
	ann.reads("before", "between", "and between", "after", "while away")
	ann.live()
	app.Message(room, users[1], "back")
	ann.reads("before", "between", "and between", "after", "while away", "back")
}
