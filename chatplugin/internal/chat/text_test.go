package chat

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanBody(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"words", "hello", "hello"},
		{"line ends", "a\r\nb\rc\u2028d\u2029e\u0085f\vg\fh", "a\nb\nc\nd\ne\nf\ng\nh"},
		{"blank lines around", "\n \n\t\n  a\n\nb  \n \u200B\n\n", "  a\n\nb"},
		{"controls", "a\x00b\x07c\x1bd\x7fe\u009bf\tg", "abcdef\tg"},
		{"byte order mark and noncharacters", "\uFEFFa\uFFFEb\U0001FFFFc\uFFF9d", "abcd"},
		{"deprecated and invisible operators", "a\u206Ab\u2063c\u180Ed", "abcd"},
		{"composed", "e\u0301", "é"},
		{"hangul", "\u1112\u1161\u11ab", "한"},
		{"eight marks stay", "a" + strings.Repeat("\u0335", 8), "a" + strings.Repeat("\u0335", 8)},
		{"the rest goes", "a" + strings.Repeat("\u0335", 10000) + "b", "a" + strings.Repeat("\u0335", 8) + "b"},
		{"marks that come apart", "a" + strings.Repeat("\u0344", 8), "ä" + strings.Repeat("\u0301\u0308", 4)},
		{"joiners are bounded too", "a" + strings.Repeat("\u200D", 100) + "b", "a" + strings.Repeat("\u200D", 8) + "b"},
		{"overrides go", "safe\u202Egpj.exe\u202C", "safegpj.exe"},
		{"embeddings go", "\u202Aa\u202Bb\u202D\u202C", "ab"},
		{"closed isolates stay", "a \u2067b\u2069 c", "a \u2067b\u2069 c"},
		{"open isolates go", "a \u2067b\nc\u2069 \u2066\u2067d\u2069", "a b\nc \u2067d\u2069"},
		{"letters smuggled as tags", "hi" + "\U000E0069\U000E0067\U000E006E" + "!", "hi!"},

		{"family", "👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"},
		{"skin and hair", "👩🏽‍🦰🏃🏿‍♀️‍➡️", "👩🏽‍🦰🏃🏿‍♀️‍➡️"},
		{"flags", "🇩🇪🏴‍☠️🏳️‍🌈🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪🏴‍☠️🏳️‍🌈🏴󠁧󠁢󠁥󠁮󠁧󠁿"},
		{"keycaps", "1️⃣#️⃣", "1️⃣#️⃣"},
		{"hebrew", "שָׁלוֹם עוֹלָם", "שָׁלוֹם עוֹלָם"},
		{"arabic with a mark of direction", "مرحبا \u200F(1)", "مرحبا \u200F(1)"},
		{"persian", "می\u200Cخواهم", "می\u200Cخواهم"},
		{"hindi", "क्\u200Dष हिन्दी", "क्\u200Dष हिन्दी"},
		{"bengali", "বাংলা", "বাংলা"},
		{"thai", "ที่นี่", "ที่นี่"},
		{"khmer with invisible spaces", "ខ្ញុំ\u200Bស្រឡាញ់", "ខ្ញុំ\u200Bស្រឡាញ់"},
		{"tibetan", "བསྒྲུབས", "བསྒྲུབས"},
		{"vietnamese", "Việt", "Việt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := CleanBody(tt.raw, Limits{}, 0)
			if err != nil || got != tt.want {
				t.Fatalf("CleanBody(%q) = %q, %v, want %q", tt.raw, got, err, tt.want)
			}
			if again, err := CleanBody(got, Limits{}, 0); err != nil || again != got {
				t.Errorf("cleaned again: %q, %v", again, err)
			}
		})
	}
}

func TestCleanBodyRefuses(t *testing.T) {
	const empty = "Write something first."
	tests := []struct{ name, raw, want string }{
		{"nothing", "", empty},
		{"blanks", " \t\r\n\u00A0\u3000", empty},
		{"nul", "\x00", empty},
		{"zero width", "\u200B\u200C\u200D\u2060\uFEFF", empty},
		{"controls of direction", "\u202E\u202C\u2066\u2069\u200F", empty},
		{"letters that look like nothing", "\u3164\u115F\u2800\u00AD", empty},
		{"marks alone", strings.Repeat("\u0301", 10000), empty},
		{"tags alone", "\U000E0061\U000E0062", empty},
		{"not UTF-8", "a\xff", "This text has characters that cannot be read. Type it again."},
		{"half a surrogate", "\xed\xa0\x80", "This text has characters that cannot be read. Type it again."},
		{"one over", strings.Repeat("a", 4001), "This message is 1 character too long. Shorten it or send it in parts."},
		{"many over", strings.Repeat("é", 4321), "This message is 321 characters too long. Shorten it or send it in parts."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := CleanBody(tt.raw, Limits{}, 0)
			refusal := AsError(err)
			if refusal == nil || got != "" {
				t.Fatalf("CleanBody = %q, %v, want a refusal", got, err)
			}
			if refusal.Message != tt.want || refusal.Code != Invalid || refusal.Field != "body" {
				t.Errorf("refused with %+v, want %q", refusal, tt.want)
			}
		})
	}
}

