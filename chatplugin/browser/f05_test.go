package browser

import (
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
)

// writing is somebody in a direct room, over a wire, with a clock that can be
// put forward.
type writing struct {
	*person
	app  *chattest.App
	wire *wire
	bob  *core.Record
	room string
}

func write(t *testing.T) writing {
	t.Helper()
	app := serve(t)
	users := app.Users("Ann", "Bob")
	wire := newWire(t, app.URL)
	room := app.Direct(users[0], users[1])
	s := desktop
	s.before = wound
	ann := arrive(t, app, wire.URL, users[0], s)
	ann.open("/chat/" + room + "/")
	ann.live()
	return writing{person: ann, app: app, wire: wire, bob: users[1], room: room}
}

// saved is how many messages the room holds.
func (w writing) saved() int64 { return int64(w.app.Find("chat_rooms", w.room).GetInt("posts")) }

// settles checks that a message is there once, for good: nothing on its way,
// one row, and one bubble still after another message and after a reload.
func (w writing) settles(text string) {
	w.t.Helper()
	w.reads(text)
	w.wait("nothing on its way", `!document.querySelector("[data-pending]")`)
	w.app.Message(w.room, w.bob, "after it")
	w.reads(text, "after it")
	if n := w.saved(); n != 2 {
		w.t.Errorf("the room holds %d messages, not 2", n)
	}
	w.wait("nothing kept to be sent", `!Object.keys(sessionStorage).some((key) => key.includes("outbox"))`)
	w.once()
	w.reload()
	w.reads(text, "after it")
	w.live()
	w.reads(text, "after it")
}

const (
	onItsWay = `document.querySelectorAll("[data-pending][data-state=sending]").length === 1`
	notSent  = `document.querySelectorAll("[data-pending][data-state=failed]").length === 1 && document.querySelector("[data-pending] [data-state-text]").textContent === "Not sent"`
	placed   = `document.querySelector("#messages > [data-seq]:last-child .chat-bubble")`
)

func TestF05_DoubleOrVanishedBubble(t *testing.T) {
	for _, test := range []struct {
		name string
		act  func(t *testing.T, w writing)
	}{
		{"echo before the answer", func(t *testing.T, w writing) {
			held := w.holds("*/send/", fetch.RequestStageResponse)
			w.say("hello")
			answer := <-held
			w.wait("the echo in the bubble's place", placed)
			w.reads("hello")
			answer.pass()
			w.lets()
		}},
		{"echo after the answer", func(t *testing.T, w writing) {
			w.wire.hold(true)
			w.say("hello")
			w.wait("the answer in the bubble's place", placed)
			w.reads("hello")
			w.wire.hold(false)
		}},
		{"answer without an echo", func(t *testing.T, w writing) {
			w.wire.hold(true)
			w.say("hello")
			w.wait("the answer in the bubble's place", placed)
			if w.wire.cutSockets() == 0 {
				t.Fatal("there was no socket to cut")
			}
			w.wire.hold(false)
			w.expect(noSocket)
			w.live()
		}},
		{"echo without an answer", func(t *testing.T, w writing) {
			held := w.holds("*/send/", fetch.RequestStageResponse)
			w.say("hello")
			w.expect(noNetwork)
			(<-held).lose()
			w.lets()
		}},
		{"neither, and tried again by itself", func(t *testing.T, w writing) {
			held := w.holds("*/send/", fetch.RequestStageResponse)
			w.wire.hold(true)
			w.say("hello")
			w.expect(noNetwork)
			(<-held).lose() // it is saved, but nothing says so
			(<-held).pass()
			w.lets()
			w.wait("the second attempt's answer", placed)
			w.wire.hold(false)
		}},
		{"reloaded on its way, before it left", func(t *testing.T, w writing) {
			held := w.holds("*/send/", fetch.RequestStageRequest)
			w.say("hello")
			<-held
			w.wait("it on its way", onItsWay)
			w.lets()
			w.reload()
		}},
		{"reloaded on its way, after it was saved", func(t *testing.T, w writing) {
			held := w.holds("*/send/", fetch.RequestStageResponse)
			w.wire.hold(true)
			w.say("hello")
			<-held
			w.wait("it on its way", onItsWay)
			w.wire.hold(false)
			w.expect(noSocket)
			w.lets()
			w.reload()
		}},
		{"30 seconds without a word", func(t *testing.T, w writing) {
			held := w.holds("*/send/", fetch.RequestStageResponse)
			w.wire.hold(true)
			w.say("hello")
			stuck := <-held
			w.later(29)
			w.wait("it still on its way", onItsWay)
			w.later(2)
			w.wait("that it was not sent", notSent)
			if w.saved() != 1 {
				t.Fatal("the premise does not hold: the message is not saved")
			}
			stuck.drop()
			w.lets()
			w.click("[data-pending] [data-retry]")
			w.wait("the second attempt's answer", placed)
			w.wire.hold(false)
		}},
		{"failed, reloaded and tried again", func(t *testing.T, w writing) {
			w.expect(noNetwork, noSocket)
			held := w.holds("*/send/", fetch.RequestStageRequest)
			w.say("hello")
			stuck := <-held
			w.later(31)
			w.wait("that it was not sent", notSent)
			stuck.drop()
			w.lets()
			w.reload()
			w.wait("that it was not sent", notSent)
			w.click("[data-pending] [data-retry]")
		}},
		{"offline, then online", func(t *testing.T, w writing) {
			w.expect(noNetwork, noSocket)
			w.wire.fail(true)
			w.say("hello")
			w.wait("that it waits", `document.querySelector("[data-pending] [data-state-text]")?.textContent.startsWith("You’re offline.")`)
			w.see("[data-offline] >> You’re offline. What you write waits.")
			w.wire.fail(false)
			w.wait("it sent", placed)
			w.live()
			w.miss("[data-offline]")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := write(t)
			test.act(t, w)
			w.settles("hello")
		})
	}
}

// TestF05_OrderWhileWaiting: several that wait leave one after the other, and
// what was discarded does not.
func TestF05_OrderWhileWaiting(t *testing.T) {
	w := write(t)
	w.expect(noNetwork, noSocket)
	w.wire.fail(true)
	w.say("one")
	w.say("two")
	w.say("three")
	w.wait("three on their way", `document.querySelectorAll("[data-pending]").length === 3`)
	w.wire.fail(false)
	w.wait("all of them placed", `document.querySelectorAll("#messages > [data-seq] .chat-bubble").length === 3`)
	w.reads("one", "two", "three")
	if n := w.saved(); n != 3 {
		t.Errorf("the room holds %d messages, not 3", n)
	}

	held := w.holds("*/send/", fetch.RequestStageRequest)
	w.say("four")
	stuck := <-held
	w.later(31)
	w.wait("that it was not sent", notSent)
	stuck.drop()
	w.lets()
	w.click("[data-pending] [data-discard]")
	w.say("five")
	w.reads("one", "two", "three", "five")
	w.wait("it placed", `!document.querySelector("[data-pending]")`)
	if n := w.saved(); n != 4 {
		t.Errorf("the room holds %d messages, not 4", n)
	}
}
