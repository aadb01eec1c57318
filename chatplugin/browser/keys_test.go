package browser

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"pocketchat/chatplugin/chattest"
)

// keyed waits until the page hears its keys: on phones from the first one on.
func (p *person) keyed() {
	p.t.Helper()
	p.live()
	p.keys(kb.Shift)
	p.wait("the page's keys", `document.body.hasAttribute("data-keys")`)
}

// slash presses the key in one piece, as a keyboard does: a page that takes it
// then keeps its character from the field that gets the focus.
func (p *person) slash() {
	p.t.Helper()
	key := input.DispatchKeyEventParams{Type: "keyDown", Key: "/", Code: "Slash", Text: "/", WindowsVirtualKeyCode: 191, NativeVirtualKeyCode: 191}
	call(p, input.DispatchKeyEvent, key)
	key.Type, key.Text = "keyUp", ""
	call(p, input.DispatchKeyEvent, key)
}

// jumps opens the dialog that goes to a room, and asks for a name there.
func (p *person) jumps(name string) {
	p.t.Helper()
	p.keyed()
	p.keys("k", chromedp.ModifierCtrl)
	p.see("#chat-switcher [role=combobox]")
	p.keys(name)
	p.wait("the answer", `document.querySelector("#chat-switcher [data-found]").textContent`)
}

// focused waits until the focus is on an element, and can be seen there.
func (p *person) focused(selector string) {
	p.t.Helper()
	p.wait("the focus on "+selector, "document.activeElement === ("+pick(selector)+") && document.activeElement.matches(':focus-visible')")
}