func TestCleanBodyMayBeEmptyWithFiles(t *testing.T) {
	for _, raw := range []string{"", " \n\u200B"} {
		if got, err := CleanBody(raw, Limits{}, 1); got != "" || err != nil {
			t.Errorf("CleanBody(%q) with a file = %q, %v", raw, got, err)
		}
	}
	if _, err := CleanBody(strings.Repeat("a", 4001), Limits{}, 1); err == nil {
		t.Error("a file made a message that is too long acceptable")
	}
}

func TestCleanBodyTakesTheLimitExactly(t *testing.T) {
	limits := Limits{MessageRunes: 5}
	for raw, ok := range map[string]bool{"12345": true, "123456": false, "\n12345  \n": true, "🇩🇪🇫🇷x": true, "e\u0301e\u0301e\u0301e\u0301e\u0301": true} {
		if _, err := CleanBody(raw, limits, 0); (err == nil) != ok {
			t.Errorf("CleanBody(%q) with a limit of 5: %v", raw, err)
		}
	}
}

func TestCleanName(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"spaces", "  The\t \u00A0Crew\u3000", "The Crew"},
		{"lines", "The\r\nCrew\u2028!", "The Crew !"},
		{"controls", "Cr\x00e\x1bw\u009d", "Crew"},
		{"override", "abc\u202Etxt.exe", "abctxt.exe"},
		{"every control of direction", "\u200Ea\u200Fb\u061Cc\u202Ad\u202Ce\u2066f\u2069", "abcdef"},
		{"look-alikes by invisible letters", "A\u200Bn\u00ADn\u2060", "Ann"},
		{"marks", "Z" + strings.Repeat("\u0335", 50) + "algo", "Z" + strings.Repeat("\u0335", 8) + "algo"},
		{"marks at the start", "\u0301\u0301Ann", "Ann"},
		{"joiners around", "\u200DAnn\u200C\u3164", "Ann"},
		{"composed", "Zoe\u0308", "Zoë"},
		{"emoji", "👩🏽‍🚀 Crew ❤️", "👩🏽‍🚀 Crew ❤️"},
		{"persian", "علی\u200Cرضا", "علی\u200Cرضا"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := CleanName(tt.raw, 80, "name")
			if err != nil || got != tt.want {
				t.Fatalf("CleanName(%q) = %q, %v, want %q", tt.raw, got, err, tt.want)
			}
			if again, err := CleanName(got, 80, "name"); err != nil || again != got {
				t.Errorf("cleaned again: %q, %v", again, err)
			}
		})
	}
	refused := map[string]string{
		"":                      "Write a name.",
		" \n\u200B\u3164":       "Write a name.",
		"\u0301\u0301":          "Write a name.",
		"\u202E":                "Write a name.",
		"a\xff":                 "This text has characters that cannot be read. Type it again.",
		strings.Repeat("a", 81): "This name is 1 character too long. Shorten it.",
		strings.Repeat("a", 99): "This name is 19 characters too long. Shorten it.",
	}
	for raw, want := range refused {
		if _, err := CleanName(raw, 80, "title"); err == nil || err.Error() != want || AsError(err).Field != "title" {
			t.Errorf("CleanName(%q): %v, want %q", raw, err, want)
		}
	}
}

func TestCleanDescription(t *testing.T) {
	for raw, want := range map[string]string{"": "", " \n ": "", "a\r\nb\n": "a\nb", "a\u202Eb": "ab"} {
		if got, err := CleanDescription(raw, Limits{}); got != want || err != nil {
			t.Errorf("CleanDescription(%q) = %q, %v, want %q", raw, got, err, want)
		}
	}
	for raw, want := range map[string]string{
		strings.Repeat("a", 503): "This description is 3 characters too long. Shorten it.",
		"\xc3":                   "This text has characters that cannot be read. Type it again.",
	} {
		if _, err := CleanDescription(raw, Limits{}); err == nil || err.Error() != want || AsError(err).Field != "description" {
			t.Errorf("CleanDescription(%.9q): %v, want %q", raw, err, want)
		}
	}
}

