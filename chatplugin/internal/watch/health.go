package watch

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// Status is the word about the chat's health.
type Status string

// The words.
const (
	OK       Status = "ok"
	Degraded Status = "degraded" // people can read, and something is amiss
	Dead     Status = "dead"     // nobody gets anything, or the process stops
)

// Health is how the chat is doing.
type Health struct {
	Status  Status   `json:"status"`
	Reasons []string `json:"reasons,omitempty"` // for operators; constants, in order
}

// The reasons, besides [chat.Trouble]'s.
const (
	NoDatabase = "database" // cannot be read
	NoRedis    = "redis"    // does not answer, where one is configured
	Stopping   = "stopping"
)

const (
	// healthFor is how long an answer is good: strangers may ask as often as they
	// like, and the database is asked once.
	healthFor = time.Second
	// healthPatience is what reading and writing get, each.
	healthPatience = 5 * time.Second
)

type health struct {
	mu    sync.Mutex
	known Health
	at    time.Time
}

// Health looks at the database, the sockets and the other nodes. It takes at
// most some seconds.
func (w *Watch) Health() Health {
	if w.Hub.Closing() {
		return Health{Dead, []string{Stopping}}
	}
	w.health.mu.Lock()
	defer w.health.mu.Unlock()
	if time.Since(w.health.at) >= healthFor {
		w.health.known = w.look()
		w.health.at = time.Now()
	}
	return w.health.known
}

func (w *Watch) look() Health {
	if err := patiently(w, store.Readable); err != nil {
		w.App.Logger().Error("chat: the database cannot be read", "error", err)
		return Health{Dead, []string{NoDatabase}}
	}
	found := Health{Status: OK}
	if trouble := w.trouble(); trouble != "" {
		found.Reasons = append(found.Reasons, trouble)
	}
	if s := w.Hub.Stats(); s.Nodes && !s.Reached {
		found.Reasons = append(found.Reasons, NoRedis)
	}
	if len(found.Reasons) > 0 {
		found.Status = Degraded
		slices.Sort(found.Reasons)
	}
	return found
}

// trouble says why nothing can be written, "" when something can.
func (w *Watch) trouble() string {
	err := patiently(w, store.Writable)
	if errors.Is(err, context.DeadlineExceeded) {
		return chat.Busy
	}
	if trouble := chat.Trouble(err); trouble != "" {
		return trouble
	}
	if err != nil {
		return NoDatabase
	}
	// A full disk takes writes that need no room.
	return w.Guard.Trouble()
}

func patiently(w *Watch, do func(context.Context, core.App) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), healthPatience)
	defer cancel()
	return errors.Join(do(ctx, w.App), ctx.Err())
}
