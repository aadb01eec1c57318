package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// call sends a command to the page's target.
func call[P, R any](p *person, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		p.t.Fatalf("%s: %s: %v", p.name, command.Method, err)
	}
	return result
}

func (p *person) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
}

// open goes to an address of the application.
func (p *person) open(path string) {
	p.t.Helper()
	p.do(chromedp.Navigate(p.base + path))
}

func (p *person) reload() {
	p.t.Helper()
	p.do(chromedp.Reload())
}

// try is the value of an expression of the page; promises are waited for.
func try[T any](p *person, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](p.scoped(expression), chromedp.EvalAwaitPromise))
}

// eval is try that ends the test.
func eval[T any](p *person, expression string) T {
	p.t.Helper()
	v, err := try[T](p, expression)
	if err != nil {
		p.t.Fatalf("%s: %s: %v", p.name, expression, err)
	}
	return v
}

// wait waits until an expression of the page is true, across navigations.
func (p *person) wait(what, expression string) {
	p.t.Helper()
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(glance) {
		var holds bool
		holds, err = try[bool](p, "!!("+expression+")")
		if err == nil && holds {
			return
		}
	}
	p.t.Fatalf("%s never saw %s\n%s (%v)\nat %s the page shows:\n%s", p.name, what, expression, err, p.where(), p.text())
}

func (p *person) where() string {
	address, _ := try[string](p, "location.href")
	return strings.TrimPrefix(address, p.base)
}

func (p *person) text() string {
	text, _ := try[string](p, "document.body.innerText")
	return text
}

// js writes a value as the page's language does.
func js(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// pick is an expression for the first visible element that a selector means.
// "button >> Save" is a button that shows, or is named, Save. "widget .launch"
// looks into the widget's element.
func pick(selector string) string {
	css, text, _ := strings.Cut(selector, " >> ")
	root := "document"
	if inner, ok := strings.CutPrefix(css, "widget "); ok {
		root, css = shadow, inner
	}
	return fmt.Sprintf(`[...%s.querySelectorAll(%s)].find((e) => (e.checkVisibility() || e.type === "file") &&
		[e.textContent, e.getAttribute("aria-label") ?? ""].some((s) => s.replace(/\s+/g, " ").includes(%s)))`, root, js(css), js(text))
}

// see waits for a visible element.
func (p *person) see(selector string) {
	p.t.Helper()
	p.wait(selector, pick(selector))
}

// miss waits until there is no such visible element.
func (p *person) miss(selector string) {
	p.t.Helper()
	p.wait("that there is no "+selector, "!("+pick(selector)+")")
}

// at waits for a page whose path fits a pattern.
func (p *person) at(pattern string) {
	p.t.Helper()
	p.wait("the page "+pattern, "new RegExp("+js("^"+pattern+"$")+").test(location.pathname) && document.readyState === 'complete'")
}

// spot answers where an element can be clicked: brought into view, standing
// still and with nothing in front of it.
const spot = `((e) => {
	if (!e) return { why: "is not there" };
	const box = () => e.getBoundingClientRect();
	const inside = (r) => r.top >= 0 && r.left >= 0 && r.bottom <= innerHeight && r.right <= innerWidth;
	if (!inside(box())) e.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
	const r = box();
	const x = r.left + r.width / 2, y = r.top + r.height / 2;
	const hit = e.getRootNode().elementFromPoint(x, y);
	const fits = hit && (e.contains(hit) || hit.closest("label")?.control === e);
	return fits ? { x, y } : { why: "is covered by " + (hit?.outerHTML.slice(0, 120) ?? "nothing, being out of view") };
})`

type place struct {
	X, Y float64
	Why  string
}

// find waits until an element can be clicked.
func (p *person) find(selector string) place {
	p.t.Helper()
	var last, before place
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(glance) {
		last, err = try[place](p, spot+"("+pick(selector)+")")
		if err == nil && last.Why == "" && last == before {
			return p.onPage(last)
		}
		before = last
	}
	p.t.Fatalf("%s cannot click %s, which %s (%v)\nat %s the page shows:\n%s", p.name, selector, last.Why, err, p.where(), p.text())
	return last
}

// click presses the mouse on an element, as a hand would.
func (p *person) click(selector string) {
	p.t.Helper()
	at := p.find(selector)
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y), chromedp.MouseClickXY(at.X, at.Y))
}

// tap touches an element with a finger.
func (p *person) tap(selector string) {
	p.t.Helper()
	at := p.find(selector)
	p.do(chromedp.TapXY(at.X, at.Y))
}

// hover moves the mouse onto an element.
func (p *person) hover(selector string) {
	p.t.Helper()
	at := p.find(selector)
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y))
}

// drag moves the mouse from one place to another with its button down.
func (p *person) drag(from, to place) {
	p.t.Helper()
	event := func(kind input.DispatchMouseEventType, at place) {
		p.do(chromedp.MouseEvent(kind, at.X, at.Y, chromedp.ButtonType(input.MouseButtonLeft), chromedp.ClickCount(1)))
	}
	event(input.DispatchMouseEventTypeMousePressed, from)
	for i := range 4 {
		part := float64(i+1) / 4
		event(input.DispatchMouseEventTypeMouseMoved, place{X: from.X + (to.X-from.X)*part, Y: from.Y + (to.Y-from.Y)*part})
	}
	event(input.DispatchMouseEventTypeMouseReleased, to)
}

// keys presses keys, wherever the focus is.
func (p *person) keys(keys string, modifiers ...chromedp.Modifier) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// enter puts text into a field in place of what is there.
func (p *person) enter(selector, text string) {
	p.t.Helper()
	p.click(selector)
	p.keys("a", chromedp.ModifierCtrl)
	p.keys(kb.Delete)
	p.keys(text)
	p.wait("what was typed into "+selector, fmt.Sprintf("(%s)?.value === %s", pick(selector), js(text)))
}

// choose selects an option by the keyboard.
func (p *person) choose(selector, value string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf("((e) => { e.focus(); return e === document.activeElement })(%s)", pick(selector)))
	p.keys(kb.Home)
	for range 10 {
		if eval[string](p, pick(selector)+".value") == value {
			return
		}
		p.keys(kb.ArrowDown)
	}
	p.t.Fatalf("%s found no option %q in %s", p.name, value, selector)
}

// press holds a finger on an element until something opens by it.
func (p *person) press(selector string) {
	p.t.Helper()
	at := p.find(selector)
	point := []*input.TouchPoint{{X: at.X, Y: at.Y}}
	call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: point})
	p.wait("what a long press opens", `document.querySelector("dialog[open]")`)
	call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
}
