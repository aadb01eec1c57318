package live

import (
	"testing"
	"time"
)

func TestRowPace(t *testing.T) {
	now := time.Now()
	p := newRowPace()
	p.now = func() time.Time { return now }
	if p.lately("room") {
		t.Error("a row was told before any was")
	}
	p.told("room")
	if now = now.Add(gatherEvery - 1); !p.lately("room") || p.lately("another") {
		t.Error("it is not known what was told lately")
	}
	if now = now.Add(1); p.lately("room") {
		t.Error("long ago counts as lately")
	}
}
