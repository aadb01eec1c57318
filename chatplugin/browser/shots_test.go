package browser

import (
	"bytes"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
)

var (
	shots   = flag.String("shots", "", "folder for the pictures of the README")
	gallery = flag.String("gallery", "", "folder for pictures of every view and state")
	only    = flag.String("only", "", "the one view to take a picture of")
)

// shoot writes a picture of what a page shows.
func (p *person) shoot(path string) {
	p.t.Helper()
	p.wait("fonts and pictures", `document.fonts.ready.then(() => [...document.images].filter((i) => i.checkVisibility()).every((i) => i.complete))`)
	p.wait("what moves to stand still", `document.getAnimations().every((a) => a.playState !== "running" || a.effect.getTiming().iterations === Infinity)`)
	raw, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		p.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture); err != nil {
		p.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// TestScreenshots takes the README's pictures.
func TestScreenshots(t *testing.T) {
	if *shots == "" {
		t.Skip("-shots says where the pictures go")
	}
	w := newWorld(t)
	jonas := arrive(t, w.app, w.app.URL, w.jonas, desktop)
	jonas.open("/chat/" + w.crew + "/")
	jonas.live()
	for name, take := range map[string]struct {
		screen screen
		path   string
	}{
		"list-phone": {screen{width: 390, height: 700, touch: true, still: true}, "/chat/"},
		"room-light": {screen{width: 1180, height: 760, still: true}, "/chat/" + w.crew + "/"},
		"room-dark":  {screen{width: 1180, height: 760, still: true, dark: true}, "/chat/" + w.crew + "/"},
	} {
		mira := arrive(t, w.app, w.app.URL, w.mira, take.screen)
		mira.open(take.path)
		mira.live()
		mira.see("#chat-rooms [data-room]")
		if take.path != "/chat/" {
			mira.see("[data-online-text] >> 2 online")
		}
		mira.shoot(filepath.Join(*shots, name+".png"))
	}
}

// view is one state of one page, and how to get there.
type view struct {
	name string
	user string // "mira", "newbie" or nobody
	show func(w *world, p *person)
}

// TestGallery takes pictures of every view and state on three screens, light
// and dark.
func TestGallery(t *testing.T) {
	if *gallery == "" {
		t.Skip("-gallery says where the pictures go")
	}
	w := newWorld(t)
	jonas := arrive(t, w.app, w.app.URL, w.jonas, desktop)
	jonas.open("/chat/" + w.crew + "/")
	jonas.live()
	for _, v := range views {
		if *only != "" && *only != v.name {
			continue
		}
		for _, s := range []screen{phone, tablet, desktop} {
			for _, dark := range []bool{false, true} {
				s.dark, s.still = dark, true
				theme := map[bool]string{false: "light", true: "dark"}[dark]
				t.Run(fmt.Sprintf("%s-%d-%s", v.name, s.width, theme), func(t *testing.T) {
					p := newPerson(t, w.app.URL, "somebody", s)
					p.expect(refusedForm, gone, noNetwork, noSocket, "status of 401", "status of 400")
					switch v.user {
					case "mira":
						p.signIn(w.app, w.mira)
					case "newbie":
						p.signIn(w.app, w.newbie)
					}
					v.show(w, p)
					p.shoot(filepath.Join(*gallery, fmt.Sprintf("%s-%d-%s.png", v.name, s.width, theme)))
				})
			}
		}
	}
}

var views = []view{
	{"sign-in", "", func(w *world, p *person) { p.open("/chat/") }},
	{"sign-in-refused", "", func(w *world, p *person) {
		p.open("/chat/sign-in/")
		p.enter("[name=identity]", "mira@example.com")
		p.enter("[name=password]", "guess")
		p.keys("\r")
		p.see("[role=alert]")
	}},
	{"sign-up", "", func(w *world, p *person) { p.open("/chat/sign-up/") }},
	{"inbox", "mira", func(w *world, p *person) { p.open("/chat/"); p.live() }},
	{"inbox-empty", "newbie", func(w *world, p *person) { p.open("/chat/"); p.live() }},
	{"search-nothing", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.enter("[name=q]", "zebra")
		p.see(".chat-empty__title >> No chat is called")
	}},
	{"account", "mira", func(w *world, p *person) { p.open("/chat/"); p.click(".chat-account summary") }},
	{"new-direct", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.click(".chat-aside__header [data-dialog=chat-new-direct]")
		p.enter("#new-email", w.aiko.Email())
		p.see("#chat-check >> That is")
	}},
	{"new-group-refused", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.click(".chat-aside__header [data-dialog=chat-new-group]")
		p.enter("#group-name", "Crew")
		p.enter("#chat-new-group [data-members] > :nth-child(1) input", "nobody@example.com")
		p.click("#chat-new-group button >> Create group")
		p.see(".chat-field__problem")
	}},
	{"new-page", "mira", func(w *world, p *person) { p.open("/chat/new/"); p.live() }},
	{"room", "mira", func(w *world, p *person) { p.open("/chat/" + w.crew + "/"); p.live() }},
	{"room-up", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/")
		p.live()
		p.climb(120)
		p.rests()
		p.hover("#messages .chat-message[data-kind=text] .chat-bubble")
	}},
	{"room-older", "mira", func(w *world, p *person) {
		p.holds("*/messages/*", fetch.RequestStageRequest)
		p.open("/chat/" + w.quiet + "/")
		p.live()
		p.climb(1)
		p.see("[data-skeleton]")
	}},
	{"room-new-line", "newbie", func(w *world, p *person) {
		room := w.app.Direct(w.newbie, w.aiko)
		w.app.Message(room, w.newbie, "Hi Aiko, it's Sam from the yard.")
		w.app.Message(room, w.aiko, "Hi Sam! Did the paint come?")
		w.app.Message(room, w.aiko, "The blue one")
		p.open("/chat/" + room + "/")
		p.see("[data-new]")
	}},
	{"room-begin", "newbie", func(w *world, p *person) {
		p.open("/chat/" + w.app.Direct(w.newbie, w.lea) + "/")
		p.live()
	}},
	{"room-pending", "mira", func(w *world, p *person) {
		p.runBefore(wound)
		p.open("/chat/" + w.direct + "/")
		p.live()
		p.holds("*/send/", fetch.RequestStageRequest)
		p.say("Yes, the big kettle. And the good tea.")
		p.later(31)
		p.see("[data-state=failed]")
		p.say("On my way.")
		p.see("[data-state=sending]")
		p.keys("And a draft that gets quite long, so that it takes more than one line in the composer, which grows with it.")
	}},
	{"room-offline", "mira", func(w *world, p *person) {
		wire := newWire(p.t, w.app.URL)
		p.base = wire.URL
		p.signIn(w.app, w.mira)
		p.open("/chat/" + w.crew + "/")
		p.live()
		wire.fail(true)
		p.see("[data-offline]")
	}},
	{"info", "mira", func(w *world, p *person) { p.open("/chat/" + w.crew + "/info/"); p.live() }},
	{"info-confirm", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/info/")
		p.live()
		p.click("summary >> Delete for everyone")
		p.wait("all of it in view", `document.querySelector("[data-confirm][open]").getBoundingClientRect().bottom <= innerHeight + 1`)
	}},
	{"info-direct", "mira", func(w *world, p *person) { p.open("/chat/" + w.direct + "/info/"); p.live() }},
	{"edit", "mira", func(w *world, p *person) { p.open("/chat/" + w.crew + "/edit/"); p.live() }},
	{"edit-refused", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/edit/")
		p.live()
		p.enter("form:has([value=add]) input[name=members]", "nobody@example.com")
		p.click("form:has([value=add]) .chat-form__actions button")
		p.see(".chat-field__problem")
	}},
	{"missing", "mira", func(w *world, p *person) { p.open("/chat/aaaaaaaaaaaaaaa/") }},
	{"widget", "mira", func(w *world, p *person) { p.open("/chat/widget/"); p.live() }},
	{"widget-room", "mira", func(w *world, p *person) { p.open("/chat/widget/" + w.crew + "/"); p.live() }},
	{"forced-colors", "mira", func(w *world, p *person) {
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
		p.open("/chat/" + w.crew + "/")
		p.live()
	}},
}
