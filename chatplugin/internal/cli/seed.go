package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"pocketchat/chatplugin/internal/demo"
)

// seedFlags are what `chat seed` is asked for.
type seedFlags struct {
	users, rooms, messages, weeks int
	password, domain, until       string
	seed                          int64
}

const (
	mostUsers  = 100_000
	mostWeeks  = 520
	shownUsers = 5 // to sign in as, at the end
)

func (c *CLI) seedCommand() *cobra.Command {
	var flags seedFlags
	command := &cobra.Command{
		Use:   "seed [flags]",
		Short: "Makes people, rooms and weeks of conversation to look at",
		Long: "Makes people, rooms and weeks of conversation to look at.\n\n" +
			"The same --seed makes the same people, rooms and texts. A second run adds more.\n" +
			"Rows are written past hooks, so open pages show them when they are loaded anew.",
		Example: "  chat seed\n  chat seed --users 100 --rooms 200 --messages 50000 --password 'open sesame'\n  chat seed --seed 7 --until 2026-03-01",
		RunE: c.run(func(ctx context.Context, command *cobra.Command) error {
			return c.seed(ctx, command.OutOrStdout(), flags)
		}),
	}
	set := command.Flags()
	set.SortFlags = false
	set.IntVar(&flags.users, "users", 24, "how many people")
	set.IntVar(&flags.rooms, "rooms", 40, "how many rooms: direct ones and groups")
	set.IntVar(&flags.messages, "messages", 4000, "how many messages in all")
	set.StringVar(&flags.password, "password", "", "everybody's password (made up and printed if empty)")
	set.Int64Var(&flags.seed, "seed", 1, "the same number makes the same world")
	set.StringVar(&flags.until, "until", "", "when the last message came: a date or a time such as 2026-03-01T18:00:00Z (now if empty)")
	set.IntVar(&flags.weeks, "weeks", 6, "how many weeks quiet rooms go back; busy ones go further")
	set.StringVar(&flags.domain, "domain", "example.com", "what e-mail addresses end with")
	return command
}

// world checks the flags and makes up the world that they ask for.
func (c *CLI) world(flags seedFlags) (*demo.Script, error) {
	until, err := parseUntil(flags.until, time.Now())
	switch {
	case err != nil:
		return nil, err
	case flags.users < 2:
		return nil, fmt.Errorf("--users %d: a conversation takes two people at least", flags.users)
	case flags.users > mostUsers:
		return nil, fmt.Errorf("--users %d: at most %s at once", flags.users, number(mostUsers))
	case flags.rooms < 0:
		return nil, fmt.Errorf("--rooms %d: choose a number from 0 up", flags.rooms)
	case flags.messages < 0:
		return nil, fmt.Errorf("--messages %d: choose a number from 0 up", flags.messages)
	case flags.rooms == 0 && flags.messages > 0:
		return nil, errors.New("messages need a room: give --rooms, or --messages 0")
	case flags.weeks < 1 || flags.weeks > mostWeeks:
		return nil, fmt.Errorf("--weeks %d: choose 1 to %d", flags.weeks, mostWeeks)
	case flags.domain == "":
		return nil, errors.New("--domain: addresses end with something, such as example.com")
	}
	return demo.New(demo.Options{
		People: flags.users, Rooms: flags.rooms, Messages: flags.messages, Seed: uint64(flags.seed),
		Until: until, Weeks: flags.weeks, MaxGroup: c.Limits.GroupMembers,
	})
}

func parseUntil(value string, now time.Time) (time.Time, error) {
	if value == "" {
		return now, nil
	}
	at, err := parseDate(value)
	switch {
	case err != nil:
		return at, fmt.Errorf("--until %q is no date: write it as 2026-03-01 or 2026-03-01T18:00:00Z", value)
	case at.After(now):
		return at, fmt.Errorf("--until %q is in the future", value)
	}
	return at, nil
}

// parseDate reads a day, by the clock of this machine, or a time.
func parseDate(value string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return at, nil
	}
	return time.ParseInLocation(time.DateOnly, value, time.Local)
}

func (c *CLI) seed(ctx context.Context, out io.Writer, flags seedFlags) error {
	begun := time.Now()
	script, err := c.world(flags)
	if err != nil {
		return err
	}
	if flags.password == "" {
		flags.password = rand.Text()[:12]
	}
	s := &seeder{CLI: c, script: script, flags: flags}
	err = s.run(ctx)
	made := fmt.Sprintf("%s, %s and %s", many(int64(len(s.users)), "person", "people"), many(s.rooms, "room", "rooms"), many(s.messages, "message", "messages"))
	if err != nil {
		if len(s.users) == 0 {
			return err
		}
		return fmt.Errorf("%w; made so far: %s, with the password %s", err, made, flags.password)
	}
	fmt.Fprintf(out, "Made %s in %s (seed %d).\n\nSign in at %s/ as\n", made, time.Since(begun).Round(100*time.Millisecond), flags.seed, c.BasePath)
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for i := range min(shownUsers, len(s.users)) {
		fmt.Fprintf(table, "  %s\t%s\n", s.emails[i], script.People[i].Name)
	}
	_ = table.Flush()
	if more := len(s.users) - shownUsers; more > 0 {
		fmt.Fprintf(out, "  and %s more\n", number(int64(more)))
	}
	fmt.Fprintf(out, "\nEverybody's password is  %s\n", flags.password)
	return nil
}
