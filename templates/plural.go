package templates

import (
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Plural is a phrase with {n}, in the forms that CLDR knows. A language has some
// of them, English one and other, Arabic all six; what is empty is said as Other.
type Plural struct {
	Zero, One, Two, Few, Many, Other string

	numbers numbers // by Labels.Ready
}

// numbers are how a language counts; those of no language count as English.
type numbers struct {
	lang   language.Tag
	digits string
}

// N is the phrase for n.
func (p Plural) N(n int) string { return fill(p.form(n), "{n}", p.numbers.write(n)) }

func (p Plural) form(n int) string {
	if phrase := p.of(p.numbers.form(n)); phrase != "" {
		return phrase
	}
	return p.Other
}

func (p Plural) of(form plural.Form) string {
	switch form {
	case plural.Zero:
		return p.Zero
	case plural.One:
		return p.One
	case plural.Two:
		return p.Two
	case plural.Few:
		return p.Few
	case plural.Many:
		return p.Many
	}
	return p.Other
}

func (c numbers) form(n int) plural.Form {
	lang := c.lang
	if lang == language.Und {
		lang = language.English
	}
	return plural.Cardinal.MatchPlural(lang, max(n, -n), 0, 0, 0, 0)
}

// write is a whole number in the language's digits.
func (c numbers) write(n int) string {
	text := strconv.Itoa(n)
	digits := []rune(c.digits)
	if len(digits) != 10 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return digits[r-'0']
		}
		return r
	}, text)
}

// Forms are what the phrase is called in each of its forms that is not said as
// Other, by CLDR's names, for scripts.
func (p Plural) Forms() map[string]string {
	forms := map[string]string{"other": p.Other}
	for name, phrase := range map[string]string{"zero": p.Zero, "one": p.One, "two": p.Two, "few": p.Few, "many": p.Many} {
		if phrase != "" && phrase != p.Other {
			forms[name] = phrase
		}
	}
	return forms
}
