package templates

import (
	"crypto/rand"
	"encoding/json"
	"hash/fnv"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Groups of consecutive messages end after this pause.
const groupPause = 5 * time.Minute

// hues is how many colours there are for people without a picture; the style
// sheet has a class for each.
const hues = 12

// stamp writes a time for machines, to the second.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// fineStamp writes a time for machines with what the order of the list needs.
func fineStamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func clock(l *Labels, t time.Time) string { return t.UTC().Format(l.TimeLayout) }

func day(l *Labels, t time.Time) string { return t.UTC().Format(l.DayLayout) }

func num(n int64) string { return strconv.FormatInt(n, 10) }

// badge shortens a total: nobody reads three digits on a dot.
func (s Site) badge(n int) string {
	if n > 99 {
		return s.Labels.Number(99) + "+"
	}
	return s.Labels.Number(n)
}

// hue is the class of a steady colour made from an id.
func hue(id string) string {
	h := fnv.New32a()
	h.Write([]byte(id))
	return "chat-hue-" + strconv.Itoa(int(h.Sum32()%hues))
}

// firstName is enough where space is short.
func firstName(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return name
	}
	return words[0]
}

// initials are the first letters of the first and the last word of a name.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
	letters := make([]rune, 0, 2)
	for i, word := range words {
		if i > 0 && i < len(words)-1 {
			continue
		}
		if r := firstLetter(word); r != 0 {
			letters = append(letters, r)
		}
	}
	if len(letters) == 0 {
		return "?"
	}
	return string(letters)
}

func firstLetter(word string) rune {
	for _, r := range word {
		if !unicode.IsMark(r) {
			return unicode.ToUpper(r)
		}
	}
	return 0
}

// Root is what addresses begin with, for the panel its own: so its links stay
// in it.
func (s Site) Root() string {
	if s.Panel {
		return s.Base + "/widget"
	}
	return s.Base
}

// link joins the root and the parts of a path below it.
func (s Site) link(parts ...string) string {
	return s.Root() + "/" + strings.Join(parts, "/")
}

// home is where the list is.
func (s Site) home() string { return s.link("") }

// open is where a room is shown.
func (s Site) open(id string) string { return s.room(id, "") }

func (s Site) room(id, action string) string {
	if action == "" {
		return s.link(id, "")
	}
	return s.link(id, action, "")
}

// asset is nil-safe, for hosts that render a component in a page of their own.
func (s Site) asset(name string) string {
	if s.Asset == nil {
		return s.Base + "/assets/" + name
	}
	return s.Asset(name)
}

func (s Site) theme() string {
	if s.Theme == "" {
		return "auto"
	}
	return s.Theme
}

// clientID is a fresh name for the next message, so that a form sent twice
// makes one message.
func clientID(given string) string {
	if given != "" {
		return given
	}
	return rand.Text()
}

// plainID tells whether an id can stand in a style sheet as it is.
func plainID(id string) bool {
	if id == "" {
		return false
	}
	for _, r := range id {
		if r != '-' && r != '_' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsNumber(r)) {
			return false
		}
	}
	return true
}

// grouped tells whether b goes on where a stopped: the same person, the same
// day, within minutes, nothing between them.
func grouped(a, b Message) bool {
	if a.Kind == "system" || b.Kind == "system" || a.Author.ID != b.Author.ID {
		return false
	}
	if a.Created.UTC().YearDay() != b.Created.UTC().YearDay() {
		return false
	}
	return b.Created.Sub(a.Created) <= groupPause
}

// place is where a message stands in its group.
type place struct{ first, last bool }

func placeOf(messages []Message, i int) place {
	return place{
		first: i == 0 || !grouped(messages[i-1], messages[i]),
		last:  i == len(messages)-1 || !grouped(messages[i], messages[i+1]),
	}
}

// firstID is the message that the page of older ones ends before.
func firstID(sl Slice) string {
	if len(sl.Messages) == 0 {
		return ""
	}
	return sl.Messages[0].ID
}

// lastID is the message that the page of newer ones begins after.
func lastID(sl Slice) string {
	if len(sl.Messages) == 0 {
		return ""
	}
	return sl.Messages[len(sl.Messages)-1].ID
}

// small is the address of a picture in the size that a room shows. What moves
// is shown as it is.
func (f File) small() string {
	if strings.HasSuffix(strings.ToLower(f.Name), ".gif") {
		return f.URL
	}
	return f.URL + "&thumb=640x640f"
}

// htmxConfig has htmx keep to the content security policy.
func htmxConfig() string {
	config, err := json.Marshal(map[string]any{"includeIndicatorCSS": false})
	if err != nil {
		return "{}"
	}
	return string(config)
}
