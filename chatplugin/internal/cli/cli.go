// Package cli is the command line of the chat: `chat seed`, `chat purge`,
// `chat check` and `chat bench` under the host's own command. All but the last
// work beside a running server, step by step in short transactions, and can be
// stopped between two steps.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/spf13/cobra"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// Options are what the commands need of the chat.
type Options struct {
	App       core.App
	Store     *store.Store
	Guard     *guard.Guard
	Limits    chat.Limits
	History   chat.History
	Retention time.Duration // how long messages are kept; 0 for ever
	BasePath  string
	// Carry hands frames to everybody who has a room open, for chat bench.
	Carry func(room string, frames [][]byte)
	// Exit ends the program after a command that failed, once all is closed. It
	// is nil where the program is not only the command, as in tests.
	Exit func(code int)
}

// CLI is the chat's commands.
type CLI struct {
	Options
	progress io.Writer
	command  *cobra.Command // the one that Command made last
	resume   func()         // lets PocketBase log again, nil if it may

	mu      sync.Mutex
	running sync.WaitGroup
	stop    context.CancelFunc // of the command that is running, nil without one
	failed  bool
}

// New makes the commands. They begin to matter when Command is put under a
// host's own.
func New(options Options) *CLI {
	return &CLI{Options: options, progress: os.Stderr}
}

const hookID = "pocketchat_cli_"

// Bind has a signal stop a command between two steps, and lets a failed one end
// the program with 1: PocketBase drops what its commands answer.
func (c *CLI) Bind(app core.App) {
	c.spareDatabase(app)
	app.OnTerminate().Bind(&hook.Handler[*core.TerminateEvent]{Id: hookID + "end", Priority: -1000, Func: func(e *core.TerminateEvent) error {
		c.halt()
		err := e.Next()
		if c.Exit != nil && c.hasFailed() {
			c.Exit(1)
		}
		return err
	}})
}

// halt stops a command that is running and waits for it.
func (c *CLI) halt() {
	c.mu.Lock()
	stop := c.stop
	c.mu.Unlock()
	if stop == nil {
		return
	}
	stop()
	c.Guard.Stop() // deletes room by room, in pieces
	c.running.Wait()
}

// Command is `chat` with everything under it.
func (c *CLI) Command() *cobra.Command {
	command := &cobra.Command{
		Use:     "chat",
		Short:   "Fills, cleans, checks and measures the chat",
		Long:    "Commands for the chat. They work beside a running server.",
		Example: "  chat seed --users 24 --messages 4000\n  chat purge --older-than 30d --dry-run\n  chat check\n  chat bench",
		Args:    cobra.ArbitraryArgs,
	}
	c.quiet(command)
	command.SetErr(os.Stderr) // PocketBase's own writer for errors writes to the other one
	command.RunE = func(command *cobra.Command, args []string) error {
		if len(args) > 0 {
			return c.fail(command, fmt.Errorf("there is no chat %s: see chat --help", args[0]))
		}
		return command.Help()
	}
	command.AddCommand(c.quiet(c.seedCommand()), c.quiet(c.purgeCommand()), c.quiet(c.checkCommand()),
		c.quiet(c.benchCommand()), c.quiet(c.benchServerCommand()))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.command = command
	return command
}

// quiet has a command say one sentence when it fails, and not how it is used.
func (c *CLI) quiet(command *cobra.Command) *cobra.Command {
	command.SilenceErrors, command.SilenceUsage = true, true
	command.DisableFlagsInUseLine = true
	command.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		said, _, _ := strings.Cut(err.Error(), ": strconv.") // how Go reads numbers helps nobody
		return c.fail(command, fmt.Errorf("%s: see %s --help", said, command.CommandPath()))
	})
	return command
}

func (c *CLI) hasFailed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// errStopped is what a command answers that a signal stopped.
var errStopped = errors.New("stopped before the end")

func (c *CLI) fail(command *cobra.Command, err error) error {
	c.mu.Lock()
	c.failed = true
	c.mu.Unlock()
	sentence := strings.TrimSpace(err.Error())
	if !strings.HasSuffix(sentence, ".") {
		sentence += "."
	}
	fmt.Fprintln(command.ErrOrStderr(), strings.ToUpper(sentence[:1])+sentence[1:])
	return err
}

// run makes a command of what one does: the database is open, its collections
// are there, and the context ends with a signal.
func (c *CLI) run(do func(ctx context.Context, command *cobra.Command) error) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, args []string) error {
		if len(args) > 0 {
			return c.fail(command, fmt.Errorf("%q is not understood: see %s --help", args[0], command.CommandPath()))
		}
		ctx, done := c.begin(command.Context())
		defer done()
		if err := c.ready(); err != nil {
			return c.fail(command, err)
		}
		if err := do(ctx, command); err != nil {
			return c.fail(command, err)
		}
		return nil
	}
}

func (c *CLI) begin(ctx context.Context) (context.Context, func()) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stop = cancel
	c.running.Add(1)
	return ctx, func() {
		cancel()
		c.mu.Lock()
		c.stop = nil
		c.mu.Unlock()
		c.running.Done()
	}
}

// ready opens the database as the server does, migrations included.
func (c *CLI) ready() error {
	if !c.App.IsBootstrapped() {
		if err := c.App.Bootstrap(); err != nil {
			return err
		}
	}
	if err := c.App.RunAllMigrations(); err != nil {
		return fmt.Errorf("the migrations failed: %w", err)
	}
	hush(c.App)
	return store.PointAtUsers(c.App, c.Store.Users.Collection)
}
