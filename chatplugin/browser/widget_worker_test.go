package browser

import (
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// greedy is a service worker that answers for addresses which aren't its own.
const greedy = `addEventListener("install", () => skipWaiting());
addEventListener("activate", (e) => e.waitUntil(clients.claim()));
addEventListener("fetch", (e) => {
	if (e.request.mode === "navigate" && new URL(e.request.url).pathname.startsWith("/chat/")) e.respondWith(new Response("<p>You are offline.</p>", { headers: { "Content-Type": "text/html" } }));
});`

// TestWidget_GreedyServiceWorker: where a host's service worker answers in the
// chat's place, the person can try again, and the host hears why.
func TestWidget_GreedyServiceWorker(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{AppName: "Harbour"})
	withPages(app)
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Router.GET("/greedy.js", func(e *core.RequestEvent) error {
			return e.Blob(200, "text/javascript", []byte(greedy))
		})
		return e.Next()
	})
	app.Serve()
	users := app.Users("Ann Berg", "Bob Castle")
	room := app.Direct(users[0], users[1])
	app.Message(room, users[1], "hello Ann")
	ann := arrive(t, app, app.URL, users[0], desktop)
	ann.runBefore(`((warn) => (console.warn = (...words) => { window.warned = words.join(" "); warn.apply(console, words) }))(console.warn)`)
	ann.open("/demo/crew.html")
	ann.badged("1")
	ann.wait("the worker in charge", `navigator.serviceWorker.register("/greedy.js", { scope: "/" }).then(() => navigator.serviceWorker.ready).then((r) => r.active?.state === "activated")`)
	ann.expect(`pocket-chat: no page of the chat came into the panel. A service worker of this page must leave /chat/ to the network`, "the server responded with a status")
	ann.click("widget .launch")
	ann.see("widget .failed >> The chat could not be loaded")
	ann.wait("the warning", `window.warned?.includes("service worker")`)

	ann.wait("the worker gone", `navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((r) => r.unregister()))).then(() => true)`)
	ann.click("widget .failed button")
	ann.inside().row("Bob Castle", 1)
}
