package browser

import (
	"bytes"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var (
	shots   = flag.String("shots", "", "folder for the pictures of the README")
	gallery = flag.String("gallery", "", "folder for pictures of every view and state")
	only    = flag.String("only", "", "the views to take pictures of, by commas")
)

// still is an expression for a page on which nothing moves for a while.
const still = `document.getAnimations().every((a) => a.playState !== "running" || a.effect.getTiming().iterations === Infinity)`

// shoot writes a picture of what a page shows, as small as it can be.
func (p *person) shoot(path string) {
	p.t.Helper()
	picture, err := png.Decode(bytes.NewReader(p.picture()))
	if err != nil {
		p.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture); err != nil {
		p.t.Fatal(err)
	}
	p.write(path, out.Bytes())
}

// snap writes it as it comes: many pictures have to be quick.
func (p *person) snap(path string) {
	p.t.Helper()
	p.write(path, p.picture())
}

func (p *person) picture() []byte {
	p.t.Helper()
	p.wait("fonts and pictures", `document.fonts.ready.then(() => [...document.images].filter((i) => i.checkVisibility()).every((i) => i.complete))`)
	p.wait("what moves to stand still", still)
	raw, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}

func (p *person) write(path string, picture []byte) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
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

// TestGallery takes pictures of every view and state: on three screens, light
// and dark, from the right to the left, in forced colours, at double the size
// and as paper. One visit serves for all that a screen shows.
func TestGallery(t *testing.T) {
	if *gallery == "" {
		t.Skip("-gallery says where the pictures go")
	}
	w := newWorld(t)
	jonas := arrive(t, w.app, w.app.URL, w.jonas, desktop)
	jonas.open("/chat/" + w.crew + "/")
	jonas.live()
	for _, v := range views {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), v.name) {
			continue
		}
		for _, s := range []screen{phone, tablet, desktop} {
			s.still = true
			t.Run(fmt.Sprintf("%s-%d", v.name, s.width), func(t *testing.T) {
				p := w.visit(t, v, s)
				for _, l := range looks {
					if l.screen != 0 && l.screen != s.width {
						continue
					}
					l.wear(p, s)
					p.snap(filepath.Join(*gallery, fmt.Sprintf("%s-%d-%s.png", v.name, s.width, l.name)))
				}
			})
		}
	}
}

// looks are the ways in which a page that is there can be shown.
var looks = []struct {
	name   string
	screen int64 // the one width that this is worth a picture on; 0 for all
	wear   func(p *person, s screen)
}{
	{"light", 0, func(p *person, s screen) {}},
	{"dark", 0, func(p *person, s screen) { s.dark = true; p.look(s) }},
	{"rtl", 0, func(p *person, s screen) {
		p.look(s)
		eval[bool](p, `((document.documentElement.dir = "rtl"), true)`)
	}},
	{"forced", desktop.width, func(p *person, s screen) {
		eval[bool](p, `((document.documentElement.dir = "ltr"), true)`)
		p.media("", "forced-colors", "active")
	}},
	{"zoom", desktop.width, func(p *person, s screen) {
		s.width, s.height = s.width/2, s.height/2
		p.look(s)
	}},
	{"print", desktop.width, func(p *person, s screen) {
		p.look(s)
		p.media("print")
	}},
}

// media has the page take itself to be on paper, or in a mode of its device.
func (p *person) media(kind string, features ...string) {
	p.t.Helper()
	params := emulation.SetEmulatedMediaParams{Media: kind}
	for i := 0; i+1 < len(features); i += 2 {
		params.Features = append(params.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
	}
	call(p, emulation.SetEmulatedMedia, params)
}
