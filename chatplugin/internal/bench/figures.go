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

// side is one of several things that are measured in turn. It answers how many
// it did in a second.
type side func(ctx context.Context) (float64, error)

// inTurn measures all sides again and again, one after another, so that what
// else goes on in the machine hits all of them. It answers each one's median,
// and of each but the first the median of the first's rate divided by theirs.
func inTurn(ctx context.Context, rounds int, sides ...side) (rates, ratios []float64, err error) {
	all := make([][]float64, len(sides))
	divided := make([][]float64, len(sides))
	for range rounds {
		for i, measure := range sides {
			rate, err := measure(ctx)
			if err != nil {
				return nil, nil, err
			}
			all[i] = append(all[i], rate)
			divided[i] = append(divided[i], last(all[0])/rate)
		}
	}
	for i := range sides {
		rates, ratios = append(rates, median(all[i])), append(ratios, median(divided[i]))
	}
	return rates, ratios[1:], nil
}

func last(values []float64) float64 { return values[len(values)-1] }

// errEnough ends a worker without an error.
var errEnough = errors.New("enough")

// busily has so many workers do something as often as they can for a while, and
// answers how often a second it was done in all. The first error ends it, but
// for errEnough, which ends a worker alone.
func busily(ctx context.Context, workers int, while time.Duration, do func(worker int) error) (float64, error) {
	var done atomic.Int64
	var wait sync.WaitGroup
	failed := make([]error, workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begun := time.Now()
	for w := range workers {
		wait.Go(func() {
			for time.Since(begun) < while && ctx.Err() == nil {
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
	return float64(done.Load()) / took.Seconds(), err
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
