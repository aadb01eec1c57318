package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

type purgeFlags struct {
	olderThan, retention string
	dryRun               bool
}

func (c *CLI) purgeCommand() *cobra.Command {
	var flags purgeFlags
	command := &cobra.Command{
		Use:   "purge [flags]",
		Short: "Removes for good what was deleted, and what is older than the host keeps",
		Long: "Removes for good, with reactions and files:\n\n" +
			"  - rooms that all have deleted: direct ones that both did, and groups whose deletion was cut off\n" +
			"  - messages that everybody in the room deleted for themselves\n" +
			"  - what is left of deleted messages\n" +
			"  - messages older than the host's retention, if it has set one\n\n" +
			"--older-than spares what is newer of the first three. What people can still read goes by\n" +
			"retention alone. There is no way back: look with --dry-run first.\n\n" +
			"A length of time is written as 36h, 30d, 8w or 1y.",
		Example: "  chat purge --dry-run\n  chat purge --older-than 30d\n  chat purge --older-than 2026-01-31 --retention 1y",
		RunE: c.run(func(ctx context.Context, command *cobra.Command) error {
			return c.purge(ctx, command.OutOrStdout(), flags)
		}),
	}
	set := command.Flags()
	set.SortFlags = false
	set.StringVar(&flags.olderThan, "older-than", "0", "only what was deleted, and written, longer ago than this, or before this date")
	set.StringVar(&flags.retention, "retention", "", "how long messages are kept, in place of the host's own setting; 0 keeps them for ever")
	set.BoolVar(&flags.dryRun, "dry-run", false, "counts what would go, and changes nothing")
	return command
}

// outdated turns the flags into moments.
func (c *CLI) outdated(flags purgeFlags, now time.Time) (old store.Outdated, err error) {
	if old.Deleted, err = before(flags.olderThan, now); err != nil {
		return old, fmt.Errorf("--older-than %w", err)
	}
	retention := c.Retention
	if flags.retention != "" {
		if retention, err = parseSpan(flags.retention); err != nil {
			return old, fmt.Errorf("--retention %w", err)
		}
	}
	if retention > 0 {
		old.Expired = now.Add(-retention)
	}
	return old, nil
}

// before reads a length of time, counted back from now, or a date.
func before(value string, now time.Time) (time.Time, error) {
	if at, err := parseDate(value); err == nil {
		if at.After(now) {
			return at, fmt.Errorf("%q is in the future", value)
		}
		return at, nil
	}
	span, err := parseSpan(value)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w, or a date such as 2026-01-31", err)
	}
	return now.Add(-span), nil
}

const day = 24 * time.Hour

var units = map[byte]time.Duration{'d': day, 'w': 7 * day, 'y': 365 * day}

// longest keeps sums of times within what a time can be.
const longest = 200 * 365 * day

// parseSpan reads a length of time, as Go writes it or in days, weeks or years.
func parseSpan(value string) (time.Duration, error) {
	wrong := fmt.Errorf("%q is not understood: write a length of time such as 36h, 30d, 8w or 1y", value)
	if value == "" {
		return 0, wrong
	}
	span, err := time.ParseDuration(value)
	if unit, ok := units[value[len(value)-1]]; ok {
		n, parseErr := strconv.ParseFloat(value[:len(value)-1], 64)
		if err = parseErr; err == nil && n >= 0 && n <= float64(longest/unit) {
			span = time.Duration(n * float64(unit))
		} else {
			err = errors.Join(err, wrong)
		}
	}
	if err != nil || span < 0 || span > longest {
		return 0, wrong
	}
	return span, nil
}

func (c *CLI) purge(ctx context.Context, out io.Writer, flags purgeFlags) error {
	old, err := c.outdated(flags, time.Now())
	if err != nil {
		return err
	}
	var bar *progress
	gone, err := c.Guard.Purge(ctx, c.App, guard.Purge{Outdated: old, DryRun: flags.dryRun, Progress: func(done, rooms int64) {
		if bar == nil {
			bar = newProgress(c.progress, "Rooms", rooms)
		}
		bar.reached(done)
	}})
	if bar != nil {
		bar.end()
	}
	tell(out, gone, flags.dryRun)
	if err != nil && (ctx.Err() != nil || errors.Is(err, context.Canceled)) {
		return fmt.Errorf("%w; the table says what was done, and the next run goes on", errStopped)
	}
	return err
}

// tell writes the same table whether it happened or not.
func tell(out io.Writer, gone guard.Purged, dryRun bool) {
	row := func(what, rooms, messages, reactions, files string) {
		fmt.Fprintf(out, "%-24s %9s %12s %12s %9s\n", what, rooms, messages, reactions, files)
	}
	row("", "Rooms", "Messages", "Reactions", "Files")
	line := func(what string, part guard.Part) {
		row(what, number(part.Rooms), number(part.Messages), number(part.Reactions), number(part.Files))
	}
	line("Rooms deleted by all", gone.Rooms)
	line("Messages hidden for all", gone.Hidden)
	line("Deleted messages", gone.Deleted)
	line("Expired by retention", gone.Expired)
	total := gone.Total()
	sum := fmt.Sprintf("%s and %s", many(gone.Rooms.Rooms, "room", "rooms"), many(total.Messages, "message", "messages"))
	if dryRun {
		fmt.Fprintf(out, "\nA dry run: %s would be removed. Nothing was changed.\n", sum)
		return
	}
	fmt.Fprintf(out, "\nRemoved %s for good.\n", sum)
}
