package live

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

func newTestGather(t *testing.T) (*gather, *syncBuffer) {
	log := &syncBuffer{}
	g := newGather(slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(g.stop)
	return g, log
}

type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *syncBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.String()
}

func await(t *testing.T, ran <-chan string, want string) {
	t.Helper()
	select {
	case got := <-ran:
		if got != want {
			t.Fatalf("%s ran, not %s", got, want)
		}
	case <-time.After(15 * time.Second):
		t.Fatalf("%s never ran", want)
	}
}

func TestGatherRunsTheLastOfEachKey(t *testing.T) {
	g, _ := newTestGather(t)
	g.start()
	ran := make(chan string, 10)
	for _, name := range []string{"first", "second", "third"} {
		g.soon("key", func() { ran <- name })
	}
	await(t, ran, "third")
	g.soon("key", func() { ran <- "fourth" })
	await(t, ran, "fourth")
	if len(ran) > 0 {
		t.Errorf("%s ran as well", <-ran)
	}
}

func TestGatherSurvivesAPanic(t *testing.T) {
	g, log := newTestGather(t)
	g.start()
	ran := make(chan string, 1)
	g.soon("bad", func() { panic("a nil somewhere") })
	g.soon("good", func() { ran <- "good" })
	await(t, ran, "good")
	g.soon("next", func() { ran <- "next" })
	await(t, ran, "next")
	if !strings.Contains(log.text(), "a nil somewhere") {
		t.Errorf("the log says %q", log.text())
	}
}

func TestGatherKeepsNothingBeforeAndAfter(t *testing.T) {
	g, _ := newTestGather(t)
	job := func() { t.Error("it ran") }
	g.soon("before", job)
	if len(g.jobs) != 0 {
		t.Error("a job waits for a server that there may never be")
	}
	g.start()
	g.soon("dropped by the stop", job)
	g.stop()
	g.soon("after", job)
	g.stop()
	if len(g.jobs) != 0 {
		t.Error("a job waits after the stop")
	}
}

func TestGatherStopsInTheMiddle(t *testing.T) {
	g, _ := newTestGather(t)
	g.start()
	entered, leave := make(chan struct{}), make(chan struct{})
	g.soon("slow", func() { close(entered); <-leave })
	<-entered
	stopped := make(chan struct{})
	go func() { g.stop(); close(stopped) }()
	select {
	case <-stopped:
		t.Fatal("it stopped while a job ran")
	case <-time.After(10 * time.Millisecond):
	}
	close(leave)
	<-stopped
}
