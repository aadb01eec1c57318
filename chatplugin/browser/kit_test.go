package browser

import (
	"strings"
	"testing"
)

// TestKit shows that the kit hears what it is meant to hear.
func TestKit(t *testing.T) {
	app := serve(t)
	ann := arrive(t, app, app.URL, app.User("Ann"), desktop)
	ann.open("/chat/")
	ann.live()
	for name, act := range map[string]string{
		"inline style": `document.body.setAttribute("style", "color: red")`,
		"a refusal":    `fetch("/chat/aaaaaaaaaaaaaaa/")`,
		"nothing":      `setTimeout(() => nothing.of.it)`,
		"a warning":    `console.warn("a warning")`,
	} {
		eval[bool](ann, "("+act+", true)")
		want := map[string]string{"inline style": "Content Security Policy", "a refusal": "404", "nothing": "nothing is not defined"}[name]
		if want == "" {
			want = name
		}
		eventually(t, "a complaint about "+name, func() bool {
			ann.mu.Lock()
			defer ann.mu.Unlock()
			heard := strings.Contains(strings.Join(ann.problems, "\n"), want)
			if heard {
				ann.problems = nil
			}
			return heard
		})
	}
}
