package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func (c *CLI) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Recounts every counter and cursor against the rows",
		Long: "Recounts what is stored beside the messages: posts, revisions and places of rooms, members, read\n" +
			"marks and unread counts, the last message, replies and reactions, owners, and each person's total\n" +
			"against the sum of their list.\n\n" +
			"It changes nothing, prints a line for each difference, and ends with exit code 1 if there is one.",
		Example: "  chat check",
		RunE: c.run(func(ctx context.Context, command *cobra.Command) error {
			return c.check(ctx, command.OutOrStdout())
		}),
	}
}

func (c *CLI) check(ctx context.Context, out io.Writer) error {
	rooms, err := store.AllRooms(c.App)
	if err != nil {
		return err
	}
	people, err := store.AllMembersOfRooms(c.App)
	if err != nil {
		return err
	}
	bar := newProgress(c.progress, "Rooms and people", int64(len(rooms)+len(people)))
	var found []store.Difference
	count := func(recount func(core.App) ([]store.Difference, error)) error {
		if ctx.Err() != nil {
			return errStopped
		}
		more, err := c.sure(recount)
		found = append(found, more...)
		bar.reached(bar.done + 1)
		return err
	}
	for i := 0; err == nil && i < len(rooms); i++ {
		err = count(func(app core.App) ([]store.Difference, error) { return store.Recount(app, rooms[i]) })
	}
	for i := 0; err == nil && i < len(people); i++ {
		err = count(func(app core.App) ([]store.Difference, error) { return c.Store.RecountLists(app, people[i]) })
	}
	bar.end()
	for _, difference := range found {
		fmt.Fprintln(out, difference)
	}
	if err != nil {
		return err
	}
	counted := many(int64(len(rooms)), "room", "rooms") + " and " + many(int64(len(people)), "person", "people")
	if len(found) > 0 {
		return fmt.Errorf("%s in %s", many(int64(len(found)), "difference", "differences"), counted)
	}
	fmt.Fprintf(out, "Recounted %s: no difference.\n", counted)
	return nil
}

// sure recounts beside whoever writes, and what differs once more while nobody
// does: a message may have come between two reads.
func (c *CLI) sure(recount func(core.App) ([]store.Difference, error)) (found []store.Difference, err error) {
	if found, err = recount(c.App); err == nil && len(found) > 0 {
		err = c.App.RunInTransaction(func(tx core.App) error {
			found, err = recount(tx)
			return err
		})
	}
	if err == chat.ErrNoRoom {
		return nil, nil // deleted meanwhile
	}
	return found, err
}
