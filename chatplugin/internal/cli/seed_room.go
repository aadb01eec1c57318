package cli

import (
	"encoding/json"
	"math/rand/v2"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/demo"
	"pocketchat/chatplugin/internal/store"
)

// roomWriter writes one part of a room in one transaction. It counts as the
// rules do: a message takes a revision when it is made, and another with each
// edit, deletion and reaction; sending counts as reading.
type roomWriter struct {
	*seeder
	bulk *store.Bulk
	part part

	ids  []string
	seqs []int64 // counted from the room's revision before, then absolute
	revs []int64 // of each line's last change, likewise
	base int64
	row  store.Room // after the part
}

// number deals out revisions, and takes them from the room's row.
func (w *roomWriter) number() error {
	growth := store.Growth{Posts: int64(w.part.posts)}
	for _, line := range w.part.lines {
		growth.Revs++
		w.ids, w.seqs = append(w.ids, core.GenerateDefaultRandomId()), append(w.seqs, growth.Revs)
		if !line.Edited.IsZero() {
			growth.Revs++
		}
		if !line.Deleted.IsZero() {
			growth.Revs++
		}
		growth.Revs += int64(len(line.Reactions))
		w.revs = append(w.revs, growth.Revs)
		if line.Event != nil && line.Event.Type == chat.Added {
			growth.Members++
		}
	}
	last := len(w.ids) - 1
	growth.LastSeq, growth.LastMessage, growth.At = w.seqs[last], w.ids[last], dateTime(w.part.lines[last])
	var err error
	if w.row, err = w.bulk.Grow(w.part.room.id, growth); err != nil {
		return err
	}
	w.base = w.row.Rev - growth.Revs
	for i := range w.seqs {
		w.seqs[i] += w.base
		w.revs[i] += w.base
	}
	return nil
}

func dateTime(line demo.Line) types.DateTime {
	at, _ := types.ParseDateTime(line.At)
	return at
}

// line writes the message, and what became of it.
func (w *roomWriter) line(i int) error {
	line, room := w.part.lines[i], w.part.room
	message := store.Message{ID: w.ids[i], Room: room.id, Seq: w.seqs[i], Rev: w.revs[i], Kind: chat.Text, Created: dateTime(line)}
	if line.Reply > 0 {
		message.ReplyTo = room.line
	}
	room.line = message.ID
	if line.Event != nil {
		if err := w.system(line, &message); err != nil {
			return err
		}
		return w.bulk.Message(message)
	}
	message.Author = w.users[line.Author]
	message.Edited, _ = types.ParseDateTime(line.Edited)
	if line.Deleted.IsZero() {
		message.Body = fit(line.Body, w.Limits.MessageRunes)
	} else {
		message.Deleted, _ = types.ParseDateTime(line.Deleted)
	}
	if err := w.bulk.Message(message); err != nil {
		return err
	}
	for _, reaction := range line.Reactions {
		at, _ := types.ParseDateTime(reaction.At)
		if err := w.bulk.Reaction(message.ID, w.users[reaction.Person], reaction.Emoji, at); err != nil {
			return err
		}
	}
	return nil
}

// system makes a message of what the room says of itself, and gives whoever was
// added their place.
func (w *roomWriter) system(line demo.Line, message *store.Message) error {
	event := w.event(*line.Event, w.part.room.Members)
	content, err := json.Marshal(event)
	if err != nil {
		return err
	}
	message.Kind, message.Event, message.Body = chat.System, content, event.Sentence()
	if event.Type != chat.Added {
		return nil
	}
	member := w.member(w.part.room, line.Event.Target, chat.Member, message.Created)
	if w.History == chat.HistoryJoined {
		member.JoinedRev = message.Seq - 1
	}
	return w.bulk.Member(member)
}

// marks moves everybody's read mark to the end, and at the end of the room some
// of them back to where they would have stopped reading.
func (w *roomWriter) marks() error {
	if err := w.bulk.AllRead(w.row); err != nil || !w.part.last {
		return err
	}
	rng := w.random(w.part.room)
	for _, person := range append(append([]int(nil), w.part.room.Members...), w.part.room.Late...) {
		from := w.readTo(rng, person)
		unread := int64(0)
		for _, line := range w.part.lines[from:] {
			if line.Author >= 0 && line.Deleted.IsZero() {
				unread++
			}
		}
		if unread == 0 {
			continue
		}
		mark := w.base
		if from > 0 {
			mark = w.revs[from-1]
		}
		if err := w.bulk.Mark(w.part.room.id, w.users[person], mark, w.row.Posts-unread); err != nil {
			return err
		}
	}
	return nil
}

// readTo is the first line that somebody has not read; nobody has what they
// wrote themselves unread, nor what came before they did.
func (w *roomWriter) readTo(rng *rand.Rand, person int) int {
	lines := w.part.lines
	lag := 0
	if rng.IntN(5) < 2 || person == 0 && rng.IntN(4) == 0 {
		lag = 1 + rng.IntN(5) + rng.IntN(8)
	}
	from := max(len(lines)-lag, 0)
	for i := len(lines) - 1; i >= from; i-- {
		event := lines[i].Event
		if lines[i].Author == person || event != nil && (event.Actor == person || event.Target == person) {
			return i + 1
		}
	}
	return from
}
