package demo

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed people.txt
var peopleText string

// land is where people are named in one way.
type land struct {
	lang          string
	given, family []name
}

type name struct {
	shown   string
	address string
	last    bool // stands after the family's name
}

func readLands() (lands []land, err error) {
	for _, line := range lines(peopleText) {
		parts := strings.Split(line, "|")
		if len(parts) != 3 {
			return nil, fmt.Errorf("people.txt: three parts are wanted in %q", line)
		}
		lands = append(lands, land{lang: strings.TrimSpace(parts[0]), given: readNames(parts[1]), family: readNames(parts[2])})
	}
	return lands, nil
}

func readNames(list string) (names []name) {
	for _, entry := range strings.Split(list, ",") {
		shown, address, spelled := strings.Cut(strings.TrimSpace(entry), "=")
		shown, last := strings.CutPrefix(shown, "!")
		if !spelled {
			address = plain(shown)
		}
		names = append(names, name{shown: shown, address: address, last: last})
	}
	return names
}

// plain spells a name with the letters of an e-mail address.
func plain(s string) string {
	s = strings.NewReplacer("ß", "ss", "ı", "i", "ł", "l", "Ł", "L", "ø", "o", "đ", "d", "Đ", "D").Replace(s)
	var out strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// makePeople takes people from each land in turn, so that even ten of them come
// from far apart. The lands are drawn in an order that the seed decides. Every
// third one shares a language with others, so that they can have rooms of their
// own: one of the languages is written from right to left.
func makePeople(rng *rand.Rand, lands []land, n int) []Person {
	people := make([]Person, 0, n)
	taken := map[string]bool{}
	order := rng.Perm(len(lands))
	shared := []string{"ar", pick(rng, []string{"es", "de", "fr", "pt", "ja"}), "he"}
	for i := range n {
		land := lands[order[i%len(order)]]
		if i%3 == 2 {
			lang := shared[i/3%2]
			if i > 60 {
				lang = shared[i/3%3]
			}
			land = pick(rng, ofLanguage(lands, lang))
		}
		person := draw(rng, land)
		for try := 0; taken[person.Name] && try < 20; try++ {
			person = draw(rng, land)
		}
		taken[person.Name] = true
		people = append(people, person)
	}
	return people
}

func ofLanguage(lands []land, lang string) (some []land) {
	for _, land := range lands {
		if land.lang == lang {
			some = append(some, land)
		}
	}
	return some
}

func draw(rng *rand.Rand, land land) Person {
	given, family := pick(rng, land.given), pick(rng, land.family)
	person := Person{First: given.shown, Lang: land.lang, Address: given.address + "." + family.address}
	person.Name = given.shown + " " + family.shown
	if given.last {
		person.Name = family.shown + " " + given.shown
	}
	return person
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// lines are the lines of a text that say something.
func lines(text string) (kept []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			kept = append(kept, line)
		}
	}
	return kept
}
