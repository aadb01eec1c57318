package live

import "sync"

// cacheKeys bounds each of the small caches here; at the bound they start anew,
// which costs a query a room and nothing else.
const cacheKeys = 10000

// cache is a small bounded map for many goroutines. What it holds is checked by
// its user against a revision or a time.
type cache[V any] struct {
	weight func(V) int // what a value counts for; nil: one
	most   int

	mu     sync.Mutex
	values map[string]V
	total  int
}

func newCache[V any](most int, weight func(V) int) *cache[V] {
	if weight == nil {
		weight = func(V) int { return 1 }
	}
	return &cache[V]{weight: weight, most: most, values: map[string]V{}}
}

func (c *cache[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	value, ok := c.values[key]
	return value, ok
}

// set puts what change makes of the value until now, zero without one.
func (c *cache[V]) set(key string, change func(old V) V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, had := c.values[key]
	value := change(old)
	if had {
		c.total -= c.weight(old)
	}
	if c.total += c.weight(value); c.total > c.most {
		c.values, c.total = map[string]V{}, c.weight(value)
	}
	c.values[key] = value
}
