package markup

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// pieces are what markup is made of; a fuzzer that knows bytes alone rarely
// makes a list inside a quote of them.
var pieces = []string{
	"a", "b c", " ", "  ", "    ", "\t", "\n", "\n\n", "\n> ", "\n>", "\n- ", "\n* ", "\n  - ", "\n    ", "\n1. ", "\n7. ", "\n2) ", "\n+ ", "\n---\n", "\n===\n",
	"\n```\n", "\n```go\n", "```", "`", "``", "*", "**", "***", "_", "__", "~", "~~", "[", "]", "](", ")", "(", "!", "<", ">", "\\", "\\\n", "\r\n", "\r", "&amp;", "\"", "'",
	"https://a.bc", "http://", "HTTPS://d.ef/g_h", "www.a.bc", "a@b.cd", "<https://a.bc>", "[a](https://a.bc)", "[a](javascript:b)", "<script>", "</p>", "é", "看", "👍🏽", "\u202E", "\x00", ":", "://", "#", "|", "-", ".",
}

func TestRenderEveryMixture(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var b strings.Builder
		for range random.IntN(30) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		checkRender(t, b.String())
		if t.Failed() {
			return
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, payload := range payloads {
		f.Add(payload)
	}
	for name := range hostile {
		f.Add(attack(name, 200))
	}
	f.Add(strings.Join(pieces, ""))
	f.Fuzz(checkRender)
}

// checkRender renders a text and looks at what must hold of any.
func checkRender(t *testing.T, body string) {
	out := Render(body)
	if !utf8.ValidString(out) {
		t.Errorf("%q: not UTF-8: %q", body, out)
	}
	if out != Render(body) {
		t.Errorf("%q: twice, and not the same", body)
	}
	inspect(t, body, out)
	if got, limit := depth(out), 2*maxBlocks+maxInlines+4; got > limit {
		t.Errorf("%q: elements nest %d deep", body, got)
	}
	// What names a language or a link's address may go out of sight; no other
	// letter that somebody typed does.
	if strings.Contains(body, "](") || strings.Contains(body, "```") || !utf8.ValidString(body) {
		return
	}
	if want, got := letters(body), letters(textOf(out)); got != want {
		t.Errorf("%q: letters typed\n%q, shown\n%q in %s", body, want, got, out)
	}
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

// textOf is the text that a reader sees of a fragment.
func textOf(fragment string) string {
	var b strings.Builder
	for z := html.NewTokenizer(strings.NewReader(fragment)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		}
	}
}
