package chat

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// marking are the signs of markup and what a reader sees of each, in the order
// in which they are taken away.
var marking = []struct {
	sign *regexp.Regexp
	text string
}{
	{regexp.MustCompile("(?m)^[ \t]*```[\\w+#.-]*[ \t]*$"), ""},
	{regexp.MustCompile(`(?m)^[ \t]*(?:>[ \t]?)*>[ \t]`), ""},
	{regexp.MustCompile("`+([^`\n]+)`+"), "$1"},
	{regexp.MustCompile(`\[([^\[\]\n]+)\]\((?:https?://|mailto:)[^\s()]+\)`), "$1"},
	{regexp.MustCompile(`\*\*(\S|\S[^\n]*?\S)\*\*`), "$1"},
	{regexp.MustCompile(`~~(\S|\S[^\n]*?\S)~~`), "$1"},
	{regexp.MustCompile(`(^|[^\pL\pN*])\*([^\s*]|[^\s*][^*\n]*?[^\s*])\*`), "$1$2"},
	{regexp.MustCompile(`(^|[^\pL\pN_])_{1,2}([^\s_]|[^\s_][^\n]*?[^\s_])_{1,2}($|[^\pL\pN_])`), "$1$2$3"},
}

// Snippet makes one line of plain text of a message, at most max runes, for a
// list or a quote: markup taken away, cut between two letters.
func Snippet(body string, max int) string {
	if max <= 0 {
		return ""
	}
	// Little past this shows, whatever the markup in between takes away, and a
	// list of a hundred long messages costs no more than one of short ones.
	start, whole := head(strings.TrimSpace(strings.ToValidUTF8(body, "")), 8*max+200)
	plain := start
	for _, mark := range marking {
		plain = mark.sign.ReplaceAllString(plain, mark.text)
	}
	if plain = cleanLine(plain); !visible(plain) {
		plain = cleanLine(start)
	}
	if !whole && utf8.RuneCountInString(plain) < max {
		plain += "…"
	}
	return cut(plain, max)
}

// head is the first max runes of s, and whether that is all of it.
func head(s string, max int) (string, bool) {
	n := 0
	for i := range s {
		if n == max {
			return s[:i], false
		}
		n++
	}
	return s, true
}

// cut shortens s to max runes, the ellipsis included, between two of what
// people call letters.
func cut(s string, max int) string {
	if _, whole := head(s, max); whole {
		return s
	}
	end, room := 0, max-1
	for end < len(s) {
		size := clusterLen(s[end:])
		if room -= utf8.RuneCountInString(s[end : end+size]); room < 0 {
			break
		}
		end += size
	}
	return strings.TrimRight(s[:end], " ") + "…"
}

// clusterLen is how many bytes at the start of s belong together: a letter
// with its marks, a flag, an emoji with its skin tone and all that is joined.
func clusterLen(s string) int {
	first, end := utf8.DecodeRuneInString(s)
	joined, picture := false, isPicture(first)
	flag := isRegion(first)
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		switch {
		case r == zwj:
			joined = true
		case isMark(r), isJoiner(r), isSkin(r) && picture, isTag(r):
			joined = false
		case flag && isRegion(r):
			flag = false
		case joined && picture && isPicture(r):
			joined = false
		default:
			return end
		}
		end += size
	}
	return end
}
