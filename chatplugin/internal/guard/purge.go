package guard

import (
	"context"
	"errors"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// A purge removes for good what nobody can see any more, and what is older than
// the host keeps. It goes room by room, in transactions of rowsAtOnce messages,
// each of which leaves every counter right: it can be stopped or killed between
// any two, run twice at once, and run beside a server.

// Purged is how much of each kind went, or would go.
type Purged struct {
	Rooms   Part // rooms that all have deleted
	Hidden  Part // messages that everybody in the room deleted for themselves
	Deleted Part // tombstones
	Expired Part // messages older than the host keeps
}

// Part is how much of one kind went.
type Part struct {
	Rooms int64
	store.Weight
}

func (p *Part) add(w store.Weight) {
	p.Messages += w.Messages
	p.Reactions += w.Reactions
	p.Files += w.Files
}

// Total is the sum of all kinds.
func (p Purged) Total() (sum Part) {
	for _, part := range []Part{p.Rooms, p.Hidden, p.Deleted, p.Expired} {
		sum.Rooms += part.Rooms
		sum.add(part.Weight)
	}
	return sum
}

// Purge is one run.
type Purge struct {
	store.Outdated
	DryRun   bool                    // counts and changes nothing
	Progress func(done, rooms int64) // told after each room; may be nil
}

// Purge removes what is outdated. What it answers is right also when it was
// stopped: an error then, and what went until then.
func (g *Guard) Purge(ctx context.Context, app core.App, purge Purge) (gone Purged, err error) {
	dead, err := store.DeadRooms(app, purge.Outdated)
	if err != nil {
		return gone, err
	}
	rooms, err := store.AllRooms(app)
	if err != nil {
		return gone, err
	}
	isDead := make(map[string]bool, len(dead))
	for _, room := range dead {
		isDead[room] = true
	}
	done := int64(0)
	step := func(do func() error) error {
		if err := errors.Join(ctx.Err(), g.goOn()); err != nil {
			return err
		}
		err := do()
		if done++; purge.Progress != nil {
			purge.Progress(done, int64(len(dead)+len(rooms)))
		}
		return err
	}
	for _, room := range dead {
		if err := step(func() error { return g.purgeRoom(app, room, purge, &gone) }); err != nil {
			return gone, err
		}
	}
	for _, room := range rooms {
		if err := step(func() error { return g.purgeMessages(ctx, app, room, isDead[room], purge, &gone) }); err != nil {
			return gone, err
		}
	}
	return gone, nil
}

var errSeen = errors.New("somebody has the room in their list again")

// purgeRoom removes a room that nobody sees, unless it is back meanwhile.
func (g *Guard) purgeRoom(app core.App, room string, purge Purge, gone *Purged) error {
	weight, err := store.Weigh(app, room)
	if err != nil {
		return err
	}
	if !purge.DryRun {
		switch err := g.endUnseen(app, room, purge); {
		case err == errSeen || err == chat.ErrNoRoom:
			return nil
		case err != nil:
			return err
		}
	}
	gone.Rooms.Rooms++
	gone.Rooms.add(weight)
	return nil
}

func (g *Guard) endUnseen(app core.App, room string, purge Purge) error {
	err := app.RunInTransaction(func(tx core.App) error {
		if _, err := store.LockRoom(tx, room); err == chat.ErrNoRoom {
			return nil // it was closed before, and is finished now
		} else if err != nil {
			return err
		}
		if still, err := store.Unseen(tx, room, purge.Outdated); err != nil {
			return err
		} else if !still {
			return errSeen
		}
		if err := store.CloseRoom(tx, room); err != nil {
			return err
		}
		return removeAll(tx, room)
	})
	if err != nil {
		return err
	}
	record, err := app.FindRecordById(store.Rooms, room)
	if err == nil {
		err = app.Delete(record) // in pieces: see emptyRoom
	}
	return gone(err, chat.ErrNoRoom)
}

// purgeMessages removes what is outdated of a room that stays.
func (g *Guard) purgeMessages(ctx context.Context, app core.App, room string, dead bool, purge Purge, gone *Purged) error {
	if dead {
		return nil // counted as a whole, or back again and left for the next run
	}
	touched := map[*Part]bool{}
	for after := int64(0); ; {
		if err := errors.Join(ctx.Err(), g.goOn()); err != nil {
			return err
		}
		rows, err := store.StaleAfter(app, room, purge.Outdated, after, rowsAtOnce)
		if err != nil || len(rows) == 0 {
			return err
		}
		after = rows[len(rows)-1].Seq
		var reactions map[string]int64
		if purge.DryRun {
			reactions, err = store.ReactionsOf(app, rows)
		} else {
			rows, reactions, err = g.drop(app, room, purge, rows)
		}
		if err == chat.ErrNoRoom {
			return nil // deleted meanwhile
		}
		for part, weight := range gone.sort(rows, reactions) {
			if part.add(weight); !touched[part] {
				touched[part] = true
				part.Rooms++
			}
		}
		if err != nil {
			return err
		}
	}
}

// drop removes one transaction's worth of messages, then their files. It
// answers what went.
func (g *Guard) drop(app core.App, room string, purge Purge, rows []store.Stale) (gone []store.Stale, reactions map[string]int64, err error) {
	var withFiles []string
	var after store.Room
	living := false
	err = app.RunInTransaction(func(tx core.App) (err error) {
		if _, err := store.LockRoom(tx, room); err != nil {
			return err
		}
		if gone, err = store.StillStale(tx, room, purge.Outdated, store.IDs(rows)); err != nil || len(gone) == 0 {
			return err
		}
		living = slices.ContainsFunc(gone, store.Stale.Living)
		if reactions, err = store.ReactionsOf(tx, gone); err != nil {
			return err
		}
		if err := store.ForgivePosts(tx, room, gone); err != nil {
			return err
		}
		if withFiles, err = store.RemoveStale(tx, room, gone); err != nil {
			return err
		}
		after, err = store.PurgedUpTo(tx, room, gone)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if living {
		g.Timeline.Purged(room, after.Rev)
	}
	if len(withFiles) == 0 {
		return gone, reactions, nil
	}
	if err := store.DeleteFiles(app, withFiles); err != nil {
		return gone, reactions, err
	}
	return gone, reactions, app.RunInTransaction(func(tx core.App) error { return store.RemoveEmptied(tx, room, withFiles) })
}

// sort tells the rows by kind.
func (p *Purged) sort(rows []store.Stale, reactions map[string]int64) map[*Part]store.Weight {
	sorted := map[*Part]store.Weight{}
	for _, row := range rows {
		part := &p.Expired
		if row.Hidden {
			part = &p.Hidden
		} else if row.Deleted != "" {
			part = &p.Deleted
		}
		weight := sorted[part]
		weight.Messages++
		weight.Files += int64(len(row.Files))
		weight.Reactions += reactions[row.ID]
		sorted[part] = weight
	}
	return sorted
}

// Sweep is Purge as a cron runs it: in the background of the server, which
// waits for the step that it is at when it stops. Two at once do no harm.
func (g *Guard) Sweep(app core.App, purge Purge) {
	g.later(func() error {
		gone, err := g.Purge(context.Background(), app, purge)
		g.counts.purge(gone.Total())
		if total := gone.Total(); err == nil && total != (Part{}) {
			app.Logger().Info("chat: purged", "rooms", gone.Rooms.Rooms, "messages", total.Messages, "reactions", total.Reactions, "files", total.Files)
		}
		return err
	}, app, "the purge did not come to its end; the next one goes on")
}
