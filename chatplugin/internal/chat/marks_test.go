package chat

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestReadMark(t *testing.T) {
	tests := []struct{ current, asked, last, want int64 }{
		{0, 5, 10, 5}, {5, 5, 10, 5}, {5, 3, 10, 5}, {5, 0, 10, 5}, {5, -1, 10, 5}, {5, math.MinInt64, 10, 5},
		{5, 11, 10, 10}, {5, math.MaxInt64, 10, 10}, {0, -1, 0, 0}, {0, 1, 0, 0}, {12, 11, 10, 12},
	}
	for _, tt := range tests {
		if got := ReadMark(tt.current, tt.asked, tt.last); got != tt.want {
			t.Errorf("ReadMark(%d, %d, %d) = %d, want %d", tt.current, tt.asked, tt.last, got, tt.want)
		}
	}
}

// However marks come late, twice or out of order, the last one stands.
func TestReadMarkInAnyOrder(t *testing.T) {
	for range 100 {
		asked := rand.Perm(50)
		mark := int64(0)
		for _, a := range append(asked, asked...) {
			next := ReadMark(mark, int64(a), 40)
			if next < mark || next > 40 {
				t.Fatalf("from %d to %d", mark, next)
			}
			mark = next
		}
		if mark != 40 {
			t.Fatalf("ends at %d", mark)
		}
	}
}

func TestUnread(t *testing.T) {
	for _, tt := range []struct {
		posts, read int64
		want        int
	}{{0, 0, 0}, {5, 2, 3}, {5, 5, 0}, {5, 6, 0}} {
		if got := Unread(tt.posts, tt.read); got != tt.want {
			t.Errorf("Unread(%d, %d) = %d", tt.posts, tt.read, got)
		}
	}
}

func TestIDs(t *testing.T) {
	tests := []struct {
		s          string
		id, client bool
	}{
		{"", false, false}, {"abcdefghij12345", true, true}, {"A_b-9", true, true},
		{strings.Repeat("a", 64), true, true}, {strings.Repeat("a", 65), false, false},
		{"a b", false, false}, {"a\n", false, false}, {"a\x00", false, false}, {"é", false, false}, {"a/b", false, true},
		{"../x", false, true}, {"a:b", false, true}, {"'--", false, true}, {"a\x7f", false, false}, {"a\xff", false, false},
	}
	for _, tt := range tests {
		if ValidID(tt.s) != tt.id || ValidClientID(tt.s) != tt.client {
			t.Errorf("%q: id %v, client id %v", tt.s, ValidID(tt.s), ValidClientID(tt.s))
		}
	}
}

func TestDirectKey(t *testing.T) {
	if DirectKey("a", "b") != DirectKey("b", "a") {
		t.Error("who opens it matters")
	}
	keys := map[string]bool{}
	for _, pair := range [][2]string{{"a", "b"}, {"a", "c"}, {"ab", "c"}, {"a", "bc"}, {"a-b", "c"}, {"a", "a"}} {
		keys[DirectKey(pair[0], pair[1])] = true
	}
	if len(keys) != 6 {
		t.Errorf("6 pairs have %d keys", len(keys))
	}
}
