package cli

import (
	"bytes"
	"testing"
	"time"
)

func TestSpans(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"0": 0, "90m": 90 * time.Minute, "36h": 36 * time.Hour, "1d": day, "1.5d": 36 * time.Hour, "8w": 56 * day, "2y": 730 * day, "1h30m": 90 * time.Minute,
	} {
		if got, err := parseSpan(value); err != nil || got != want {
			t.Errorf("%s is %v, %v", value, got, err)
		}
	}
	for _, value := range []string{"", "d", "-1d", "-1h", "1 d", "infd", "NaNw", "1e99y", "201y", "12", "yesterday"} {
		if got, err := parseSpan(value); err == nil {
			t.Errorf("%q is %v", value, got)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567", -12: "-12", -1234: "-1,234"} {
		if got := number(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
	if many(1, "room", "rooms") != "1 room" || many(2000, "room", "rooms") != "2,000 rooms" || many(0, "room", "rooms") != "0 rooms" {
		t.Error("one or many")
	}
}

// Where there is no terminal, a line every few seconds tells how far it is.
func TestProgressInLines(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, "Messages", 5000)
	p.reached(1000)
	if out.Len() != 0 {
		t.Errorf("at once it says %q", out.String())
	}
	p.said = p.said.Add(-2 * sayEvery)
	p.reached(2000)
	p.reached(3000)
	p.end()
	if got := out.String(); got != "Messages: 2,000 of 5,000\n" {
		t.Errorf("it says %q", got)
	}
}
