package bounded

import (
	"strings"
	"sync"
	"testing"
	"time"
)

type place struct{ room, of string }

func weightless[K comparable, V any](K, V) int { return 0 }

func TestMapAnswersWhatWasSet(t *testing.T) {
	m := New(100, 0, weightless[place, int])
	if value, ok := m.Get(place{"a", "b"}); ok || value != 0 {
		t.Errorf("an empty map answered %d, %v", value, ok)
	}
	m.Set(place{"a", "b"}, 1)
	m.Set(place{"ab", ""}, 2)
	m.Set(place{"a", "b"}, 3)
	for key, want := range map[place]int{{"a", "b"}: 3, {"ab", ""}: 2} {
		if value, ok := m.Get(key); !ok || value != want {
			t.Errorf("%v: %d, %v; want %d", key, value, ok, want)
		}
	}
	if got := m.Len(); got != 2 {
		t.Errorf("%d values, want 2", got)
	}
}

// A nil that was set is an answer, and a nil interface no trouble.
func TestMapKeepsNil(t *testing.T) {
	m := New(100, 0, weightless[string, *place])
	m.Set("nobody", nil)
	if value, ok := m.Get("nobody"); !ok || value != nil {
		t.Errorf("got %v, %v", value, ok)
	}
	errors := New(100, 0, weightless[string, error])
	errors.Set("none", nil)
	if err, ok := errors.Get("none"); !ok || err != nil {
		t.Errorf("got %v, %v", err, ok)
	}
}

func TestMapIsBounded(t *testing.T) {
	m := New(50, 0, func(_ int, value string) int { return len(value) })
	for i := range 1000 {
		m.Set(i, strings.Repeat("x", 10))
	}
	if got := m.Len(); got == 0 || got > 5 {
		t.Errorf("%d values of 10 in 50", got)
	}
	m.Set(-1, strings.Repeat("x", 51))
	if got := m.Len(); got > 5 {
		t.Errorf("%d values of 10 and more in 50", got)
	}
	if _, ok := m.Get(-1); ok {
		t.Error("what weighs more than all may was kept")
	}
}

func TestMapForgets(t *testing.T) {
	m := New(50, 20*time.Millisecond, weightless[string, int])
	m.Set("a", 1)
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		if _, ok := m.Get("a"); !ok {
			break
		}
		if time.Since(began) > 30*time.Second {
			t.Fatal("still there")
		}
	}
}

func TestMapFromManyGoroutines(t *testing.T) {
	m := New(20, time.Minute, func(int, int) int { return 1 })
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 1000 {
				m.Set(i%40, i%40)
				if value, ok := m.Get(g + i%30); ok && value != g+i%30 {
					t.Errorf("%d where %d was set", value, g+i%30)
				}
			}
		})
	}
	all.Wait()
}
