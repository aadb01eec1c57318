package bench

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// voice says what a bench is at: on a terminal in one line, else in a line each.
type voice struct {
	out      io.Writer
	scenario string
	terminal bool
}

func newVoice(out io.Writer, scenario string) *voice {
	file, ok := out.(*os.File)
	return &voice{out, scenario, ok && term.IsTerminal(int(file.Fd()))}
}

func (v *voice) say(format string, args ...any) {
	line := v.scenario + ": " + fmt.Sprintf(format, args...)
	if v.terminal {
		fmt.Fprint(v.out, "\r\x1b[K"+line)
	} else {
		fmt.Fprintln(v.out, line)
	}
}

func (v *voice) end() {
	if v.terminal {
		fmt.Fprint(v.out, "\r\x1b[K")
	}
}
