package browser

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// screen is what a person looks at.
type screen struct {
	width, height int64
	touch         bool
	dark          bool
	still         bool // asked for less motion
	noScript      bool
	before        string // runs in every page before its own scripts
}

// The usual screens.
var (
	desktop = screen{width: 1440, height: 900}
	tablet  = screen{width: 768, height: 1024}
	phone   = screen{width: 360, height: 740, touch: true}
)

// person is somebody at a page, in a browser profile of their own.
type person struct {
	t     *testing.T
	ctx   context.Context
	name  string
	base  string // where the application is
	touch bool
	panel bool // what is said below is about the widget's panel, not the page around it

	mu       sync.Mutex
	expected []string
	problems []string
}

// newPerson opens an empty page in a fresh profile.
func newPerson(t *testing.T, base, name string, s screen) *person {
	t.Helper()
	ctx, cancel := chromedp.NewContext(running(t), chromedp.WithNewBrowserContext())
	return sit(t, ctx, cancel, base, name, s)
}

// another opens one more page in the same profile.
func (p *person) another(s screen) *person {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx)
	return sit(p.t, ctx, cancel, p.base, p.name+" (another page)", s)
}

func sit(t *testing.T, ctx context.Context, cancel context.CancelFunc, base, name string, s screen) *person {
	t.Helper()
	p := &person{t: t, ctx: ctx, name: name, base: base}
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		t.Fatalf("open a page for %s: %v", name, err)
	}
	done := p.listen()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s ended at %s", name, p.where())
		}
		cancel()
		<-done
		for _, problem := range p.problems {
			t.Errorf("the console of %s: %s", name, problem)
		}
	})
	p.look(s)
	return p
}

// look changes what the page is shown on.
func (p *person) look(s screen) {
	p.t.Helper()
	p.touch = s.touch
	var size []chromedp.EmulateViewportOption
	if s.touch {
		size = append(size, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	scheme, motion := "light", "no-preference"
	if s.dark {
		scheme = "dark"
	}
	if s.still {
		motion = "reduce"
	}
	p.do(chromedp.EmulateViewport(s.width, s.height, size...))
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
	}})
	// All pages are in front: several people sit at this one machine.
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: s.noScript})
	if s.before != "" {
		p.runBefore(s.before)
	}
}

// runBefore has a script run in every page before its own.
func (p *person) runBefore(script string) {
	p.t.Helper()
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// listen collects what pages complain of.
func (p *person) listen() chan struct{} {
	messages := chromedp.Console(p.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning {
				p.complaint(strings.TrimSpace(fmt.Sprintf("%s %s", m.String(), m.URL)))
			}
		}
	}()
	return done
}

func (p *person) complaint(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.ContainsFunc(p.expected, func(e string) bool { ok, _ := regexp.MatchString(e, text); return ok }) {
		p.problems = append(p.problems, text)
	}
}

// expect allows complaints that fit one of the patterns, such as the line that
// browsers write for an answer with status 422.
func (p *person) expect(patterns ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, patterns...)
}

// What browsers write to the console by themselves.
const (
	refusedForm = "status of 422"
	gone        = "status of 404"
	lateMark    = "status of 404.*/read/$"
	noNetwork   = "net::ERR"
	noSocket    = "WebSocket connection"
)
