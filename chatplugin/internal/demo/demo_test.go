package demo

import (
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pocketchat/chatplugin/internal/chat"
)

var until = time.Date(2026, 11, 24, 20, 15, 0, 0, time.UTC)

func world(t testing.TB, change func(*Options)) *Script {
	t.Helper()
	options := Options{People: 30, Rooms: 40, Messages: 4000, Seed: 7, Until: until, Weeks: 6, MaxGroup: 1000}
	if change != nil {
		change(&options)
	}
	script, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return script
}

func TestTheSameSeedMakesTheSameWorld(t *testing.T) {
	first, again, other := world(t, nil), world(t, nil), world(t, func(o *Options) { o.Seed = 8 })
	if !reflect.DeepEqual(first.People, again.People) || !reflect.DeepEqual(first.Rooms, again.Rooms) {
		t.Fatal("people or rooms differ")
	}
	if reflect.DeepEqual(first.People, other.People) {
		t.Error("another seed makes the same people")
	}
	for i, room := range first.Rooms {
		if !reflect.DeepEqual(slices.Collect(first.Talk(room)), slices.Collect(again.Talk(again.Rooms[i]))) {
			t.Fatalf("what is said in room %d differs", i)
		}
	}
}

func TestTalk(t *testing.T) {
	s := world(t, nil)
	total := 0
	var replies, edits, deletions, reactions, events, rightToLeft, code, links, mentions int
	for _, room := range s.Rooms {
		said, before := 0, time.Time{}
		members := slices.Concat(room.Members, room.Late)
		joined := slices.Clone(room.Members)
		for line := range s.Talk(room) {
			if line.At.Before(before) || line.At.After(until) {
				t.Fatalf("%q: %v after %v", room.Name, line.At, before)
			}
			before = line.At
			if line.Event != nil {
				events++
				if line.Event.Type == chat.Added {
					joined = append(joined, line.Event.Target)
				}
				continue
			}
			said++
			if !slices.Contains(joined, line.Author) {
				t.Fatalf("%q: somebody speaks who is not there", room.Name)
			}
			if body, err := chat.CleanBody(line.Body, chat.Limits{}, 0); err != nil || body != line.Body {
				t.Errorf("%q is not clean: %v", line.Body, err)
			}
			for _, reaction := range line.Reactions {
				if !chat.OnlyEmoji(reaction.Emoji) || reaction.Person == line.Author || !slices.Contains(joined, reaction.Person) {
					t.Errorf("a reaction that cannot be: %+v", reaction)
				}
			}
			replies += min(line.Reply, 1)
			reactions += len(line.Reactions)
			if !line.Edited.IsZero() {
				edits++
			}
			if !line.Deleted.IsZero() {
				deletions++
			}
			if strings.IndexFunc(line.Body, func(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Hebrew) }) == 0 {
				rightToLeft++
			}
			for part, n := range map[string]*int{"```": &code, "https://": &links, "@": &mentions} {
				if strings.Contains(line.Body, part) {
					*n++
				}
			}
		}
		if said != room.Messages || len(joined) != len(members) {
			t.Errorf("%q: %d of %d messages, %d of %d members", room.Name, said, room.Messages, len(joined), len(members))
		}
		total += said
	}
	if total != 4000 {
		t.Errorf("%d messages", total)
	}
	for what, n := range map[string]int{
		"replies": replies, "edits": edits, "deletions": deletions, "reactions": reactions, "events": events, "code": code, "links": links, "mentions": mentions,
	} {
		if n < 5 {
			t.Errorf("%d %s", n, what)
		}
	}
	if rightToLeft == 0 {
		t.Error("nothing is written from right to left")
	}
}

// What is written in the files is said as it is meant: every name of a word
// exists, and every thread can be had.
func TestTheFilesAreWhole(t *testing.T) {
	s := world(t, nil)
	_, themes, err := readTalk()
	if err != nil {
		t.Fatal(err)
	}
	left := regexp.MustCompile(`\{[a-zA-Z]+[2-9]?\}|\\n`)
	for _, theme := range themes {
		if _, ok := rhythms[theme.hours]; !ok || len(theme.threads) < 5 || theme.kind == chat.Group && len(theme.rooms) == 0 {
			t.Errorf("%s: hours %q, %d threads, %d rooms", theme.name, theme.hours, len(theme.threads), len(theme.rooms))
		}
		alone := false
		for _, thread := range theme.threads {
			for _, word := range thread.in {
				if !slices.ContainsFunc(theme.rooms, func(room roomName) bool { return strings.Contains(s.newTalk(newRand(), nil).say(room.name), word) }) {
					t.Errorf("%s: no room is called %q", theme.name, word)
				}
			}
			alone = alone || thread.speakers <= 2 && thread.in == nil
			talk := s.newTalk(newRand(), []int{0, 1, 2, 3})
			for _, turn := range thread.turns {
				if said := talk.say(turn.text); left.MatchString(said) || strings.TrimSpace(said) == "" {
					t.Errorf("%s says %q", theme.name, said)
				}
			}
		}
		if !alone {
			t.Errorf("%s has nothing for two people", theme.name)
		}
		for _, room := range theme.rooms {
			talk := s.newTalk(newRand(), nil)
			if said := talk.say(room.name) + talk.say(room.description); left.MatchString(said) {
				t.Errorf("%s names a room %q", theme.name, said)
			}
		}
	}
}

func TestSmallAndOddWorlds(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"two people, many rooms": func(o *Options) { o.People, o.Rooms = 2, 9 },
		"three people":           func(o *Options) { o.People = 3 },
		"no rooms":               func(o *Options) { o.Rooms = 0 },
		"no messages":            func(o *Options) { o.Messages = 0 },
		"few messages":           func(o *Options) { o.Messages = 3 },
		"all pairs":              func(o *Options) { o.People, o.Rooms = 6, 60 },
		"small groups":           func(o *Options) { o.MaxGroup = 3 },
		"one week":               func(o *Options) { o.Weeks = 1 },
		"at night":               func(o *Options) { o.Until = time.Date(2026, 1, 4, 3, 0, 0, 0, time.UTC) },
	} {
		t.Run(name, func(t *testing.T) {
			options := Options{}
			s := world(t, func(o *Options) { change(o); options = *o })
			if len(s.People) != options.People || len(s.Rooms) != options.Rooms {
				t.Fatalf("%d people, %d rooms", len(s.People), len(s.Rooms))
			}
			total, pairs := 0, map[[2]int]bool{}
			for _, room := range s.Rooms {
				if room.Type == chat.Direct {
					key := [2]int{min(room.Members[0], room.Members[1]), max(room.Members[0], room.Members[1])}
					if pairs[key] {
						t.Error("two rooms for one pair")
					}
					pairs[key] = true
				}
				for line := range s.Talk(room) {
					if line.Event == nil {
						total++
					}
					if line.At.After(options.Until) {
						t.Fatalf("said in the future: %v", line.At)
					}
				}
				if len(room.Members)+len(room.Late) > options.MaxGroup {
					t.Errorf("%d members", len(room.Members))
				}
			}
			if options.Rooms > 0 && total != options.Messages {
				t.Errorf("%d of %d messages", total, options.Messages)
			}
		})
	}
}

func TestPeopleSleep(t *testing.T) {
	s := world(t, nil)
	night, all := 0, 0
	for _, room := range s.Rooms {
		for line := range s.Talk(room) {
			if hour := line.At.Hour(); hour >= 2 && hour < 6 {
				night++
			}
			all++
		}
	}
	if all == 0 || night*50 > all {
		t.Errorf("%d of %d messages at night", night, all)
	}
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) }
