package cli

import (
	"context"
	"errors"
	"math/rand/v2"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/demo"
	"pocketchat/chatplugin/internal/store"
)

// rowsAtOnce is how many rows one transaction writes: tens of milliseconds, in
// which a running server waits.
const rowsAtOnce = 2000

// seeder puts a made-up world into the database.
type seeder struct {
	*CLI
	script *demo.Script
	flags  seedFlags

	users  []string // ids, in the order of the script's people
	emails []string

	rooms, messages int64 // that are committed
}

func (s *seeder) run(ctx context.Context) error {
	if err := s.people(ctx); err != nil {
		return err
	}
	bar := newProgress(s.progress, "Messages", int64(s.flags.messages))
	defer bar.end()
	// Words are made up on one core while the other writes rows.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pieces := make(chan piece, 4)
	go s.talk(ctx, pieces)
	for piece := range pieces {
		if err := s.App.RunInTransaction(func(tx core.App) error { return s.write(tx, piece) }); err != nil {
			return err
		}
		for _, part := range piece.parts {
			s.messages += int64(part.posts)
			if part.first {
				s.rooms++
			}
		}
		bar.reached(s.messages)
		if ctx.Err() != nil {
			return errStopped
		}
	}
	if ctx.Err() != nil {
		return errStopped
	}
	return nil
}

// piece is what one transaction writes.
type piece struct {
	parts []part
	rows  int
}

// part is a run of a room's lines.
type part struct {
	room        *roomState
	lines       []demo.Line
	posts       int
	first, last bool // of the room's parts
}

// roomState is a room on its way into the database.
type roomState struct {
	demo.Room
	id    string
	index int
	line  string // id of the line before, for who answers it
}

// talk deals the lines of all rooms into pieces.
func (s *seeder) talk(ctx context.Context, pieces chan<- piece) {
	defer close(pieces)
	var now piece
	flush := func() bool {
		full := now
		now = piece{}
		select {
		case pieces <- full:
			return true
		case <-ctx.Done():
			return false
		}
	}
	for i, room := range s.script.Rooms {
		state := &roomState{Room: room, id: core.GenerateDefaultRandomId(), index: i}
		current := part{room: state, first: true}
		now.rows += 1 + len(room.Members)
		for line := range s.script.Talk(room) {
			if now.rows >= rowsAtOnce {
				now.parts = append(now.parts, current)
				current = part{room: state}
				if !flush() {
					return
				}
			}
			current.lines = append(current.lines, line)
			now.rows += 1 + len(line.Reactions)
			if line.Author >= 0 {
				current.posts++
			}
		}
		current.last = true
		now.parts = append(now.parts, current)
		if now.rows >= rowsAtOnce && !flush() {
			return
		}
	}
	if len(now.parts) > 0 {
		flush()
	}
}

func (s *seeder) write(tx core.App, piece piece) error {
	bulk, err := store.NewBulk(tx)
	if err != nil {
		return err
	}
	for _, part := range piece.parts {
		if err = s.writePart(bulk, part); err != nil {
			break
		}
	}
	return errors.Join(err, bulk.Close())
}

func (s *seeder) writePart(bulk *store.Bulk, part part) error {
	if part.first {
		if err := s.open(bulk, part.room); err != nil {
			return err
		}
	}
	if len(part.lines) == 0 {
		return nil
	}
	w := &roomWriter{seeder: s, bulk: bulk, part: part}
	if err := w.number(); err != nil {
		return err
	}
	for i := range part.lines {
		if err := w.line(i); err != nil {
			return err
		}
	}
	return w.marks()
}

// open writes the room, empty, with those who are in it from the start.
func (s *seeder) open(bulk *store.Bulk, room *roomState) error {
	begun, err := types.ParseDateTime(room.Begun)
	if err != nil {
		return err
	}
	row := store.Room{
		ID: room.id, Type: room.Type, Members: int64(len(room.Members)), MembersRev: int64(len(room.Members)),
		Name: fit(room.Name, s.Limits.NameRunes), Description: fit(room.Description, s.Limits.DescriptionRunes),
		LastActivity: begun, Created: begun,
	}
	if room.Type == chat.Direct {
		row.DirectKey = chat.DirectKey(s.users[room.Members[0]], s.users[room.Members[1]])
	}
	if err := bulk.Room(row); err != nil {
		return err
	}
	for i, person := range room.Members {
		role := chat.Member
		switch {
		case room.Type == chat.Group && i == 0:
			role = chat.Owner
		case room.Type == chat.Group && i <= room.Admins:
			role = chat.Admin
		}
		member := s.member(room, person, role, begun)
		member.Hidden = room.Type == chat.Direct && i > 0 && room.Messages == 0 // as one that was just opened
		if err := bulk.Member(member); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) member(room *roomState, person int, role chat.Role, at types.DateTime) store.Member {
	return store.Member{
		ID: core.GenerateDefaultRandomId(), Room: room.id, User: s.users[person], Role: role, Notify: "all", Created: at,
	}
}

// fit cuts what is longer than a host allows.
func fit(text string, runes int) string {
	if utf8.RuneCountInString(text) <= runes {
		return text
	}
	return string([]rune(text)[:runes])
}

// random is for what is decided of one room, the same at every run.
func (s *seeder) random(room *roomState) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(s.flags.seed), uint64(room.index)+1<<32))
}

func (s *seeder) event(event demo.Event, others []int) chat.Event {
	told := chat.Event{Type: event.Type, Actor: s.users[event.Actor], ActorName: s.script.People[event.Actor].Name, Name: fit(event.Name, s.Limits.NameRunes)}
	var targets []chat.Target
	if event.Target >= 0 {
		others = []int{event.Target}
	} else if event.Type != chat.Created {
		return told
	}
	for _, person := range others {
		if person != event.Actor {
			targets = append(targets, chat.Target{ID: s.users[person], Name: s.script.People[person].Name})
		}
	}
	return told.With(targets...)
}
