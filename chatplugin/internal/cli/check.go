package cli

import (
	"context"

	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

type checkFlags struct{ fix, strays, json bool }

func (c *CLI) checkCommand() *cobra.Command {
	var flags checkFlags
	command := &cobra.Command{
		Use:   "check [flags]",
		Short: "Compares everything that is stored with the rows, and mends it with --fix",
		Long: "Looks at all that the chat keeps, and prints a line for each difference:\n\n" +
			"  - the database file, collections, fields and indexes\n" +
			"  - counters, revisions and places of rooms, the last message, owners, who is in a room\n" +
			"  - read marks, unread counts, and each person's total against the sum of their list\n" +
			"  - what there may be once: a direct room of two people, a place in a room, a client id, a reaction\n" +
			"  - rows whose room, message or account is gone, and deletions that did not come to their end\n" +
			"  - files that a row names and the storage does not have, and the other way round\n\n" +
			"It ends with exit code 1 if there is a difference, and changes nothing without --fix. With --fix it\n" +
			"mends room by room, says what it changed, and ends with 1 if something is left; each line says what\n" +
			"to do about that. Nobody is notified; open pages show what changed within some seconds. Make a\n" +
			"backup first. Files that no row names stay unless --remove-files is given as well.",
		Example: "  chat check\n  chat check --fix\n  chat check --json",
		RunE: c.run(func(ctx context.Context, command *cobra.Command) error {
			k := &check{CLI: c, ctx: ctx, flags: flags, report: report{out: command.OutOrStdout(), json: flags.json}}
			return k.run()
		}),
	}
	set := command.Flags()
	set.SortFlags = false
	set.BoolVar(&flags.fix, "fix", false, "mends what can be mended")
	set.BoolVar(&flags.strays, "remove-files", false, "with --fix: deletes files of the chat that no row names; not where applications share a storage")
	set.BoolVar(&flags.json, "json", false, "prints a JSON object a line: each difference, and the sums at the end")
	return command
}

// check is one run.
type check struct {
	*CLI
	report
	ctx    context.Context
	flags  checkFlags
	people int
	rooms  int
}

// mended tells that something was wrong and is right now.
const mended = true

func (k *check) run() error {
	whole, err := k.schema()
	if err == nil && whole {
		for _, step := range []func() error{k.orphans, k.each, k.indexes, k.strays, k.unfinished} {
			if err = step(); err != nil {
				break
			}
			if k.ctx.Err() != nil {
				err = errStopped
				break
			}
		}
	}
	if err != nil {
		return err
	}
	return k.sum(k.rooms, k.people, k.flags.fix)
}

// schema looks at what everything else stands on.
func (k *check) schema() (whole bool, err error) {
	found, err := store.CheckFile(k.App)
	if err != nil {
		return false, err
	}
	k.tell(!mended, found...)
	found, whole, err = store.CheckSchema(k.App)
	if !k.flags.fix || !whole { // else indexes tells, once nothing is in their way
		k.tell(!mended, found...)
	}
	return whole, err
}

// indexes makes those that are missing, when rows are not doubled any more.
func (k *check) indexes() error {
	if !k.flags.fix {
		return nil
	}
	found, _, err := store.CheckSchema(k.App)
	if err != nil || len(found) == 0 {
		return err
	}
	left, err := store.MendIndexes(k.App)
	if err != nil {
		return err
	}
	still, _, err := store.CheckSchema(k.App)
	k.tell(mended, without(found, still)...)
	for i, difference := range still {
		for _, known := range left {
			if known.What == difference.What {
				still[i].Hint = known.Hint
			}
		}
	}
	k.tell(!mended, still...)
	return err
}

// without are the differences that are not among others.
func without(all, others []store.Difference) (rest []store.Difference) {
	for _, difference := range all {
		among := false
		for _, other := range others {
			among = among || other.Room == difference.Room && other.User == difference.User && other.What == difference.What
		}
		if !among {
			rest = append(rest, difference)
		}
	}
	return rest
}

func (k *check) orphans() error {
	found, err := store.Orphans(k.App)
	if err != nil || len(found) == 0 {
		return err
	}
	for gone := int64(1); k.flags.fix && gone > 0 && k.ctx.Err() == nil; {
		if gone, err = store.RemoveOrphans(k.App, rowsAtOnce); err != nil {
			return err
		}
	}
	left, err := store.Orphans(k.App)
	k.tell(mended, without(found, left)...)
	k.tell(!mended, left...)
	return err
}

// each looks at every room, then at every person.
func (k *check) each() error {
	rooms, err := store.AllRooms(k.App)
	if err != nil {
		return err
	}
	people, err := store.AllMembersOfRooms(k.App)
	if err != nil {
		return err
	}
	files, err := store.OpenStorage(k.App)
	if err != nil {
		return err
	}
	defer files.Close()
	k.rooms, k.people = len(rooms), len(people)
	bar := newProgress(k.progress, "Rooms and people", int64(len(rooms)+len(people)))
	defer bar.end()
	look := func(ids []string, at func(string) error) error {
		for _, id := range ids {
			if k.ctx.Err() != nil {
				return errStopped
			}
			if err := at(id); err != nil && err != chat.ErrNoRoom { // deleted meanwhile
				return err
			}
			bar.reached(bar.done + 1)
		}
		return nil
	}
	err = look(rooms, func(id string) error {
		if err := k.room(id); err != nil {
			return err
		}
		return k.files(files, id)
	})
	if err != nil {
		return err
	}
	return look(people, k.list)
}

// room looks at a room as it is in one moment, and mends it in one transaction.
func (k *check) room(id string) error {
	var found []store.Difference
	err := store.InSnapshot(k.ctx, k.App, func(app core.App) (err error) {
		found, err = k.Store.CheckRoom(app, id)
		return err
	})
	if err != nil || len(found) == 0 || !k.flags.fix {
		k.tell(!mended, found...)
		return err
	}
	var done, left []store.Difference
	err = k.App.RunInTransaction(func(tx core.App) (err error) {
		done, left, err = k.Store.Mend(tx, id)
		return err
	})
	if err == nil {
		k.tell(mended, done...)
		k.tell(!mended, left...)
	}
	return err
}

func (k *check) list(user string) error {
	return store.InSnapshot(k.ctx, k.App, func(app core.App) error {
		found, err := k.Store.RecountLists(app, user)
		k.tell(!mended, found...)
		return err
	})
}
