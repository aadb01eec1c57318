package bench

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// median of what was measured several times; 0 of nothing.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// quantile of times, such as 0.99; 0 of none.
func quantile(times []time.Duration, q float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[min(int(q*float64(len(times))), len(times)-1)]
}

// did is what a measurement found: how often something was done, and how long
// that took, by the clock and of the server's processor time. The latter is
// measured around the side unless that has done it itself, or says that it is
// unknown.
type did struct {
	times int64
	took  time.Duration
	cpu   time.Duration
}

const unknown time.Duration = -1

// side is one of several things that are measured in turn.
type side func(ctx context.Context) (did, error)

// turns are the medians of several sides.
type turns struct {
	rates []float64 // of each side, a second

	// Of each side but the first: the first's rate divided by theirs, a second of
	// the clock and a second of the server's processor time (0 if unknown). The
	// latter is the same on a machine that has other things to do.
	ratios, byCPU []float64
}

// inTurn measures all sides again and again, one after another, so that what
// else goes on in the machine hits all of them.
func (r *run) inTurn(ctx context.Context, rounds int, sides ...side) (turns, error) {
	rates, costs := make([][]float64, len(sides)), make([][]float64, len(sides))
	for range rounds {
		for i, measure := range sides {
			found, err := r.costing(ctx, measure)
			if err != nil {
				return turns{}, err
			}
			rates[i] = append(rates[i], float64(found.times)/found.took.Seconds())
			costs[i] = append(costs[i], found.cpu.Seconds()/float64(found.times))
		}
	}
	var t turns
	for i := range sides {
		t.rates = append(t.rates, median(rates[i]))
		if i > 0 {
			t.ratios = append(t.ratios, median(divided(rates[0], rates[i])))
			t.byCPU = append(t.byCPU, median(divided(costs[i], costs[0])))
		}
	}
	return t, nil
}

// versus measures the chat in turn with what it is compared with, unless that
// is left out, and adds the row.
func (r *run) versus(ctx context.Context, row Row, rounds int, ours side, against string, theirs side) error {
	sides := []side{ours, theirs}
	if r.alone {
		sides, row.Goal = sides[:1], 0
	}
	found, err := r.inTurn(ctx, rounds, sides...)
	if err != nil {
		return err
	}
	row.Value = found.rates[0]
	if !r.alone {
		row.Against, row.Other, row.Ratio, row.CPU = against, found.rates[1], found.ratios[0], found.byCPU[0]
	}
	r.add(row)
	return nil
}

// divided are the quotients of each pair, 0 where one is unknown.
func divided(a, b []float64) []float64 {
	quotients := make([]float64, len(a))
	for i := range a {
		if a[i] > 0 && b[i] > 0 {
			quotients[i] = a[i] / b[i]
		}
	}
	return quotients
}

// costing measures a side with its processor time.
func (r *run) costing(ctx context.Context, measure side) (did, error) {
	before, err := r.settled(ctx)
	if err != nil {
		return did{}, err
	}
	found, err := measure(ctx)
	if err != nil || found.cpu != 0 {
		return found, err
	}
	after, err := r.settled(ctx)
	found.cpu = after - before
	return found, err
}

const (
	settleStep     = 50 * time.Millisecond
	settlePatience = 3 * time.Second
)

// settled is the processor time that the server has used once it has done what
// an earlier side left to it, such as PocketBase's log of requests, which is
// written afterwards: each side pays its own, and finds the server idle.
func (r *run) settled(ctx context.Context) (time.Duration, error) {
	last, err := r.cpu(ctx)
	for idle, begun := 0, time.Now(); err == nil && idle < 2 && time.Since(begun) < settlePatience; {
		if !pause(ctx, settleStep) {
			return last, ctx.Err()
		}
		var now time.Duration
		if now, err = r.cpu(ctx); now-last < settleStep/10 {
			idle++
		} else {
			idle = 0
		}
		last = now
	}
	return last, err
}

// pause waits, and answers false where there is no time for it any more.
func pause(ctx context.Context, long time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(long):
		return true
	}
}

// cpu is the processor time that the server has used.
func (r *run) cpu(ctx context.Context) (used time.Duration, err error) {
	return used, r.call(ctx, "CPU", 0, &used)
}

// errEnough ends a worker without an error.
var errEnough = errors.New("enough")

// busily has so many workers do something as often as they can for a while, each
// once at least, and answers how often it was done in all. The first error ends it, but for
// errEnough, which ends a worker alone.
func busily(ctx context.Context, workers int, while time.Duration, do func(worker int) error) (did, error) {
	var done atomic.Int64
	var wait sync.WaitGroup
	failed := make([]error, workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begun := time.Now()
	for w := range workers {
		wait.Go(func() {
			for first := true; (first || time.Since(begun) < while) && ctx.Err() == nil; first = false {
				err := do(w)
				if err == errEnough {
					return
				}
				if err != nil {
					failed[w] = err
					cancel()
					return
				}
				done.Add(1)
			}
		})
	}
	wait.Wait()
	took := time.Since(begun)
	err := errors.Join(failed...)
	if err == nil {
		err = ctx.Err()
	}
	return did{times: done.Load(), took: took}, err
}

// until waits for something, and answers false when it did not come in time.
func until(ctx context.Context, patience time.Duration, there func() bool) bool {
	for deadline := time.Now().Add(patience); !there(); time.Sleep(500 * time.Microsecond) {
		if ctx.Err() != nil || time.Now().After(deadline) {
			return there()
		}
	}
	return there()
}

// each does something for every number below n, at most so many at once.
func each(n, atOnce int, do func(i int) error) error {
	var next atomic.Int64
	var wait sync.WaitGroup
	failed := make([]error, min(atOnce, n))
	for w := range failed {
		wait.Go(func() {
			for failed[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				failed[w] = do(i)
			}
		})
	}
	wait.Wait()
	return errors.Join(failed...)
}