// TestKeys is somebody without a mouse.
func TestKeys(t *testing.T) {
	app, annUser, bob, room := three(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/chat/")
	ann.keyed()
	ann.wait("the list", rows)

	// From the address bar the first thing is the way past what is above.
	ann.keys(kb.Tab)
	ann.focused(".chat-skip >> Skip to your chats")
	ann.keys("\r")
	ann.wait("the list reached", `document.activeElement.id === "chat-main"`)

	// The list: / leads to its search, arrows into its rows, Enter into a room.
	ann.slash()
	ann.focused("[name=q]")
	ann.keys("crew/?")
	ann.wait("keys left to who types", `document.activeElement.value === "crew/?" && !document.querySelector("dialog[open]")`)
	ann.keys(kb.Escape)
	ann.wait("the search left and empty", `document.activeElement === document.body && document.querySelector("[name=q]").value === ""`)
	ann.wait("the list", rows)
	ann.slash()
	ann.keys(kb.ArrowDown)
	ann.focused("#chat-rooms a >> Bob Castle")
	ann.keys(kb.ArrowDown)
	ann.keys(kb.ArrowUp)
	ann.focused("#chat-rooms a >> Bob Castle")
	ann.keys("\r")
	ann.at("/chat/" + room + "/")

	// Alt and arrows go along the list, also while something is being written.
	ann.keyed()
	ann.wait("the list", rows)
	ann.keys("half a sentence? /")
	ann.wait("all of it written", `document.querySelector("#chat-body").value === "half a sentence? /"`)
	ann.keys(kb.ArrowDown, chromedp.ModifierAlt)
	ann.see("#chat-title >> Cleo Dorn")
	ann.keyed()
	ann.wait("the list", rows)
	ann.keys(kb.ArrowUp, chromedp.ModifierAlt)
	ann.see("#chat-title >> Bob Castle")
	ann.wait("the draft", `document.querySelector("#chat-body").value === "half a sentence? /"`)

	// To whatever is unread: Crew is two below, Cleo has nothing new.
	ann.keyed()
	ann.wait("the list", rows)
	crew := eval[string](ann, `[...document.querySelectorAll("#chat-rooms [data-room]")].find((r) => r.innerText.includes("Crew")).dataset.room`)
	app.Message(crew, bob, "anybody here?")
	ann.row("Crew", 1)
	ann.keys(kb.ArrowUp, chromedp.ModifierAlt, chromedp.ModifierShift)
	ann.see("#chat-title >> Crew")
}

func TestSwitcher(t *testing.T) {
	app, annUser, _, room := three(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/chat/" + room + "/")
	ann.jumps("")
	ann.focused("#chat-switcher [role=combobox]")
	chosen := func(name string) {
		t.Helper()
		ann.wait(name+" chosen", `((e) => e && e.getAttribute("aria-selected") === "true" && e.querySelector(".chat-option__name").textContent === `+js(name)+`)(
			document.getElementById(document.activeElement.getAttribute("aria-activedescendant")))`)
	}
	chosen("Bob Castle")
	ann.keys(kb.ArrowDown)
	chosen("Cleo Dorn")
	ann.keys(kb.ArrowUp)
	ann.keys(kb.ArrowUp)
	chosen("Crew")
	ann.wait("how many there are, said", `document.querySelector("#chat-switcher [role=status]").textContent === "Chats found: 3"`)
	ann.keys("cle")
	ann.wait("how many there are, said", `document.querySelector("#chat-switcher [role=status]").textContent === "Chats found: 1"`)
	chosen("Cleo Dorn")
	ann.keys("x")
	ann.see("#chat-switcher [role=status] >> No chat is called “clex”.")
	ann.wait("nothing to choose", `document.activeElement.getAttribute("aria-activedescendant") === "" && document.activeElement.getAttribute("aria-expanded") === "false"`)
	ann.keys("\r")
	ann.keys(kb.Escape)
	ann.miss("#chat-switcher")
	ann.focused("#chat-body")
	ann.keys("k", chromedp.ModifierCtrl)
	ann.keys("crew")
	ann.wait("how many there are, said", `document.querySelector("#chat-switcher [role=status]").textContent === "Chats found: 1"`)
	chosen("Crew")
	ann.keys("\r")
	ann.see("#chat-title >> Crew")

	// By mouse as well.
	ann.jumps("bob")
	ann.wait("how many there are, said", `document.querySelector("#chat-switcher [role=status]").textContent === "Chats found: 1"`)
	ann.click("#chat-switcher [role=option] >> Bob Castle")
	ann.at("/chat/" + room + "/")
}

// TestSettings: what somebody sets holds at once, on the next page and before it
// is painted, and is reached and left by keys.
func TestSettings(t *testing.T) {
	app, annUser, _, room := three(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/chat/" + room + "/")
	ann.keyed()
	ann.see("#chat-rooms [data-room]")
	eval[bool](ann, `(document.querySelector(".chat-account summary").focus(), true)`)
	ann.keys("\r")
	ann.see(".chat-account__panel")
	ann.keys(kb.Escape)
	ann.miss(".chat-account__panel")
	ann.focused(".chat-account summary")

	dark := `getComputedStyle(document.documentElement).colorScheme === "dark"`
	if eval[bool](ann, dark) {
		t.Fatal("the premise does not hold: it is dark already")
	}
	ann.click(".chat-account summary")
	ann.click(".chat-account button >> Settings")
	ann.click("#chat-settings label >> Dark")
	ann.wait("dark", dark)
	ann.wait("the browser's frame as well", `document.querySelector("meta[name=theme-color][media=all]").content === "#15171b"`)
	ann.click("#chat-settings label >> Shift+Enter sends")
	ann.click("#chat-settings label >> Turn off")
	ann.keys(kb.Escape)
	ann.miss("#chat-settings")
	ann.focused(".chat-account summary")
	ann.keys("?")
	ann.click("#chat-body")
	ann.keys("one\rtwo")
	ann.wait("a line broken", `document.querySelector("#chat-body").value === "one\ntwo" && !document.querySelector("dialog[open]")`)
	ann.keys("\r", chromedp.ModifierShift)
	ann.hears("one\ntwo")

	ann.runBefore(`addEventListener("DOMContentLoaded", () => (window.early = document.documentElement.dataset.theme))`)
	ann.open("/chat/")
	ann.wait("dark before anything is shown", "early === 'dark' && "+dark)
	ann.open("/chat/" + room + "/")
	ann.keyed()
	ann.click("#chat-body")
	ann.keys("three\rfour")
	ann.wait("a line broken", `document.querySelector("#chat-body").value === "three\nfour"`)
	ann.click(".chat-account summary")
	ann.click(".chat-account button >> Settings")
	ann.wait("what was set", `document.querySelector("#chat-settings [value=dark]").checked && document.querySelector("#chat-settings [value=break]").checked && document.querySelector("#chat-settings [name=keys]").checked`)
	ann.click("#chat-settings label >> Automatic")
	ann.wait("light", "!("+dark+")")
	ann.click("#chat-settings label >> Turn off")
	ann.click("#chat-settings [data-dialog-close]")
	ann.keys("?")
	ann.see("#chat-keys dt >> Go to a chat")
	ann.click("#chat-keys [data-dialog-close]")
	ann.miss("#chat-keys")
}

// TestDivider: the list is made wider by keys and by mouse, and stays so.
func TestDivider(t *testing.T) {
	app, annUser, _, room := three(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/chat/" + room + "/")
	ann.keyed()
	ann.see("[data-divider]")
	width := `document.querySelector(".chat-aside").getBoundingClientRect().width`
	ann.wait("320 px", width+" === 320")
	eval[bool](ann, `(document.querySelector("[data-divider]").focus(), true)`)
	ann.keys(kb.ArrowRight)
	ann.keys(kb.ArrowRight)
	ann.wait("wider, and said", width+` === 352 && document.activeElement.getAttribute("aria-valuenow") === "352"`)
	at := ann.find("[data-divider]")
	ann.drag(at, place{X: at.X + 60, Y: at.Y})
	ann.wait("wider still", width+" === 412")
	ann.runBefore(`addEventListener("DOMContentLoaded", () => (window.early = ` + width + `))`)
	ann.open("/chat/")
	ann.wait("as wide before anything is shown", "early === 412")
	ann.look(phone)
	ann.miss("[data-divider]")
	ann.wait("a page that fits", fits)
}

// TestDetailsBeside: a third column where there is the space, a page elsewhere.
func TestDetailsBeside(t *testing.T) {
	app, annUser, bob, _ := three(t)
	crew := app.Group("Night crew", annUser, bob)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/chat/" + crew + "/")
	ann.live()
	ann.click("#chat-header a[aria-label=Details]")
	ann.see("[data-details] .chat-info__title >> Night crew")
	ann.wait("the room still there", `location.pathname === "/chat/`+crew+`/" && document.querySelector("#chat-body").checkVisibility()`)
	ann.wait("the focus in it", `document.activeElement.closest("[data-details]")`)
	app.Client(annUser).Post("/chat/"+crew+"/edit/", chattest.Form("action", "details", "name", "Day crew"))
	ann.see("[data-details] .chat-info__title >> Day crew")
	ann.keys(kb.Tab)
	ann.keys(kb.Escape)
	ann.miss("[data-details]")
	ann.wait("the focus where it was", `document.activeElement.matches("#chat-header a[href$='/info/']")`)
	ann.look(tablet)
	ann.click("#chat-header a[aria-label=Details]")
	ann.at("/chat/" + crew + "/info/")
}
