package chatplugin

import (
	"fmt"
	"os"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/tools/cron"
	"github.com/spf13/cobra"

	"pocketchat/chatplugin/internal/cli"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// Purge says what is removed for good, and when. Nothing is by itself unless
// Every is set; `chat purge` does it by hand.
type Purge struct {
	// Every is a cron expression in UTC, such as "0 4 * * *" for four each night.
	Every string

	// Retention is how long messages are kept, whoever can still read them. Zero
	// keeps them for ever.
	Retention time.Duration

	// Deleted is how long what was deleted stays in the database before the cron
	// removes it; 30 days if zero. `chat purge` has a flag for it.
	Deleted time.Duration
}

// shortestRetention keeps a slip of the pen, such as 365 for 365 days, from
// emptying the chat.
const shortestRetention = time.Hour

func (p Purge) withDefaults() (Purge, error) {
	if p.Deleted == 0 {
		p.Deleted = 30 * 24 * time.Hour
	}
	if p.Deleted < 0 || p.Retention < 0 || p.Retention > 0 && p.Retention < shortestRetention {
		return p, fmt.Errorf("pocketchat: Purge.Retention %v and Purge.Deleted %v are lengths of time; a retention is an hour at least", p.Retention, p.Deleted)
	}
	if p.Every == "" {
		return p, nil
	}
	if _, err := cron.NewSchedule(p.Every); err != nil {
		return p, fmt.Errorf("pocketchat: Purge.Every %q is no cron expression such as \"0 4 * * *\": %w", p.Every, err)
	}
	return p, nil
}

// outdated is what the cron removes at a time.
func (p Purge) outdated(now time.Time) store.Outdated {
	old := store.Outdated{Deleted: now.Add(-p.Deleted)}
	if p.Retention > 0 {
		old.Expired = now.Add(-p.Retention)
	}
	return old
}

// bindPurge has the cron clean up.
func (c *Chat) bindPurge() error {
	if c.config.Purge.Every == "" {
		return nil
	}
	return c.app.Cron().Add(hookID+"purge", c.config.Purge.Every, func() {
		c.guard.Sweep(c.app, guard.Purge{Outdated: c.config.Purge.outdated(time.Now())})
	})
}

// bindCommands puts `chat` under the command of a PocketBase application. Other
// hosts do it themselves with Command.
func (c *Chat) bindCommands() {
	options := cli.Options{
		App: c.app, Store: c.store, Guard: c.guard, Limits: c.config.Limits, History: c.config.History,
		Retention: c.config.Purge.Retention, BasePath: c.config.BasePath, Carry: c.live.Carry,
	}
	host, ok := c.app.(*pocketbase.PocketBase)
	if ok = ok && host.RootCmd != nil; ok {
		options.Exit = os.Exit
	}
	c.cli = cli.New(options)
	c.cli.Bind(c.app)
	if ok {
		host.RootCmd.AddCommand(c.Command())
	}
}

// Command is `chat` with its subcommands. Register adds it to the RootCmd of a
// *pocketbase.PocketBase; a host with a command line of its own adds it there.
func (c *Chat) Command() *cobra.Command { return c.cli.Command() }
