// Package demo makes up a lively little world: people of many countries, the
// rooms that they share, and what they say there over the weeks. The same seed
// makes the same world. It is pure: it knows nothing of databases, and counts
// people by their place in the list.
package demo

import (
	"errors"
	"math/rand/v2"
	"time"

	"pocketchat/chatplugin/internal/chat"
)

// Options say how large the world is.
type Options struct {
	People   int
	Rooms    int
	Messages int // that people write; what rooms say of themselves comes on top
	Seed     uint64
	Until    time.Time // when the last message may be; its location is where mornings are
	Weeks    int       // how far quiet rooms go back; busy ones go further
	MaxGroup int       // members of a group at most
}

// Person is somebody who chats.
type Person struct {
	Name    string // as others see it
	First   string // as friends say it
	Address string // what an e-mail address of theirs would begin with
	Lang    string // what they speak at home
}

// Room is a conversation that is to be had. People are told by their index.
type Room struct {
	Type        chat.Type
	Name        string
	Description string
	Members     []int // the first one is the owner of a group
	Late        []int // members who are added later on
	Admins      int   // how many of the members after the owner are admins
	Messages    int
	Begun       time.Time

	theme *theme
	end   time.Time
	seed  uint64
}

// Script is the world, before anybody has said anything.
type Script struct {
	People []Person
	Rooms  []Room

	options Options
	words   words
	tongues map[string][]int // who speaks what
}

// New makes a world.
func New(options Options) (*Script, error) {
	words, themes, err := readTalk()
	if err != nil {
		return nil, err
	}
	lands, err := readLands()
	if err != nil {
		return nil, err
	}
	if options.People < 2 {
		return nil, errors.New("a conversation takes two people")
	}
	s := &Script{options: options, words: words}
	s.People = makePeople(rand.New(rand.NewPCG(options.Seed, 1)), lands, options.People)
	s.tongues = map[string][]int{}
	for i, person := range s.People {
		s.tongues[person.Lang] = append(s.tongues[person.Lang], i)
	}
	s.Rooms = s.makeRooms(rand.New(rand.NewPCG(options.Seed, 2)), themes)
	return s, nil
}
