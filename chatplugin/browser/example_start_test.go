package browser

import (
	"testing"

	"pocketchat/chatplugin/chattest"
)

// TestStart runs what the README shows of the SDK: signing in, the list, a room,
// a message sent twice, and a connection that was cut.
func TestStart(t *testing.T) {
	app := withExamples(t)
	users := app.Users("Ann", "Bob")
	room := app.Direct(users[1], users[0])
	app.Message(room, users[1], "first")
	wire := newWire(t, app.URL)
	ann := newPerson(t, wire.URL, "Ann", desktop)
	ann.expect(noNetwork)
	ann.open("/examples/chat.html") // any page of the same origin
	eval[bool](ann, `import("/examples/start.js").then(async (start) => {
		window.start = start;
		await start.signIn(`+js(users[0].Email())+`, `+js(chattest.Password)+`);
		window.seen = new Map();
		window.revs = [];
		window.show = (m) => { revs.push(m.rev); if (!(seen.get(m.id)?.rev > m.rev)) seen.set(m.id, m); };
		return true;
	})`)
	if got := eval[string](ann, `start.list().then(({ rooms, unread }) => [rooms.length, rooms[0].id, rooms[0].name, rooms[0].unread, rooms[0].last.text, unread].join())`); got != "1,"+room+",Bob,1,first,1" {
		t.Errorf("the list: %s", got)
	}
	if got := eval[string](ann, `start.openDirect(`+js(users[1].Email())+`)`); got != room {
		t.Errorf("opened %s, not %s", got, room)
	}
	eval[bool](ann, `start.follow(`+js(room)+`, show).then(() => true)`)
	texts := `[...seen.values()].filter((m) => m.kind === "text").sort((a, b) => a.seq - b.seq).map((m) => m.body).join()`
	ann.wait("what was there", texts+` === "first"`)
	if got := eval[bool](ann, `Promise.all([1, 2, 3].map(() => start.send(`+js(room)+`, "second", "one-id"))).then((all) => new Set(all.map((m) => m.id)).size === 1)`); !got {
		t.Error("one client_id made several messages")
	}
	ann.wait("what was sent", texts+` === "first,second"`)
	wire.fail(true)
	for _, text := range []string{"third", "fourth"} {
		app.Message(room, users[1], text)
	}
	wire.fail(false)
	ann.wait("what was missed", texts+` === "first,second,third,fourth"`)
	app.Message(room, users[1], "fifth")
	ann.wait("what came afterwards", texts+` === "first,second,third,fourth,fifth"`)
}
