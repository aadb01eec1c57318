package markup

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestCacheAnswersWhatRenderDoes(t *testing.T) {
	c := New(100)
	for _, body := range []string{"", "**a**", "a\nb"} {
		for range 2 {
			if got, want := c.HTML("id", 1, body), Render(body); got != want {
				t.Errorf("HTML(%q) = %s, want %s", body, got, want)
			}
		}
	}
}

func TestCacheTellsRevisionsAndTextsApart(t *testing.T) {
	c := New(100)
	first := c.HTML("id", 1, "first")
	for _, other := range []struct {
		id   string
		rev  int64
		body string
	}{{"id", 2, "edited"}, {"other", 1, "other"}, {"id", 1, "the revision again, after it was rolled back"}} {
		if got := c.HTML(other.id, other.rev, other.body); got != Render(other.body) || got == first {
			t.Errorf("HTML(%v) = %s", other, got)
		}
	}
}

func TestCacheKeepsWhatItRendered(t *testing.T) {
	c := New(100)
	c.HTML("id", 1, "a")
	c.HTML("id", 1, "a")
	if got := c.kept.Len(); got != 1 {
		t.Errorf("%d entries for one revision", got)
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := New(50)
	long := strings.Repeat("word ", 1000) // five times an ordinary message
	for i := range 1000 {
		c.HTML(fmt.Sprint(i), 1, long)
	}
	if got := c.kept.Len(); got == 0 || got > 10 {
		t.Errorf("holds %d long messages, want at most 10", got)
	}
}

func TestCacheFromManyGoroutines(t *testing.T) {
	c := New(20)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 300 {
				body := fmt.Sprintf("**%d**", (i+g)%40)
				if got := c.HTML(fmt.Sprint((i+g)%40), 1, body); got != "<p><strong>"+strings.Trim(body, "*")+"</strong></p>" {
					t.Errorf("HTML(%q) = %s", body, got)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkCache(b *testing.B) {
	c := New(100)
	body := strings.Repeat("A paragraph of **words**.\n", 20)
	b.ReportAllocs()
	for b.Loop() {
		c.HTML("id", 1, body)
	}
}
