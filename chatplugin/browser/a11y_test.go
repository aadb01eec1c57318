package browser

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
)

//go:embed testdata/axe.min.js
var axe string

// audit has axe look through the whole page by the rules of WCAG 2.0 to 2.2, A
// and AA, and by its own best practices; it answers a line for each violation.
const audit = `axe.run(document, {
	resultTypes: ["violations"],
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
	id + ": " + target.join(" ") + ": " + failureSummary.replace(/\s+/g, " "))))`

// sound checks the page as it is.
func (p *person) sound(where string) {
	p.t.Helper()
	if !eval[bool](p, "!!window.axe") {
		eval[bool](p, axe+"; !!window.axe")
	}
	p.wait("what moves to stand still", still)
	for _, violation := range eval[[]string](p, audit) {
		p.t.Errorf("%s: %s", where, violation)
	}
}

// TestAccessible: axe finds nothing on any page, in any dialog or state, on
// phones and desktops, light and dark; and fingers hit what they mean.
func TestAccessible(t *testing.T) {
	w := newWorld(t)
	jonas := arrive(t, w.app, w.app.URL, w.jonas, desktop)
	jonas.open("/chat/" + w.crew + "/")
	jonas.live()
	for _, v := range views {
		for _, s := range []screen{phone, desktop} {
			t.Run(fmt.Sprintf("%s-%d", v.name, s.width), func(t *testing.T) {
				s.still = true
				p := w.visit(t, v, s)
				p.sound("light")
				s.dark = true
				p.look(s)
				p.sound("dark")
				if s.touch {
					p.fingers(s)
				}
			})
		}
	}
}

// TestAuditFindsWhatIsWrong shows that a page with faults does not pass.
func TestAuditFindsWhatIsWrong(t *testing.T) {
	p := newPerson(t, serve(t).URL, "somebody", desktop)
	p.open("/chat/sign-in/")
	eval[bool](p, axe+"; !!window.axe")
	if found := eval[[]string](p, audit); len(found) != 0 {
		t.Fatalf("the page as it is: %q", found)
	}
	eval[bool](p, `(document.querySelectorAll("label").forEach((l) => l.remove()), document.documentElement.removeAttribute("lang"),
		document.styleSheets[0].insertRule(".chat-guest__title { color: #aaa }"), true)`)
	found := strings.Join(eval[[]string](p, audit), "\n")
	for _, rule := range []string{"label:", "html-has-lang:", "color-contrast:"} {
		if !strings.Contains(found, rule) {
			t.Errorf("%s was not found in:\n%s", rule, found)
		}
	}
	sum := sha256.Sum256([]byte(axe))
	noted, err := os.ReadFile("testdata/AXE.md")
	if err != nil || !strings.Contains(string(noted), hex.EncodeToString(sum[:])) {
		t.Errorf("axe.min.js is not the one that AXE.md notes (%v)", err)
	}
}
