package templates

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Signs that show nothing and keep directions apart.
const (
	isolateStart = "\u2068"
	isolateEnd   = "\u2069"
	markLTR      = "\u200e"
	markRTL      = "\u200f"
)

// isolate keeps a name that is written the other way from turning round the
// words beside it.
func isolate(l *Labels, name string) string {
	if strings.IndexFunc(name, l.against) < 0 {
		return name
	}
	return isolateStart + name + isolateEnd
}

func isolated(l *Labels, names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = isolate(l, name)
	}
	return all
}

// against tells the letters that run against the language's direction.
func (l *Labels) against(r rune) bool {
	properties, _ := bidi.LookupRune(r)
	class := properties.Class()
	if l.Dir == "rtl" {
		return class == bidi.L
	}
	return class == bidi.R || class == bidi.AL
}

// directed begins a text in the language's direction.
func directed(l *Labels) string {
	if l.Dir == "rtl" {
		return markRTL
	}
	return markLTR
}