func TestDisplayName(t *testing.T) {
	tests := []struct{ name, fallback, want string }{
		{"Ann", "x", "Ann"},
		{"", "Somebody new", "Somebody new"},
		{" \u200B", "\u202E", "Somebody"},
		{" \u200B", "", ""},
		{"A\xffnn\u202E", "x", "Ann"},
		{"a\nb", "x", "a b"},
		{strings.Repeat("a", 200), "x", strings.Repeat("a", 79) + "…"},
		{strings.Repeat("a", 76) + "👨‍👩‍👧‍👦 b", "x", strings.Repeat("a", 76) + "…"},
	}
	for _, tt := range tests {
		if got := DisplayName(tt.name, tt.fallback); got != tt.want {
			t.Errorf("DisplayName(%q, %q) = %q, want %q", tt.name, tt.fallback, got, tt.want)
		}
	}
}

// nasty are the runes and pieces that the rules are about; a fuzzer that knows
// bytes alone rarely puts two of them together.
var nasty = []string{
	"a", "é", "e", "\u0301", "\u0327", "\u0344", "\u0335", " ", "\n", "\r", "\t", "\u00A0", "\u2028", "\x00", "\u200B", "\u200C", "\u200D", "\u200E",
	"\u202A", "\u202E", "\u202C", "\u2066", "\u2067", "\u2068", "\u2069", "\uFE0F", "\u20E3", "1", "👍", "🏽", "🇩", "🇪", "🏴", "\U000E0067", "\U000E007F",
	"\u1100", "\u1161", "\u11A8", "가", "क", "\u094D", "\u0958", "\u3164", "\u034F", "\U0001D15E", "\U0001D15F", "\uFB2C", "\u0F73", "\u2126", "ש", "\u05C1",
	"\xff", "\uFEFF", "*", "**", "_", "`", "```", "~~", "[", "](https://a.bc)", "> ", "\uFFFE", "…",
}

func TestCleanTextOfEveryMixture(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 4000 {
		var b strings.Builder
		for range random.IntN(40) {
			b.WriteString(strings.Repeat(nasty[random.IntN(len(nasty))], 1+random.IntN(3)*random.IntN(6)))
		}
		checkText(t, b.String())
		if t.Failed() {
			return
		}
	}
}

func FuzzCleanBody(f *testing.F) {
	for _, seed := range nasty {
		f.Add(seed)
	}
	f.Add(strings.Join(nasty, ""))
	f.Fuzz(checkText)
}

// checkText cleans raw in every way and looks at what came out.
func checkText(t *testing.T, raw string) {
	limits := Limits{MessageRunes: 1 << 20}
	body, err := CleanBody(raw, limits, 0)
	if refusal := AsError(err); err != nil && (refusal == nil || refusal.Message == "" || body != "") {
		t.Errorf("%q: refused with %v and %q", raw, err, body)
	}
	checkClean(t, raw, body)
	if again, _ := CleanBody(body, limits, 1); again != body {
		t.Errorf("%q: cleaned once %q, twice %q", raw, body, again)
	}
	name, err := CleanName(raw, 1<<20, "name")
	if again, _ := CleanName(name, 1<<20, "name"); again != name {
		t.Errorf("%q, %v: name cleaned once %q, twice %q", raw, err, name, again)
	}
	snippet, display := Snippet(raw, 20), DisplayName(raw, "x")
	for _, line := range []string{name, snippet, display} {
		checkClean(t, raw, line)
		if strings.ContainsAny(line, "\n\t") || strings.IndexFunc(line, isIsolate) >= 0 {
			t.Errorf("%q: not a plain line: %q", raw, line)
		}
	}
	if utf8.RuneCountInString(snippet) > 20 || display == "" || utf8.RuneCountInString(display) > displayRunes {
		t.Errorf("%q: snippet %q, shown as %q", raw, snippet, display)
	}
	if OnlyEmoji(raw) && (strings.ContainsAny(raw, "aé") || !visible(raw)) {
		t.Errorf("%q: not only emoji", raw)
	}
}

// checkClean looks at what must hold of anything that was cleaned.
func checkClean(t *testing.T, raw, got string) {
	t.Helper()
	if !utf8.ValidString(got) {
		t.Errorf("%q: not UTF-8: %q", raw, got)
	}
	marks := 0
	for _, r := range got {
		switch {
		case isMark(r):
			marks++
		default:
			marks = 0
		}
		if marks > maxMarks || isOverride(r) || isJunk(r) && r != '\n' && r != '\t' {
			t.Errorf("%q: %U, after %d marks, in %q", raw, r, marks, got)
		}
	}
}

func BenchmarkCleanBody(b *testing.B) {
	for name, body := range map[string]string{
		"short": "See you at 8?",
		"long":  strings.Repeat("A usual sentence with an é and an emoji 🎉.\n", 90),
		"zalgo": "a" + strings.Repeat("\u0335\u0301", 10000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := CleanBody(body, Limits{}, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
