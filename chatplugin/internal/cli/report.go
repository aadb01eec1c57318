package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"pocketchat/chatplugin/internal/store"
)

// report prints what a check finds as it finds it, so that a million differences
// need no memory.
type report struct {
	out         io.Writer
	json        bool
	found, done int64
}

// tell prints differences.
func (r *report) tell(mended bool, found ...store.Difference) {
	for _, difference := range found {
		if r.found++; mended {
			r.done++
			difference.Hint = "" // nothing to do
		}
		switch {
		case r.json:
			r.line(struct {
				store.Difference
				Mended bool `json:"mended"`
			}{difference, mended})
		case mended:
			fmt.Fprintln(r.out, "mended:", difference)
		default:
			fmt.Fprintln(r.out, difference)
		}
	}
}

func (r *report) line(value any) {
	content, _ := json.Marshal(value) // strings and numbers
	fmt.Fprintf(r.out, "%s\n", content)
}

// sum ends the report, and is an error where something is left.
func (r *report) sum(rooms, people int, fix bool) error {
	if r.json {
		r.line(map[string]int64{"rooms": int64(rooms), "people": int64(people), "found": r.found, "mended": r.done})
	}
	counted := many(int64(rooms), "room", "rooms") + " and " + many(int64(people), "person", "people")
	left := r.found - r.done
	switch {
	case left > 0 && r.done > 0:
		return fmt.Errorf("%s in %s, of which %s mended: the lines above say what to do about the rest", many(r.found, "difference", "differences"), counted, many(r.done, "is", "are"))
	case left > 0 && fix:
		return fmt.Errorf("%s in %s that cannot be mended: the lines above say what to do", many(r.found, "difference", "differences"), counted)
	case left > 0:
		return fmt.Errorf("%s in %s: chat check --fix mends what can be mended", many(r.found, "difference", "differences"), counted)
	case r.json:
	case r.done > 0:
		fmt.Fprintf(r.out, "Recounted %s: mended %s.\n", counted, many(r.done, "difference", "differences"))
	default:
		fmt.Fprintf(r.out, "Recounted %s: no difference.\n", counted)
	}
	return nil
}
