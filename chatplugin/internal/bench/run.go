package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// Asked is what a bench is asked for.
type Asked struct {
	Scenarios  []string // names; all of them if empty
	Sizes      Sizes
	JSON       bool
	CPUProfile string   // where the server's profile goes, "" for none
	Alone      bool     // without what the chat is compared with
	Program    []string // how the server is started
}

// scenario is one of the things that a bench drives.
type scenario struct {
	name, title string
	do          func(context.Context, *run) error
}

func scenarios() []scenario {
	return []scenario{
		{"fanout", "Fan-out: one room, everybody has it open", fanout},
		{"send", "Sends: a group of 64, nobody connected", sends},
		{"pages", "Pages, by 16 clients", pages},
		{"growth", "Growth: how many times dearer", growth},
		{"memory", "Memory", memory},
		{"day", "A mixed day: people open rooms, read, type and send", day},
	}
}

// Names are those of all scenarios.
func Names() (names []string) {
	for _, s := range scenarios() {
		names = append(names, s.name)
	}
	return names
}

// ErrFailed is answered when a scenario found something wrong, which was said.
var ErrFailed = errors.New("the bench failed")

// run is a scenario that is being driven.
type run struct {
	*link
	Sizes
	alone    bool
	scenario string
	rows     []Row
	say      func(format string, args ...any)
}

func (r *run) add(row Row) {
	row.Scenario = r.scenario
	r.rows = append(r.rows, row.judge())
}

// clientGarbage has the bench collect its garbage less often than a server does.
const clientGarbage = 400

// Run drives the scenarios and prints what it found to out; to progress it says
// what it is at.
func Run(ctx context.Context, asked Asked, out, progress io.Writer) error {
	chosen, err := choose(asked.Scenarios)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(clientGarbage))
	files, _ := openFiles()
	report := Report{Machine: Machine{System: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU(), Go: runtime.Version(), Files: files}}
	if !asked.JSON {
		fmt.Fprintln(out, report.Machine)
	}
	for _, s := range chosen {
		voice := newVoice(progress, s.name)
		r := &run{Sizes: asked.Sizes, scenario: s.name, alone: asked.Alone || asked.CPUProfile != "", say: voice.say}
		err := r.drive(ctx, s, asked, profilePath(asked.CPUProfile, s.name, len(chosen)))
		voice.end()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		report.Rows = append(report.Rows, r.rows...)
		if !asked.JSON {
			writeTable(out, s.title, r.rows)
		}
		if err != nil {
			report.Failures = append(report.Failures, s.name+": "+err.Error())
			if !asked.JSON {
				fmt.Fprintf(out, "\n  FAILED: %s\n", strings.ReplaceAll(err.Error(), "\n", "\n  "))
			}
		}
	}
	return conclude(report, asked.JSON, out)
}

func conclude(report Report, asJSON bool, out io.Writer) error {
	if asJSON {
		if err := report.writeJSON(out); err != nil {
			return err
		}
	} else {
		goals, met := 0, 0
		for _, row := range report.Rows {
			if row.Goal != 0 {
				goals++
				if row.Met {
					met++
				}
			}
		}
		fmt.Fprintf(out, "\n%d of %d goals met.\n", met, goals)
	}
	if len(report.Failures) > 0 {
		return ErrFailed
	}
	return nil
}

func choose(names []string) ([]scenario, error) {
	all := scenarios()
	if len(names) == 0 {
		return all, nil
	}
	for _, name := range names {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("there is no scenario %q: choose from %s", name, strings.Join(Names(), ", "))
		}
	}
	return slices.DeleteFunc(all, func(s scenario) bool { return !slices.Contains(names, s.name) }), nil
}

// profilePath is a scenario's own file where there are several.
func profilePath(path, scenario string, of int) string {
	if path == "" || of == 1 {
		return path
	}
	extension := filepath.Ext(path)
	return strings.TrimSuffix(path, extension) + "-" + scenario + extension
}

// drive runs a scenario on a server of its own, so that none inherits what
// another left.
func (r *run) drive(ctx context.Context, s scenario, asked Asked, profile string) (err error) {
	r.say("starting the server")
	if r.link, err = start(ctx, asked.Program); err != nil {
		return err
	}
	defer r.link.stop()
	if profile != "" {
		if profile, err = filepath.Abs(profile); err != nil {
			return err
		}
		if err := r.call(ctx, "Profile", profile, new(int)); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.call(context.WithoutCancel(ctx), "Profile", "", new(int))) }()
	}
	return s.do(ctx, r)
}

// people are the first n people of the server.
func (r *run) people(ctx context.Context, n int) (people []Person, err error) {
	r.say("making %s people", number(float64(n)))
	return people, r.call(ctx, "People", n, &people)
}

// group makes one of these people.
func (r *run) group(ctx context.Context, name string, people []Person, messages int) (RoomMade, error) {
	var made []RoomMade
	err := r.call(ctx, "Rooms", []RoomAsked{{Name: name, Members: ids(people), Messages: messages}}, &made)
	if err != nil {
		return RoomMade{}, err
	}
	return made[0], nil
}

// balanced holds that a room's counters are what its rows say.
func (r *run) balanced(ctx context.Context, room string) error {
	var found []string
	if err := r.call(ctx, "Recount", room, &found); err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("counters differ from the rows: %s", strings.Join(found, "; "))
	}
	return nil
}

func ids(people []Person) []string {
	all := make([]string, len(people))
	for i, person := range people {
		all[i] = person.ID
	}
	return all
}
