package live

import (
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// gatherEvery is how long frames that replace each other are gathered: a burst
// of read marks or counts becomes one frame.
const gatherEvery = 150 * time.Millisecond

// gatherKeys bounds what waits; more is dropped, since the next one says it too.
const gatherKeys = 50000

// gather runs the last of several jobs of one key, soon and off the path of
// whoever asked: a send waits for no count. Before start and after stop nobody
// can be listening, and jobs are dropped.
type gather struct {
	log  *slog.Logger
	wake chan struct{}
	quit chan struct{}
	done chan struct{}

	panics atomic.Int64

	mu   sync.Mutex
	runs bool
	jobs map[string]func()
}

func newGather(log *slog.Logger) *gather {
	return &gather{
		log: log, jobs: map[string]func(){},
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
}

// soon runs job within gatherEvery, unless another of the same key replaces it.
func (g *gather) soon(key string, job func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, waiting := g.jobs[key]; !g.runs || !waiting && len(g.jobs) >= gatherKeys {
		return
	}
	g.jobs[key] = job
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// start is called once, and not after stop.
func (g *gather) start() {
	g.mu.Lock()
	g.runs = true
	g.mu.Unlock()
	go func() {
		defer close(g.done)
		for g.wait() {
			g.flush()
		}
	}()
}

// wait answers true when there is something to do.
func (g *gather) wait() bool {
	select {
	case <-g.quit:
		return false
	case <-g.wake:
	}
	select {
	case <-g.quit:
		return false
	case <-time.After(gatherEvery):
		return true
	}
}

func (g *gather) flush() {
	g.mu.Lock()
	jobs := g.jobs
	g.jobs = make(map[string]func())
	g.mu.Unlock()
	for _, job := range jobs {
		select {
		case <-g.quit:
			return
		default:
			g.run(job)
		}
	}
}

// run keeps a job that panics from ending the program: nobody above recovers.
func (g *gather) run(job func()) {
	defer func() {
		if reason := recover(); reason != nil {
			g.panics.Add(1)
			g.log.Error("chat: publishing panicked", "reason", reason, "stack", string(debug.Stack()))
		}
	}()
	job()
}

// stop returns when no job runs any more; what waits is dropped.
func (g *gather) stop() {
	g.mu.Lock()
	ran := g.runs
	g.runs, g.jobs = false, nil
	g.mu.Unlock()
	if ran {
		close(g.quit)
		<-g.done
	}
}
