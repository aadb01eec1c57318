package templates

import (
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// shipped are the languages that come with the module, English first.
var shipped = []struct {
	lang string
	make func() *Labels
}{
	{"en", English},
	{"de", German},
	{"ar", Arabic},
}

// Languages are those that come with the module.
func Languages() []string {
	langs := make([]string, len(shipped))
	for i, s := range shipped {
		langs[i] = s.lang
	}
	return langs
}

// LabelsIn makes the words of a language: of the very one, or of the one that
// it is a kind of, as "de" for "de-AT". A language that does not come with the
// module has English words under its own name and direction, for a host to
// change.
func LabelsIn(lang string) *Labels {
	for name := lang; name != ""; name = parent(name) {
		for _, s := range shipped {
			if strings.EqualFold(s.lang, name) {
				l := s.make()
				l.Lang = lang
				return l.Ready()
			}
		}
	}
	l := English()
	l.Lang, l.Dir, l.TimeLayout, l.DayLayout = lang, direction(lang), "2006-01-02 15:04", "2006-01-02"
	return l.Ready()
}

func parent(lang string) string {
	cut := max(strings.LastIndexByte(lang, '-'), 0)
	return lang[:cut]
}

// rightToLeft are the scripts that are written so.
var rightToLeft = []string{"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Mand", "Samr"}

func direction(lang string) string {
	script, _ := language.Make(lang).Script()
	if slices.Contains(rightToLeft, script.String()) {
		return "rtl"
	}
	return "ltr"
}

// Ready lets every phrase count as the language does. Call it after Lang, Digits
// or a Plural was set; it answers the same set.
func (l *Labels) Ready() *Labels {
	counting := l.numbers()
	value := reflect.ValueOf(l).Elem()
	for i := range value.NumField() {
		if phrase, ok := value.Field(i).Addr().Interface().(*Plural); ok {
			phrase.numbers = counting
		}
	}
	return l
}

func (l *Labels) numbers() numbers { return numbers{language.Make(l.Lang), l.Digits} }

// Number is a whole number as people of the language write it.
func (l *Labels) Number(n int) string { return numbers{digits: l.Digits}.write(n) }

// Sentence is a refusal in the words of the language: pattern is the English
// one, and pairs fill its places, as "{n}", "3".
func (l *Labels) Sentence(pattern string, pairs ...string) string {
	if l != nil {
		if own := l.Sentences[pattern]; own != "" {
			pattern = own
		}
	}
	return fill(pattern, pairs...)
}

// join adds the sentences that are made of two: what was too much, and how long
// to wait.
func join(into, first, second map[string]string) {
	for a, ownA := range first {
		for b, ownB := range second {
			into[a+" "+b] = ownA + " " + ownB
		}
	}
}

// Neutral is the same set with times that are written alike in every language,
// for what goes to readers of several: their scripts write the times anew.
func (l *Labels) Neutral() *Labels {
	neutral := *l
	neutral.TimeLayout, neutral.DayLayout = "2006-01-02 15:04", "2006-01-02"
	return &neutral
}
