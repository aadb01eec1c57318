package templates

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"golang.org/x/text/feature/plural"
)

// mayRepeat are words that a language may share with English; keys are called as they are labelled.
var mayRepeat = []string{"KeyEnter", "KeyShift", "KeyCtrl", "KeyAlt", "KeyEsc", "Name", "Chats", "Code", "Admin", "Online", "OnlinePeople", "EmailHint", "ListComma", "Said", "Lang", "Dir", "Digits"}

func TestEveryLanguageHasEveryWord(t *testing.T) {
	english := reflect.ValueOf(English()).Elem()
	for _, lang := range Languages() {
		labels := reflect.ValueOf(LabelsIn(lang)).Elem()
		for i := range labels.NumField() {
			name := labels.Type().Field(i).Name
			switch word := labels.Field(i).Interface().(type) {
			case string:
				first := english.Field(i).String()
				if word == "" && name != "Digits" {
					t.Errorf("%s: %s is missing", lang, name)
				}
				if lang != "en" && word == first && !slices.Contains(mayRepeat, name) {
					t.Errorf("%s: %s is English: %q", lang, name, word)
				}
				sameplaces(t, lang+": "+name, first, word)
			case Plural:
				checkPlural(t, lang+": "+name, word, english.Field(i).Interface().(Plural))
			case map[string]string:
				for sentence, own := range word {
					sameplaces(t, lang+": "+sentence, sentence, own)
				}
			}
		}
	}
	if first, second := English(), English(); first == second {
		t.Error("hosts share one set of words")
	}
}

var places = regexp.MustCompile(`\{\w+\}`)

// sameplaces holds that a phrase has the places of the English one.
func sameplaces(t *testing.T, name, english, own string) {
	t.Helper()
	want, got := places.FindAllString(english, -1), places.FindAllString(own, -1)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("%s has the places %v instead of %v: %q", name, got, want, own)
	}
}

// checkPlural holds that a phrase has every form that its language tells apart.
// A form for one number alone may say the number in words.
func checkPlural(t *testing.T, name string, word, english Plural) {
	t.Helper()
	sameplaces(t, name, english.Other, word.Other)
	for n := range 200 {
		form := word.numbers.form(n)
		own := word.of(form)
		if own == "" && (english.One != "" || form == plural.Other) {
			t.Errorf("%s has no form for %d", name, n)
		}
		if own != "" && (form == plural.Few || form == plural.Many) {
			sameplaces(t, name, english.Other, own)
		}
	}
}

func TestNumbersAgree(t *testing.T) {
	files := LabelsIn("ar").Files
	for n, want := range map[int]string{0: "لا ملفات", 1: "ملف واحد", 2: "ملفان", 3: "3 ملفات", 11: "11 ملفًا", 100: "100 ملف", 103: "103 ملفات"} {
		if got := files.N(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	egypt := LabelsIn("ar-EG")
	egypt.Digits = "٠١٢٣٤٥٦٧٨٩"
	if got := egypt.Ready().Files.N(15); got != "١٥ ملفًا" {
		t.Errorf("own digits: %q", got)
	}
}

func TestLabelsIn(t *testing.T) {
	austrian, persian := LabelsIn("de-AT"), LabelsIn("fa")
	if austrian.Lang != "de-AT" || austrian.Chats != German().Chats || austrian.Today != "Heute" {
		t.Errorf("de-AT speaks %s: %q", austrian.Lang, austrian.Today)
	}
	if persian.Dir != "rtl" || persian.Today != "Today" {
		t.Errorf("fa: %s, %q", persian.Dir, persian.Today)
	}
	if got := German().Sentence("Use at least {n} characters.", "{n}", "8"); got != "Verwende mindestens 8 Zeichen." {
		t.Error(got)
	}
}

// A name that runs the other way stays in its place in the sentence.
func TestNamesKeepTheirDirection(t *testing.T) {
	event := Event{Type: "added", Actor: "سلمى", Targets: []string{"Bo"}}
	if got, want := SystemSentence(English(), event), "\u200e\u2068سلمى\u2069 added Bo"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := SystemSentence(Arabic(), event), "\u200fأضاف سلمى إلى المجموعة: \u2068Bo\u2069"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
