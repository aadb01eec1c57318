package browser

import (
	"fmt"
	"path/filepath"
	"testing"
)

// corners are the states of the widget on a host's page.
var corners = []struct {
	name, path string
	show       func(p *person, in *person)
}{
	{"closed", "/demo/", func(*person, *person) {}},
	{"list", "/demo/", func(p, _ *person) { p.opens() }},
	{"room", "/demo/", func(p, _ *person) {
		in := p.opens()
		in.click("#chat-rooms a >> Harbour crew")
		in.at("/chat/widget/[a-z0-9]{15}/")
		in.live()
	}},
	{"info", "/demo/", func(p, _ *person) {
		in := p.opens()
		in.click("#chat-rooms a >> Harbour crew")
		in.at("/chat/widget/[a-z0-9]{15}/")
		in.live()
		in.click(".chat-room__who")
		in.at("/chat/widget/[a-z0-9]{15}/info/")
		in.live()
	}},
	{"new", "/demo/", func(p, _ *person) {
		in := p.opens()
		in.click("[aria-label='New group']")
		in.at("/chat/widget/new-group/")
		in.live()
	}},
	{"own-colours", "/demo/crew.html", func(p, _ *person) {
		in := p.opens()
		in.click("#chat-rooms a >> Harbour crew")
		in.at("/chat/widget/[a-z0-9]{15}/")
		in.live()
	}},
	{"unset", "/demo/", func(p, _ *person) {
		p.click("[data-worst]")
		p.opens()
	}},
	{"failed", "/demo/", func(p, _ *person) {
		p.expect("pocket-chat", noNetwork, "503")
		eval[bool](p, shadow+`.querySelector(".launch").click() || true`)
		p.settled()
		p.inside().live()
		eval[bool](p, frame+`.contentWindow.location.replace("/demo/berths.html") || true`)
		p.wait("what went wrong", pick("widget .failed"))
	}},
}

// TestWidgetGallery takes pictures of the widget, as TestGallery does of the pages.
func TestWidgetGallery(t *testing.T) {
	if *gallery == "" {
		t.Skip("-gallery says where the pictures go")
	}
	w := newWorldWith(t, yard(t))
	for _, corner := range corners {
		if *only != "" && *only != "widget-"+corner.name {
			continue
		}
		for _, s := range []screen{phone, tablet, desktop} {
			for _, dark := range []bool{false, true} {
				s.dark, s.still = dark, true
				name := fmt.Sprintf("widget-%s-%d-%s", corner.name, s.width, map[bool]string{false: "light", true: "dark"}[dark])
				t.Run(name, func(t *testing.T) {
					p := arrive(t, w.app, w.app.URL, w.mira, s)
					p.open(corner.path)
					p.see("widget .launch")
					corner.show(p, p.inside())
					p.shoot(filepath.Join(*gallery, name+".png"))
				})
			}
		}
	}
}

// TestScreenshotsWidget takes the README's picture of the widget.
func TestScreenshotsWidget(t *testing.T) {
	if *shots == "" {
		t.Skip("-shots says where the pictures go")
	}
	w := newWorldWith(t, yard(t))
	mira := arrive(t, w.app, w.app.URL, w.mira, screen{width: 1180, height: 760, still: true})
	mira.open("/demo/")
	in := mira.opens()
	in.click("#chat-rooms a >> Harbour crew")
	in.at("/chat/widget/[a-z0-9]{15}/")
	in.live()
	mira.hover("nav a >> Yard") // off the messages, whose actions show under the mouse
	mira.shoot(filepath.Join(*shots, "widget.png"))
}
