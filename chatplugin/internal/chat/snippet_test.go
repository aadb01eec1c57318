package chat

import (
	"strings"
	"testing"
)

func TestSnippet(t *testing.T) {
	tests := []struct {
		body string
		max  int
		want string
	}{
		{"hello", 80, "hello"},
		{"one\n\n  two\tthree", 80, "one two three"},
		{"**bold** and *it* and _it_ and ~~no~~ and `code`", 80, "bold and it and it and no and code"},
		{"**a *b* c**", 80, "a b c"},
		{"__init__ and snake_case_name and 2*3*4 and 2 * 3 * 4", 80, "init and snake_case_name and 2*3*4 and 2 * 3 * 4"},
		{"> quoted\nanswer", 80, "quoted answer"},
		{"> > twice\n>_<", 80, "twice >_<"},
		{"```go\nx := 1\n```\nafter", 80, "x := 1 after"},
		{"see [the docs](https://a.bc/d) now", 80, "see the docs now"},
		{"[x](javascript:alert(1))", 80, "[x](javascript:alert(1))"},
		{"- a\n- b", 80, "- a - b"},
		{"<b>x</b> &amp;", 80, "<b>x</b> &amp;"},
		{"**", 80, "**"},
		{"```\n```", 80, "``` ```"},
		{"a\u2067b\u202Ec", 80, "abc"},
		{"a\xffb", 80, "ab"},
		{"12345", 5, "12345"},
		{"123456", 5, "1234…"},
		{"123 56", 5, "123…"},
		{"ab👨‍👩‍👧‍👦", 5, "ab…"},
		{"ab🇩🇪🇫🇷", 5, "ab🇩🇪…"},
		{"abcde\u0301\u0335x", 6, "abcd…"},
		{"👨‍👩‍👧‍👦", 3, "…"},
		{"hello", 1, "…"},
		{"hello", 0, ""},
		{"", 10, ""},
		{strings.Repeat(" \n", 5000) + "x", 10, "x"},
		{"x" + strings.Repeat(" \n", 5000) + "y", 10, "x…"},
	}
	for _, tt := range tests {
		if got := Snippet(tt.body, tt.max); got != tt.want {
			t.Errorf("Snippet(%.60q, %d) = %q, want %q", tt.body, tt.max, got, tt.want)
		}
	}
}

func TestOnlyEmoji(t *testing.T) {
	tests := map[string]bool{
		"😀": true, "😀😀😀": true, "😀 😀\n😀": true, "😀😀😀😀": false,
		"👨‍👩‍👧‍👦": true, "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦": true, "👩🏽‍🚀": true, "👍🏿": true, "☝🏽": true,
		"🇩🇪": true, "🇩🇪🇫🇷🇮🇹": true, "🇩": false, "🏴󠁧󠁢󠁥󠁮󠁧󠁿": true, "🏳️‍🌈": true, "🏴‍☠️": true,
		"1️⃣": true, "#⃣": true, "1": false, "#": false, "12": false,
		"❤️": true, "❤": true, "☎️": true, "☎": false, "©️": true, "©": false, "✅": true, "→": false,
		"🫠": true, "🥹": true, "🪿": true, "⭐": true, "〰️": true, "㊗️": true, "🅰️": true,
		"": false, " ": false, "a": false, "😀a": false, "a😀": false, ":)": false, "😀!": false, "漢": false, "\u200D": false,
		"😀\u0301": false,
	}
	for body, want := range tests {
		if got := OnlyEmoji(body); got != want {
			t.Errorf("OnlyEmoji(%q) = %v", body, got)
		}
	}
}
