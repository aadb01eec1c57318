package hub

import (
	"context"
	"sync"
)

// asks are what one connection waits for just now, such as its gate: all of it
// ends with the connection. A context of the connection's own would cost half a
// kilobyte for as long as it lives.
type asks struct {
	mu    sync.Mutex
	over  bool
	under map[*context.CancelFunc]struct{} // nil while there is none
}

// asking is the context of something that the connection waits for; done must be
// called.
func (p *peer) asking() (ctx context.Context, done func()) {
	ctx, cancel := context.WithTimeout(p.hub.ctx, p.hub.options.GateTimeout)
	key := &cancel
	a := &p.asks
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.over {
		cancel()
	}
	if a.under == nil {
		a.under = map[*context.CancelFunc]struct{}{}
	}
	a.under[key] = struct{}{}
	return ctx, func() {
		cancel()
		a.mu.Lock()
		defer a.mu.Unlock()
		if delete(a.under, key); len(a.under) == 0 {
			a.under = nil
		}
	}
}

// cancel ends what is under way, and at once what is asked from now on.
func (a *asks) cancel() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.over = true
	for key := range a.under {
		(*key)()
	}
}
