package markup

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hostile are patterns that make parsers of markup slow or deep, each repeated
// up to a size.
var hostile = map[string]string{
	"quotes":               ">",
	"spaced quotes":        "> ",
	"quote lines":          "> a\n",
	"stars":                "*",
	"bold":                 "**a ",
	"closers":              "a** ",
	"open and close":       "*a_ ",
	"openers":              "*a **a ",
	"underscores":          "_a",
	"mixed emphasis":       "*_",
	"tildes":               "~~a ",
	"brackets":             "[",
	"closed brackets":      "]",
	"bracket pairs":        "[a]",
	"link starts":          "[a](",
	"links":                "[a](https://a.bc)",
	"nested links":         "[a](https://a.bc[",
	"images":               "![a](",
	"links with titles":    "[a](<b> \"",
	"backticks":            "`",
	"backtick pairs":       "`a``b",
	"angle brackets":       "<",
	"angle addresses":      "<https://a",
	"tags":                 "<b>",
	"addresses":            "https://a.bc ",
	"one address":          "https://a.bc/(",
	"address dots":         "https://a.bc/....)",
	"colons":               "http:",
	"mail":                 "a@b.cd ",
	"mail starts":          "_a@",
	"www":                  "www.a.bc ",
	"bullets":              "- ",
	"bullet lines":         "- a\n",
	"numbers":              "1. ",
	"number lines":         "1. a\n",
	"bullets and quotes":   "- > ",
	"fences":               "```\n",
	"fence ends":           "```\na```\n",
	"backslashes":          "\\",
	"escaped stars":        "\\*",
	"spaces":               " ",
	"tabs":                 "\ta",
	"lines":                "\n",
	"lines with words":     "a\n",
	"carriage returns":     "\r\n",
	"nul":                  "\x00",
	"ampersands":           "&amp;",
	"combining marks":      "\u0301",
	"emoji":                "👨‍👩‍👧‍👦",
	"wide characters":      "看https://a",
	"indented":             "    a\n",
	"lists inside lists":   "- a\n  - b\n    - c\n",
	"not UTF-8":            "\xff*",
	"paragraphs":           "a\n\n",
	"setext":               "a\n===\n",
	"rules":                "---\n",
	"tables":               "|a|b|\n|-|-|\n",
	"definitions":          "[a]: https://a.bc\n",
	"growing code":         "",
	"growing indentation":  "",
	"growing quotes":       "",
	"balanced stars":       "",
	"balanced brackets":    "",
	"openers then closers": "",
}

// attack builds a hostile text of about n bytes.
func attack(name string, n int) string {
	half := n / 2
	switch name {
	case "growing code":
		return growing(n, func(i int) string { return strings.Repeat("`", i) + "a" })
	case "growing indentation":
		return growing(n, func(i int) string { return strings.Repeat(" ", i) + "- a\n" })
	case "growing quotes":
		return growing(n, func(i int) string { return strings.Repeat("> ", i) + "a\n" })
	case "balanced stars":
		return strings.Repeat("*", half) + "a" + strings.Repeat("*", half)
	case "balanced brackets":
		return strings.Repeat("[", half) + "a" + strings.Repeat("]", half) + "(https://a.bc)"
	case "openers then closers":
		return strings.Repeat("*a ", half/3) + strings.Repeat("b_ ", half/3)
	}
	return strings.Repeat(hostile[name], n/len(hostile[name])+1)
}

func growing(n int, line func(int) string) string {
	var b strings.Builder
	for i := 1; b.Len() < n; i++ {
		b.WriteString(line(i))
	}
	return b.String()
}

func TestHostileTextStaysShallowAndSmall(t *testing.T) {
	const size = 64 << 10
	for name := range hostile {
		t.Run(name, func(t *testing.T) {
			body := attack(name, size)
			if len(body) < size-8 {
				t.Fatalf("premise: the text has %d bytes", len(body))
			}
			out := Render(body)
			if limit := 24 * len(body); len(out) > limit {
				t.Errorf("HTML of %d bytes from %d", len(out), len(body))
			}
			if got, limit := depth(out), 2*maxBlocks+maxInlines+4; got > limit {
				t.Errorf("elements nest %d deep, want at most %d", got, limit)
			}
		})
	}
}

// depth is how deep the elements of a fragment nest as written: a browser
// would build as many levels.
func depth(fragment string) int {
	now, deepest := 0, 0
	for z := html.NewTokenizer(strings.NewReader(fragment)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return deepest
		case html.StartTagToken:
			if name, _ := z.TagName(); string(name) != "br" {
				now++
			}
		case html.EndTagToken:
			now--
		}
		deepest = max(deepest, now)
	}
}

// BenchmarkHostile shows that the time per byte stays the same as texts grow:
// compare the MB/s of each pattern's sizes.
func BenchmarkHostile(b *testing.B) {
	for name := range hostile {
		for _, size := range []int{4 << 10, 16 << 10, 64 << 10} {
			body := attack(name, size)
			b.Run(fmt.Sprintf("%s/%dKiB", strings.ReplaceAll(name, " ", "-"), size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(body)))
				for b.Loop() {
					Render(body)
				}
			})
		}
	}
}
