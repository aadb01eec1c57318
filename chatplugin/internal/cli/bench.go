package cli

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pocketchat/chatplugin/internal/bench"
)

// benchFlags are what `chat bench` is asked for.
type benchFlags struct {
	long, quick, json, alone bool
	sockets                  []int
	messages, people         int
	measure                  time.Duration
	profile                  string
}

const benchName = "bench"

func (c *CLI) benchCommand() *cobra.Command {
	var flags benchFlags
	command := &cobra.Command{
		Use:   benchName + " [flags] [" + strings.Join(bench.Names(), "] [") + "]",
		Short: "Drives this program on this machine and says how fast it is",
		Long: "Starts this very program once more, with an empty database in a temporary folder, drives it by pages,\n" +
			"REST and sockets, and prints figures beside what they are compared with in the same run: PocketBase's\n" +
			"own ways, and what the machine can do at most. The database of this program is not touched.\n\n" +
			"Every answer and delivery is looked at. A message that is lost, doubled, out of order or changed fails\n" +
			"the run, which ends with exit code 1; a goal that is missed does not.\n\n" +
			"Without names all is driven, which takes some minutes. The machine should have nothing else to do.",
		Example: "  chat bench\n  chat bench fanout send --json\n  chat bench fanout --sockets 1000 --cpuprofile cpu.pprof",
		RunE: func(command *cobra.Command, args []string) error {
			if c.resume != nil {
				c.resume()
			}
			ctx, done := c.begin(command.Context())
			defer done()
			err := c.bench(ctx, command, args, flags)
			switch {
			case err == nil:
			case ctx.Err() != nil:
				return c.fail(command, errStopped)
			case errors.Is(err, bench.ErrFailed):
				return c.fail(command, errors.New("something was lost, wrong or not to be measured: see above"))
			default:
				return c.fail(command, err)
			}
			return nil
		},
	}
	set := command.Flags()
	set.SortFlags = false
	set.BoolVar(&flags.long, "long", false, "longer measurements, a million messages")
	set.BoolVar(&flags.quick, "quick", false, "seconds only, to see whether all works: the figures mean nothing")
	set.BoolVar(&flags.json, "json", false, "print JSON in place of tables")
	set.BoolVar(&flags.alone, "alone", false, "leave out what the chat is compared with")
	set.StringVar(&flags.profile, "cpuprofile", "", "write the server's CPU profile to this `file`; implies --alone")
	set.IntSliceVar(&flags.sockets, "sockets", nil, "numbers of sockets for fanout, such as 100,1000")
	set.IntVar(&flags.messages, "messages", 0, "messages in the long history of growth")
	set.IntVar(&flags.people, "people", 0, "most people in a day")
	set.DurationVar(&flags.measure, "measure", 0, "how long each measurement lasts, such as 5s")
	return command
}

func (flags benchFlags) sizes() (bench.Sizes, error) {
	sizes := bench.Short()
	switch {
	case flags.long && flags.quick:
		return sizes, errors.New("--long and --quick exclude each other")
	case flags.long:
		sizes = bench.Long()
	case flags.quick:
		sizes = bench.Quick()
	}
	if len(flags.sockets) > 0 {
		sizes.Sockets = flags.sockets
	}
	if slices.Min(sizes.Sockets) < 1 {
		return sizes, errors.New("--sockets: choose numbers from 1 up")
	}
	if flags.messages < 0 || flags.people < 0 || flags.measure < 0 {
		return sizes, errors.New("--messages, --people and --measure are positive")
	}
	if flags.messages > 0 {
		sizes.Messages = max(flags.messages, sizes.Few)
	}
	if flags.people > 0 {
		sizes.People = append(slices.DeleteFunc(sizes.People, func(n int) bool { return n >= flags.people }), flags.people)
	}
	if flags.measure > 0 {
		sizes.Measure = flags.measure
	}
	return sizes, nil
}

func (c *CLI) bench(ctx context.Context, command *cobra.Command, scenarios []string, flags benchFlags) error {
	if c.Exit == nil {
		return errors.New("chat bench starts its program once more, and works only where that is a PocketBase application's own")
	}
	sizes, err := flags.sizes()
	if err != nil {
		return err
	}
	program, err := c.serverProgram(command)
	if err != nil {
		return err
	}
	return bench.Run(ctx, bench.Asked{
		Scenarios: scenarios, Sizes: sizes, JSON: flags.json, CPUProfile: flags.profile, Alone: flags.alone, Program: program,
	}, command.OutOrStdout(), c.progress)
}

// serverProgram is how the server is started: by the command beside this one,
// with the flags of the host that this one was given.
func (c *CLI) serverProgram(command *cobra.Command) ([]string, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, err
	}
	path := strings.Fields(command.Parent().CommandPath())
	program := append([]string{executable}, path[1:]...)
	program = append(program, bench.Command)
	command.InheritedFlags().Visit(func(flag *pflag.Flag) {
		if flag.Name != "dir" && flag.Name != "dev" {
			program = append(program, "--"+flag.Name+"="+flag.Value.String())
		}
	})
	return program, nil
}

func (c *CLI) benchServerCommand() *cobra.Command {
	return &cobra.Command{
		Use: bench.Command, Hidden: true, Short: "The server of chat bench",
		RunE: c.run(func(ctx context.Context, command *cobra.Command) error {
			if c.Exit == nil {
				return errors.New("this command is for chat bench")
			}
			return bench.Serve(bench.ServerOptions{
				App: c.App, Store: c.Store, BasePath: c.BasePath, People: c.morePeople, Carry: c.Carry, Exit: c.Exit,
			})
		}),
	}
}

// morePeople makes people as chat seed does, whose passwords nobody knows.
func (c *CLI) morePeople(ctx context.Context, n int) ([]string, error) {
	flags := seedFlags{users: max(n, 2), weeks: 1, domain: "bench.example", password: "nobody signs in by it"}
	script, err := c.world(flags)
	if err != nil {
		return nil, err
	}
	s := &seeder{CLI: c, script: script, flags: flags}
	if err := s.people(ctx); err != nil {
		return nil, fmt.Errorf("people could not be made: %w", err)
	}
	return s.users[:n], nil
}

// spareDatabase keeps PocketBase from opening, or even making, the database of
// the program whose bench is asked for: it is none of the bench's business.
func (c *CLI) spareDatabase(app core.App) {
	app.OnBootstrap().Bind(&hook.Handler[*core.BootstrapEvent]{Id: hookID + "spare", Priority: -10_000, Func: func(e *core.BootstrapEvent) error {
		if c.Exit == nil || !c.isBench() {
			return e.Next()
		}
		c.unsaid()
		return nil
	}})
}

func (c *CLI) isBench() bool {
	c.mu.Lock()
	command := c.command
	c.mu.Unlock()
	if command == nil {
		return false
	}
	asked, _, err := command.Root().Find(os.Args[1:])
	return err == nil && asked.Name() == benchName && asked.Parent() == command
}

// unsaid keeps PocketBase's warning that it was not started from the terminal.
func (c *CLI) unsaid() {
	logger, writer, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	c.resume = func() {
		slog.SetDefault(logger)
		log.SetOutput(writer)
		log.SetFlags(flags)
	}
}
