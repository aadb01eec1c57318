package demo

import (
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"pocketchat/chatplugin/internal/chat"
)

// Line is one message of a room, with what became of it.
type Line struct {
	At        time.Time
	Author    int // of the people, -1 where the room says it
	Body      string
	Event     *Event
	Reply     int // how many lines back the one is that it answers, 0 for none
	Edited    time.Time
	Deleted   time.Time
	Reactions []Reaction
}

// Event is what a room says of itself.
type Event struct {
	Type   chat.EventType
	Actor  int
	Target int // -1 for nobody
	Name   string
}

// Reaction is an emoji that somebody put to a line.
type Reaction struct {
	Person int
	Emoji  string
	At     time.Time
}

// Talk is what is said in a room, oldest first.
func (s *Script) Talk(room Room) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		t := &talking{Script: s, room: room, rng: rand.New(rand.NewPCG(room.seed, 3)), yield: yield}
		t.present = slices.Clone(room.Members)
		t.run()
	}
}

// talking is a room while its people talk.
type talking struct {
	*Script
	room    Room
	rng     *rand.Rand
	yield   func(Line) bool
	present []int
	now     time.Time
	said    int
	over    bool
	deck    []int // threads that have their turn before any comes again
}

func (t *talking) run() {
	rhythm := rhythms[t.room.theme.hours]
	clock := newClock(t.rng, rhythm, t.room.Begun, t.room.end, t.room.Messages)
	t.now = t.room.Begun
	news := t.news()
	for t.said < t.room.Messages && !t.over {
		start := clock.next(t.said)
		if len(news) == 0 || t.said == 0 {
			start = later(start, t.now)
		}
		t.now = later(t.now, start)
		for len(news) > 0 && t.said >= news[0].after && !t.over {
			news[0].tell()
			news = news[1:]
		}
		t.thread()
	}
	for len(news) > 0 && !t.over {
		news[0].tell()
		news = news[1:]
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// newsItem is what the room says of itself once so much was said.
type newsItem struct {
	after int
	tell  func()
}

// news are a group's: it is made, gets its name, its description, more people.
func (t *talking) news() (items []newsItem) {
	if t.room.Type == chat.Direct {
		return nil
	}
	owner, n := t.room.Members[0], t.room.Messages
	first := t.room.Name
	renamed := n > 20 && t.rng.IntN(4) == 0
	if renamed {
		first = "New group"
	}
	items = append(items, newsItem{0, func() { t.tell(Event{Type: chat.Created, Actor: owner, Target: -1, Name: first}) }})
	if renamed {
		items = append(items, newsItem{n / 30, func() { t.tell(Event{Type: chat.Renamed, Actor: owner, Target: -1, Name: t.room.Name}) }})
	}
	if n > 20 && t.rng.IntN(3) == 0 {
		items = append(items, newsItem{n / 20, func() { t.tell(Event{Type: chat.Described, Actor: owner, Target: -1}) }})
	}
	for i, person := range t.room.Late {
		items = append(items, newsItem{n * (i + 2) / (len(t.room.Late) + 3), func() {
			t.tell(Event{Type: chat.Added, Actor: owner, Target: person})
			t.present = append(t.present, person)
		}})
	}
	return items
}

func (t *talking) tell(event Event) {
	t.send(Line{At: t.tick(), Author: -1, Event: &event})
}

// tick moves the time to the next message.
func (t *talking) tick() time.Time {
	t.now = t.now.Add(pause(t.rng))
	if t.now.After(t.Script.options.Until) {
		t.now = t.Script.options.Until
	}
	return t.now
}

func (t *talking) send(line Line) {
	if t.over {
		return
	}
	if line.Author >= 0 {
		t.said++
	}
	t.over = !t.yield(line)
}

// thread has a few people say what one thread of the theme holds.
func (t *talking) thread() {
	thread, cast := t.cast()
	speech := t.newTalk(t.rng, cast)
	last, before := -1, false
	for i, turn := range thread.turns {
		if t.said >= t.room.Messages || t.over {
			return
		}
		said := here(turn, cast) && (before || !turn.follows) &&
			(!turn.maybe || i == 0 || thread.optional[turn.speaker] || t.rng.IntN(2) == 0)
		if before = said; !said {
			continue
		}
		line := Line{At: t.tick(), Author: cast[turn.speaker], Body: upperFirst(speech.say(turn.text))}
		if i == 0 && len(t.present) > 4 && cast[1] >= 0 && t.rng.IntN(9) == 0 && strings.Contains(line.Body, "?") {
			line.Body = "@" + t.People[cast[1]].Name + " " + line.Body
		}
		if turn.reply && last >= 0 && last != line.Author {
			line.Reply = 1
		}
		last = line.Author
		t.fate(turn, &line)
		t.send(line)
	}
	t.aside()
}

// here reports whether the speaker of a turn, and all whom it names, are there.
func here(turn turn, cast []int) bool {
	for _, who := range append([]int{turn.speaker}, turn.mentions...) {
		if who >= len(cast) || cast[who] < 0 {
			return false
		}
	}
	return true
}

// cast chooses a thread that the room has people for, and who speaks in it; -1
// stands for whoever happens not to be there.
func (t *talking) cast() (thread, []int) {
	chosen := t.room.theme.threads[t.draw()]
	for chosen.speakers > len(t.present) || !chosen.fits(t.room) {
		chosen = t.room.theme.threads[t.draw()]
	}
	order := t.rng.Perm(len(t.present))
	cast := make([]int, 0, chosen.most)
	for i := 0; i < chosen.most && i < len(order); i++ {
		who := t.present[order[i]]
		if chosen.optional[i] && t.rng.IntN(5) < 2 {
			who = -1
		}
		cast = append(cast, who)
	}
	return chosen, cast
}

func (t thread) fits(room Room) bool {
	return len(t.in) == 0 || slices.ContainsFunc(t.in, func(word string) bool { return strings.Contains(room.Name, word) })
}

func (t *talking) draw() int {
	if len(t.deck) == 0 {
		t.deck = t.rng.Perm(len(t.room.theme.threads))
	}
	at := t.deck[0]
	t.deck = t.deck[1:]
	return at
}

var (
	cheers   = []string{"👍", "❤️", "😂", "🎉", "🙏", "👏", "🔥", "😮", "💯", "✅"}
	emojiOne = []string{"👍", "😂", "🙏", "❤️", "😄", "🎉", "👏", "🤔", "😅", "☕"}
)

// fate is what becomes of a line: edited, deleted, cheered at.
func (t *talking) fate(turn turn, line *Line) {
	after := func(seconds int) time.Time {
		at := line.At.Add(time.Duration(5+t.rng.IntN(seconds)) * time.Second)
		if at.After(t.Script.options.Until) {
			return t.Script.options.Until
		}
		return at
	}
	switch {
	case turn.gone || t.rng.IntN(400) == 0:
		line.Deleted = after(90)
		return
	case turn.edit && t.rng.IntN(5) > 0 || t.rng.IntN(120) == 0:
		line.Edited = after(150)
	}
	if !turn.react && t.rng.IntN(30) > 0 || turn.react && t.rng.IntN(4) == 0 {
		return
	}
	emoji := pick(t.rng, cheers)
	for i, at := range t.rng.Perm(len(t.present))[:min(len(t.present), 1+t.rng.IntN(3))] {
		if person := t.present[at]; person != line.Author {
			if i == 2 {
				emoji = pick(t.rng, cheers)
			}
			line.Reactions = append(line.Reactions, Reaction{Person: person, Emoji: emoji, At: after(900)})
		}
	}
}

// aside is the emoji that somebody leaves at the end of a thread, now and then.
func (t *talking) aside() {
	if t.said < t.room.Messages && t.rng.IntN(12) == 0 {
		t.send(Line{At: t.tick(), Author: pick(t.rng, t.present), Body: pick(t.rng, emojiOne)})
	}
}

// speech fills texts with words, the same ones throughout a thread.
type speech struct {
	script *Script
	rng    *rand.Rand
	cast   []int
	chosen map[string]string
}

func (s *Script) newTalk(rng *rand.Rand, cast []int) *speech {
	return &speech{script: s, rng: rng, cast: cast, chosen: map[string]string{}}
}

func (s *speech) say(t text) string {
	if len(t) == 1 && t[0].slot == "" && t[0].either == nil {
		return t[0].plain
	}
	var out strings.Builder
	for _, piece := range t {
		switch {
		case piece.either != nil:
			out.WriteString(s.say(pick(s.rng, piece.either)))
		case piece.slot == "n:":
			out.WriteString(strconv.Itoa(piece.low + s.rng.IntN(piece.top-piece.low+1)))
		case piece.slot != "":
			out.WriteString(s.word(piece.slot))
		default:
			out.WriteString(piece.plain)
		}
	}
	return out.String()
}

func (s *speech) word(slot string) string {
	if len(slot) == 1 && slot[0] >= 'A' && slot[0] <= 'D' && s.cast != nil {
		return s.script.People[s.cast[slot[0]-'A']].First
	}
	if word, ok := s.chosen[slot]; ok {
		return word
	}
	choices := s.script.words[strings.TrimRight(slot, "23456789")]
	if choices == nil {
		return "{" + slot + "}" // a brace of the text itself
	}
	word := s.say(pick(s.rng, choices))
	for try := 0; try < 8 && s.used(word); try++ {
		word = s.say(pick(s.rng, choices))
	}
	s.chosen[slot] = word
	return word
}

func (s *speech) used(word string) bool {
	for _, other := range s.chosen {
		if other == word {
			return true
		}
	}
	return false
}
