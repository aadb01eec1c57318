package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestGoals(t *testing.T) {
	for name, c := range map[string]struct {
		row Row
		met bool
	}{
		"no goal":            {Row{Value: 1}, true},
		"fast enough":        {Row{Against: "x", Ratio: 0.5, Goal: 0.5}, true},
		"as it is shown":     {Row{Against: "x", Ratio: 0.496, Goal: 0.5}, true},
		"too slow":           {Row{Against: "x", Ratio: 0.49, Goal: 0.5}, false},
		"cheap enough":       {Row{Against: "x", Ratio: 1.2, Goal: 1.2, AtMost: true}, true},
		"too dear":           {Row{Against: "x", Ratio: 1.21, Goal: 1.2, AtMost: true}, false},
		"small enough alone": {Row{Value: 14, Goal: 15, AtMost: true}, true},
		"too large alone":    {Row{Value: 16, Goal: 15, AtMost: true}, false},
	} {
		if got := c.row.judge().Met; got != c.met {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTable(t *testing.T) {
	var out strings.Builder
	writeTable(&out, "Fan-out", []Row{
		Row{What: "100 sockets", Value: 1234567, Unit: "deliveries/s", Against: "bare", Other: 2_000_000, Ratio: 0.617, Goal: 0.7, CPU: 0.5}.judge(),
		Row{What: "p50", Value: 0.123, Unit: "ms"}.judge(),
		Row{What: "100 sockets", Value: 1234567, Unit: "deliveries/s", Against: "PocketBase", Other: 9000, Ratio: 137.2, Goal: 20, Note: "19 messages"}.judge(),
	})
	want := `
Fan-out

                                here  against                   there   ratio      goal          by CPU
  100 sockets  1,234,567 deliveries/s  bare        2,000,000 deliveries/s  0.62 ×  ≥ 0.70 ×  missed  0.50 ×
               1,234,567 deliveries/s  PocketBase      9,000 deliveries/s   137 ×    ≥ 20 ×  met
  p50                         0.12 ms

  100 sockets: 19 messages.
`
	squeeze := func(text string) string {
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			lines[i] = strings.Join(strings.Fields(line), " ")
		}
		return strings.Join(lines, "\n")
	}
	if squeeze(out.String()) != squeeze(want) {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	lines := strings.Split(out.String(), "\n")
	if at := strings.Index(lines[4], "bare"); at != strings.Index(lines[5], "PocketBase") {
		t.Errorf("columns are not below each other:\n%s", out.String())
	}
}

// A scenario that found something wrong fails the run, whatever it is printed as.
func TestFailuresFail(t *testing.T) {
	for _, asJSON := range []bool{true, false} {
		var out bytes.Buffer
		report := Report{Rows: []Row{{What: "x", Goal: 2, Met: false}}}
		if err := conclude(report, asJSON, &out); err != nil {
			t.Errorf("a goal that is missed fails: %v", err)
		}
		out.Reset()
		report.Failures = []string{"fanout: lost"}
		if err := conclude(report, asJSON, &out); !errors.Is(err, ErrFailed) {
			t.Errorf("a lost message does not fail: %v", err)
		}
		var read Report
		if asJSON && (json.Unmarshal(out.Bytes(), &read) != nil || len(read.Failures) != 1 || len(read.Rows) != 1) {
			t.Errorf("printed %s", out.String())
		}
	}
}

func TestMediansAndQuantiles(t *testing.T) {
	if got := median([]float64{9, 1, 5}); got != 5 {
		t.Error(got)
	}
	if got := median([]float64{9, 1, 5, 7}); got != 6 {
		t.Error(got)
	}
	var times []time.Duration
	for i := 100; i > 0; i-- {
		times = append(times, time.Duration(i))
	}
	if p50, p99 := quantile(times, 0.5), quantile(times, 0.99); p50 != 51 || p99 != 100 {
		t.Error(p50, p99)
	}
	if quantile(nil, 0.5) != 0 || median(nil) != 0 {
		t.Error("nothing has a median")
	}
}

func TestChoosing(t *testing.T) {
	all, err := choose(nil)
	if err != nil || len(all) != len(Names()) {
		t.Fatal(all, err)
	}
	some, err := choose([]string{"day", "fanout"})
	if err != nil || len(some) != 2 || some[0].name != "fanout" || some[1].name != "day" {
		t.Error(some, err)
	}
	if _, err := choose([]string{"nothing"}); err == nil || !strings.Contains(err.Error(), "fanout, send") {
		t.Error(err)
	}
	if got := profilePath("/tmp/cpu.pprof", "send", 2); got != "/tmp/cpu-send.pprof" {
		t.Error(got)
	}
}
