package hub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestBundles holds that frames come out of a bundle as they went in, that it is
// JSON, which centrifuge asks for, and that nothing else is taken for one.
func TestBundles(t *testing.T) {
	long := []byte(`"` + strings.Repeat("x", bytesTogether) + `"`)
	tests := map[string][][]byte{
		"one":             {[]byte(`{"a":1}`)},
		"several":         {[]byte(`{"a":"],["}`), []byte(`[[1],2]`), []byte(`0`), []byte(`"\n[[1],2"`)},
		"a hundred":       bytes.SplitAfter([]byte(strings.Repeat(`{"b":"é"}`, 100)), []byte("}"))[:100],
		"long ones":       {long, long, []byte(`1`)},
		"like bundles":    {[]byte(`{"@":[[1],2]}`), []byte(`{"@":[[1],2]}`)},
		"one like bundle": {[]byte(`{"@":[[1],2]}`)},
	}
	for name, frames := range tests {
		t.Run(name, func(t *testing.T) {
			var got [][]byte
			for rest := frames; len(rest) > 0; {
				some := together(rest)
				rest = rest[len(some):]
				made := bundle(some)
				if !json.Valid(made) {
					t.Fatalf("no JSON: %q", made)
				}
				if err := unbundle(made, func(frame []byte) error { got = append(got, frame); return nil }); err != nil {
					t.Fatal(err)
				}
			}
			if len(got) != len(frames) {
				t.Fatalf("%d of %d came out", len(got), len(frames))
			}
			for i := range got {
				if !bytes.Equal(got[i], frames[i]) {
					t.Errorf("%d: %q, not %q", i, got[i], frames[i])
				}
			}
		})
	}
}

// TestBundleStops holds that nothing comes out behind a frame that failed.
func TestBundleStops(t *testing.T) {
	stop, seen := errors.New("stop"), 0
	err := unbundle(bundle([][]byte{[]byte("1"), []byte("2"), []byte("3")}), func(frame []byte) error {
		if seen++; string(frame) == "2" {
			return stop
		}
		return nil
	})
	if err != stop || seen != 2 {
		t.Errorf("%v after %d", err, seen)
	}
}

// FuzzBundle takes apart what nobody put together.
func FuzzBundle(f *testing.F) {
	f.Add([]byte(`{"@":[[1,2],1,22]}`))
	f.Add([]byte(`{"@":[[9],1]}`))
	f.Add([]byte(`{"@":[[,],]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		total := 0
		_ = unbundle(data, func(frame []byte) error { total += len(frame); return nil })
		if total > len(data) {
			t.Errorf("%d bytes of %d", total, len(data))
		}
	})
}

// TestBundlesReachEverybody holds that what is published in bursts reaches open
// connections, and those that are still at their gates, once and in order.
func TestBundlesReachEverybody(t *testing.T) {
	g := newRig(t, Options{MaxUserConns: -1})
	const frames = 3 * mostTogether
	ann := g.connect("")
	for i := range frames {
		g.hub.Publish(room, fmt.Appendf(nil, `{"n":%d}`, i))
	}
	for i := range frames {
		ann.want(fmt.Sprintf(`{"n":%d}`, i))
	}
}
