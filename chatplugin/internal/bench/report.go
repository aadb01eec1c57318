package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// Row is one figure, and what it is compared with.
type Row struct {
	Scenario string  `json:"scenario"`
	What     string  `json:"what"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Against  string  `json:"against,omitempty"`   // what else was measured, if anything
	Other    float64 `json:"other,omitempty"`     // the same figure of it
	Ratio    float64 `json:"ratio,omitempty"`     // how many times better, or in growth how many times dearer
	CPU      float64 `json:"cpu_ratio,omitempty"` // the same by the server's processor time
	Goal     float64 `json:"goal,omitempty"`      // for the ratio, or for the value where there is none
	AtMost   bool    `json:"at_most,omitempty"`   // the goal is a bound from above
	Met      bool    `json:"met"`                 // true without a goal
	Note     string  `json:"note,omitempty"`
}

// judge says whether the goal is met, as it is shown: rounded.
func (r Row) judge() Row {
	got := r.Value
	if r.Against != "" {
		got = r.Ratio
	}
	got = round(got)
	r.Met = r.Goal == 0 || r.AtMost && got <= r.Goal || !r.AtMost && got >= r.Goal
	return r
}

// round keeps what the table shows of a ratio.
func round(ratio float64) float64 { return math.Round(ratio*100) / 100 }

// Report is everything that a run found.
type Report struct {
	Machine  Machine  `json:"machine"`
	Rows     []Row    `json:"rows"`
	Failures []string `json:"failures"` // lost, doubled or wrong, or could not be measured
}

// Machine is where it was measured.
type Machine struct {
	System string `json:"system"`
	Cores  int    `json:"cores"`
	Go     string `json:"go"`
	Files  uint64 `json:"open_files,omitempty"` // that a process may have; 0 if unknown
}

func (m Machine) String() string {
	said := fmt.Sprintf("%s, %d cores, %s", m.System, m.Cores, m.Go)
	if m.Files > 0 {
		said += fmt.Sprintf(", %s open files", number(float64(m.Files)))
	}
	return said
}

func (r Report) writeJSON(out io.Writer) error {
	if r.Failures == nil {
		r.Failures = []string{}
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// writeTable writes the rows of one scenario, those about the same together.
func writeTable(out io.Writer, title string, rows []Row) {
	fmt.Fprintf(out, "\n%s\n\n", title)
	cells := [][]string{{"", "here", "against", "there", "ratio", "goal", "", "by CPU"}}
	var order []string
	about := map[string][]Row{}
	for _, row := range rows {
		if about[row.What] == nil {
			order = append(order, row.What)
		}
		about[row.What] = append(about[row.What], row)
	}
	for _, what := range order {
		for i, row := range about[what] {
			line := []string{what, figure(row.Value, row.Unit), row.Against, row.other(), row.ratio(), row.goal(), row.verdict(), row.byCPU()}
			if i > 0 {
				line[0] = ""
			}
			cells = append(cells, line)
		}
	}
	align(out, cells)
	space := "\n"
	for _, row := range rows {
		if row.Note != "" {
			fmt.Fprintf(out, "%s  %s: %s.\n", space, row.What, row.Note)
			space = ""
		}
	}
}

// align writes columns below each other: words begin at the same place, figures
// end there.
func align(out io.Writer, cells [][]string) {
	words := map[int]bool{0: true, 2: true, 6: true}
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, line := range cells {
		var written strings.Builder
		for i, cell := range line {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if words[i] {
				written.WriteString("  " + cell + space)
			} else {
				written.WriteString("  " + space + cell)
			}
		}
		fmt.Fprintln(out, strings.TrimRight(written.String(), " "))
	}
}

func (r Row) other() string {
	if r.Against == "" {
		return ""
	}
	return figure(r.Other, r.Unit)
}

func (r Row) ratio() string {
	if r.Against == "" || r.Ratio == 0 {
		return ""
	}
	return ratioOf(r.Ratio)
}

func (r Row) byCPU() string {
	if r.CPU == 0 {
		return ""
	}
	return ratioOf(r.CPU)
}

func (r Row) goal() string {
	if r.Goal == 0 {
		return ""
	}
	sign, goal := "≥ ", ratioOf(r.Goal)
	if r.AtMost {
		sign = "≤ "
	}
	if r.Against == "" {
		goal = figure(r.Goal, r.Unit)
	}
	return sign + goal
}

func (r Row) verdict() string {
	switch {
	case r.Goal == 0:
		return ""
	case r.Met:
		return "met"
	}
	return "missed"
}

func ratioOf(ratio float64) string {
	if ratio >= 10 {
		return fmt.Sprintf("%.0f ×", ratio)
	}
	return fmt.Sprintf("%.2f ×", ratio)
}

func figure(value float64, unit string) string {
	digits := 0
	switch {
	case value == 0:
	case math.Abs(value) < 10:
		digits = 2
	case math.Abs(value) < 100:
		digits = 1
	}
	if digits == 0 {
		return number(value) + " " + unit
	}
	return fmt.Sprintf("%.*f %s", digits, value, unit)
}

// number writes a whole number with commas between thousands.
func number(value float64) string {
	digits := fmt.Sprintf("%.0f", value)
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
