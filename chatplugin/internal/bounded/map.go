// Package bounded keeps what may be made anew: as many values as fit, the least
// wanted go first.
package bounded

import (
	"math"
	"time"

	"github.com/maypok86/otter/v2"
)

// Map keeps values by keys, up to a weight in all. It is safe for concurrent use.
// Make it with [New].
type Map[K comparable, V any] struct{ kept kept }

// kept is all that others come to see of otter's cache, of which there is one
// instance in the whole program, whatever a Map holds. The compiler makes a
// generic type's methods, some six hundred here, for each pair of types anew, and
// again in every package that uses a type that shows one or inlines a call of
// it: with ten pairs that were 15 s for each, a host's own program too.
type kept interface {
	GetIfPresent(key any) (any, bool)
	Set(key, value any) (any, bool)
	EstimatedSize() int
	CleanUp()
}

// New makes a map of values that weigh so much in all. Where last is more than
// zero, a value is forgotten that long after it was set.
func New[K comparable, V any](most uint64, last time.Duration, weigh func(K, V) int) Map[K, V] {
	return Map[K, V]{newKept(most, last, func(key, found any) int {
		value, _ := found.(V)
		return weigh(key.(K), value)
	})}
}

//go:noinline
func newKept(most uint64, last time.Duration, weigh func(key, value any) int) kept {
	options := &otter.Options[any, any]{
		MaximumWeight: most,
		Weigher:       func(key, value any) uint32 { return uint32(min(max(weigh(key, value), 0), math.MaxUint32)) },
	}
	if last > 0 {
		options.ExpiryCalculator = otter.ExpiryWriting[any, any](last)
	}
	return otter.Must(options)
}

// Get answers the value of a key, if it is still there.
func (m Map[K, V]) Get(key K) (value V, ok bool) {
	found, ok := m.kept.GetIfPresent(key)
	value, _ = found.(V) // a nil interface has no type
	return value, ok
}

// Set keeps a value. One that weighs more than all may is not kept.
func (m Map[K, V]) Set(key K, value V) { m.kept.Set(key, value) }

// Len is how many values there are, after those that are too many have gone.
func (m Map[K, V]) Len() int {
	m.kept.CleanUp()
	return m.kept.EstimatedSize()
}
