package demo

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"pocketchat/chatplugin/internal/chat"
)

const (
	directShare  = 0.55 // of the rooms
	popularPairs = 14   // direct rooms of the first person, at most
	allHands     = 60   // members of a large group
	busyDay      = 120  // messages a day, in the busiest rooms
)

// makeRooms decides who talks with whom, how much, and since when.
func (s *Script) makeRooms(rng *rand.Rand, themes []*theme) []Room {
	pairs := s.options.People * (s.options.People - 1) / 2
	direct := min(int(math.Round(float64(s.options.Rooms)*directShare)), pairs)
	if s.options.People == 2 {
		direct = min(s.options.Rooms, 1)
	}
	rooms := make([]Room, 0, s.options.Rooms)
	rooms = s.makeDirect(rng, themes, rooms, direct)
	names := map[string]bool{}
	for len(rooms) < s.options.Rooms {
		theme := s.themeOfMany(rng, themes)
		if foreign := s.foreign(themes); len(foreign) > 0 && (len(rooms)-direct)%5 == 2 {
			theme = foreign[(len(rooms)-direct)/5%len(foreign)]
		}
		rooms = append(rooms, s.makeGroup(rng, themes, theme, names))
	}
	rng.Shuffle(len(rooms), func(i, j int) { rooms[i], rooms[j] = rooms[j], rooms[i] })
	shareOut(rng, rooms, s.options.Messages)
	for i := range rooms {
		rooms[i].seed = rng.Uint64()
		s.date(rng, &rooms[i])
	}
	return rooms
}

func (s *Script) makeDirect(rng *rand.Rand, themes []*theme, rooms []Room, n int) []Room {
	met := map[[2]int]bool{}
	add := func(a, b int) bool {
		if key := [2]int{min(a, b), max(a, b)}; a == b || met[key] {
			return false
		} else {
			met[key] = true
		}
		rooms = append(rooms, Room{Type: chat.Direct, Members: []int{a, b}, theme: s.themeOfTwo(themes, a, b)})
		return true
	}
	for _, other := range rng.Perm(s.options.People) {
		if len(rooms) < min(n, popularPairs, max(4, n/3)) {
			add(0, other)
		}
	}
	for tries := 0; len(rooms) < n; tries++ {
		a, b := rng.IntN(s.options.People), rng.IntN(s.options.People)
		if rng.IntN(3) == 0 { // people of one language find each other
			b = s.compatriot(rng, a)
		}
		if !add(a, b) && tries > 20*n { // nearly everybody knows everybody: go through them
			a, b = tries/s.options.People%s.options.People, tries%s.options.People
			add(a, b)
		}
	}
	return rooms
}

func (s *Script) compatriot(rng *rand.Rand, a int) int {
	return pick(rng, s.tongues[s.People[a].Lang])
}

// themeOfTwo is what two people talk about, in their own language if they share
// one that has something to say.
func (s *Script) themeOfTwo(themes []*theme, a, b int) *theme {
	var english *theme
	for _, theme := range themes {
		if lang := s.People[a].Lang; lang != "en" && lang == s.People[b].Lang && theme.lang == lang {
			return theme
		}
		if theme.kind == chat.Direct {
			english = theme
		}
	}
	return english
}

func (s *Script) makeGroup(rng *rand.Rand, themes []*theme, theme *theme, names map[string]bool) Room {
	room := Room{Type: chat.Group, theme: theme}
	for try := range 12 { // a name that is taken comes again only when there is no other
		talk := s.newTalk(rng, nil)
		choice := theme.rooms[rng.IntN(len(theme.rooms))]
		room.Name, room.Description = upperFirst(talk.say(choice.name)), talk.say(choice.description)
		if !names[room.Name] || try == 11 {
			break
		}
		if other := s.themeOfMany(rng, themes); try > 3 {
			theme, room.theme = other, other
		}
	}
	names[room.Name] = true
	size := 3 + rng.IntN(5) + rng.IntN(6)
	if rng.IntN(12) == 0 {
		size = allHands/3 + rng.IntN(allHands)
	}
	room.Members = s.company(rng, theme.lang, min(size, s.options.MaxGroup))
	if len(room.Members) > 3 {
		room.Admins = rng.IntN(3)
		late := rng.IntN(min(3, len(room.Members)-2))
		cut := len(room.Members) - late
		room.Members, room.Late = room.Members[:cut], room.Members[cut:]
		room.Admins = min(room.Admins, cut-1)
	}
	return room
}

// foreign are the themes in other languages than English that enough people speak.
func (s *Script) foreign(themes []*theme) (some []*theme) {
	for _, theme := range themes {
		if theme.kind == chat.Group && theme.lang != "en" && len(s.tongues[theme.lang]) >= 3 {
			some = append(some, theme)
		}
	}
	return some
}

// themeOfMany draws a theme by weight, among those for which there are people.
func (s *Script) themeOfMany(rng *rand.Rand, themes []*theme) *theme {
	var open []*theme
	for _, theme := range themes {
		if theme.kind == chat.Group && (theme.lang == "en" || len(s.tongues[theme.lang]) >= 3) {
			for range theme.weight {
				open = append(open, theme)
			}
		}
	}
	return pick(rng, open)
}

// company draws the members of a group. Everybody speaks English; other rooms
// are for those who speak their language. The first people are in most rooms.
func (s *Script) company(rng *rand.Rand, lang string, size int) []int {
	var open []int
	if lang == "en" {
		open = rng.Perm(len(s.People))
	} else {
		open = slices.Clone(s.tongues[lang])
		rng.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
	}
	for person := 2; person >= 0; person-- {
		if at := slices.Index(open, person); at > 0 && rng.IntN(10) < 8-2*person {
			open = slices.Insert(slices.Delete(open, at, at+1), 0, person)
		}
	}
	members := open[:min(size, len(open))]
	rng.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return slices.Clone(members)
}

// shareOut gives each room its share of the messages: a few have most of them.
func shareOut(rng *rand.Rand, rooms []Room, total int) {
	shares := make([]float64, len(rooms))
	var sum float64
	for i, room := range rooms {
		shares[i] = math.Exp(rng.NormFloat64()) * (0.6 + float64(len(room.Members))/6)
		sum += shares[i]
	}
	left := total
	for i := range rooms {
		rooms[i].Messages = int(shares[i] / sum * float64(total))
		left -= rooms[i].Messages
	}
	for i := 0; left > 0 && len(rooms) > 0; i, left = (i+1)%len(rooms), left-1 {
		rooms[i].Messages++
	}
}

// date says when a room began and when it fell silent, if only for today.
func (s *Script) date(rng *rand.Rand, room *Room) {
	const day = 24 * time.Hour
	quiet := time.Duration(rng.ExpFloat64() * float64(30*time.Hour))
	if room.Members[0] == 0 || room.Members[1] == 0 || room.Messages > 500 {
		quiet /= 4
	}
	span := time.Duration(float64(s.options.Weeks) * (0.4 + 0.6*rng.Float64()) * float64(7*day))
	room.end = rhythms[room.theme.hours].awake(s.options.Until.Add(-min(quiet, span/2)))
	span = max(span, time.Duration(room.Messages/busyDay)*day)
	room.Begun = midnight(s.options.Until.Add(-span)).Add(7*time.Hour + 30*time.Minute)
	if !room.end.After(room.Begun) {
		room.Begun = room.end.Add(-time.Hour)
	}
}

func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
