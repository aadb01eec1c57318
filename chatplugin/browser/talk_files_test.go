package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp/kb"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// file writes a file to pick.
func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// picks chooses files with the page's input, as its dialog would.
func (p *person) picks(paths ...string) {
	p.t.Helper()
	document := call(p, dom.GetDocument, dom.GetDocumentParams{})
	input := call(p, dom.QuerySelector, dom.QuerySelectorParams{NodeID: document.Root.NodeID, Selector: ".chat-composer input[type=file]"})
	call(p, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, NodeID: input.NodeID})
}

// brings pastes or drops files that the page makes by itself, since a clipboard
// is not a test's.
func (p *person) brings(event, name, kind, content string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(() => {
		const data = new DataTransfer();
		data.items.add(new File([%s], %s, { type: %s }));
		const of = { bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data };
		const event = %s === "paste" ? new ClipboardEvent("paste", of) : new DragEvent(%[4]s, of);
		document.querySelector("#chat-body").dispatchEvent(event);
		return event.defaultPrevented;
	})()`, js(content), js(name), js(kind), js(event)))
}

const attached = `[...document.querySelectorAll("[data-attached]:not([hidden]) [data-name]")].map((e) => e.textContent)`

func (p *person) attaches(names ...string) {
	p.t.Helper()
	if names == nil {
		names = []string{}
	}
	p.wait(fmt.Sprintf("attached %q", names), fmt.Sprintf("JSON.stringify(%s) === JSON.stringify(%s)", attached, js(names)))
}

func TestTalkFiles(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{AppName: "Harbour", Limits: chatplugin.Limits{FileBytes: 100 << 10, Files: 3}}).Serve()
	users := app.Users("Ann Berg", "Bob Castle")
	room := app.Direct(users[0], users[1])
	app.Message(room, users[1], "Send me the plan")
	ann, bob := arrive(t, app, app.URL, users[0], desktop), arrive(t, app, app.URL, users[1], desktop)
	for _, p := range []*person{ann, bob} {
		p.open("/chat/" + room + "/")
		p.live()
	}
	ann.wait("the limits said", `document.querySelector(".chat-clip").textContent.includes("up to 3, 100 KB each")`)

	// Picked, pasted and dropped; one may be taken off again.
	ann.picks(file(t, "harbour.png", harbour()), file(t, "plan.txt", []byte("east, then north")))
	ann.attaches("harbour.png", "plan.txt")
	ann.see("[data-attached] [data-size]")
	ann.wait("a thumbnail", `document.querySelector("[data-attached] img")?.naturalWidth > 0`)
	ann.brings("paste", "pasted.txt", "text/plain", "pasted")
	ann.attaches("harbour.png", "plan.txt", "pasted.txt")
	ann.click("[data-attached] button[aria-label='Remove pasted.txt']")
	ann.attaches("harbour.png", "plan.txt")
	ann.brings("drop", "dropped.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
	ann.attaches("harbour.png", "plan.txt", "dropped.svg")

	// What does not fit is said, and the rest stays.
	ann.brings("paste", "one more.txt", "text/plain", "x")
	ann.see("[data-composer-error] >> at most 3 files. one more.txt was left out")
	ann.click("[data-attached] button[aria-label='Remove dropped.svg']")
	ann.picks(file(t, "huge.bin", []byte(strings.Repeat("x", 200<<10))))
	ann.see("[data-composer-error] >> huge.bin is too large")
	ann.attaches("harbour.png", "plan.txt")

	// Sent without a word, and shown to both.
	ann.click("#chat-body")
	ann.keys(kb.Enter)
	ann.attaches()
	for _, p := range []*person{ann, bob} {
		p.wait("the picture in its box", `(() => { const i = document.querySelector("#messages [id] .chat-picture img"); return i && i.complete && i.naturalWidth > 0 && i.clientHeight === i.parentElement.clientHeight })()`)
		p.see("#messages .chat-file >> plan.txt")
		p.wait("nothing on its way any more", `!document.querySelector("[data-pending]")`)
		p.once()
	}

	// An upload that dies waits, goes on by itself or by hand, and is there once.
	ann.expect(noNetwork)
	held := ann.holds("*/send/", fetch.RequestStageRequest)
	ann.picks(file(t, "later.txt", []byte("later")))
	ann.attaches("later.txt")
	ann.click("#chat-body")
	ann.keys("with a word\r")
	(<-held).lose()
	ann.lets()
	bob.hears("with a word")
	bob.see("#messages .chat-file >> later.txt")
	ann.wait("it once", `[...document.querySelectorAll("#messages .chat-file")].filter((e) => e.innerText.includes("later.txt")).length === 1 && !document.querySelector("[data-pending]")`)

	// A reload while a file is on its way: the page says that it is gone, and
	// trying again finds what the server has.
	held = ann.holds("*/send/", fetch.RequestStageRequest)
	ann.picks(file(t, "lost.txt", []byte("lost")))
	ann.attaches("lost.txt")
	ann.click("#chat-body")
	ann.keys("half of it\r")
	<-held
	ann.accepts()
	ann.reload()
	ann.lets()
	ann.live()
	ann.see("[data-pending] >> its files are gone with the reload")
	ann.click("[data-pending] button >> Try again")
	bob.hears("half of it")
	if total, err := app.CountRecords("chat_messages"); err != nil || total != 4 {
		t.Errorf("%d messages, %v", total, err)
	}
	ann.open("/chat/" + room + "/info/")
	ann.see(".chat-media .chat-file >> later.txt")
	ann.wait("the picture among what was shared", `document.querySelector(".chat-media .chat-picture img")`)
}
