package guard

import (
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// counts are what came of people's messages, by whatever entrance, and of purges.
type counts struct {
	sent, said, repeated     atomic.Int64
	purged, reactions, files atomic.Int64
	mu                       sync.Mutex
	refused                  map[string]int64
	trouble                  string
	troubled                 time.Time
}

// Stats are figures since the start.
type Stats struct {
	Sent     int64            // people's messages that were saved
	Said     int64            // system messages that were saved
	Repeated int64            // sends that were answered with the message they had made before
	Refused  map[string]int64 // messages that were not saved, by the kind of reason

	Purged, Reactions, Files int64 // what purges of this process removed
}

// refusals name the kinds of reason; what else fails is a host's hook or a defect.
var refusals = map[chat.Code]string{
	chat.Invalid: "invalid", chat.Forbidden: "forbidden", chat.NotFound: "not_found", chat.TooLarge: "too_large",
	chat.Throttled: "throttled", chat.Conflict: "conflict",
}

// Reasons are all that Stats.Refused may have.
func Reasons() []string {
	reasons := []string{"other"}
	for _, name := range refusals {
		reasons = append(reasons, name)
	}
	return append(reasons, chat.Troubles()...)
}

func (g *Guard) bindCounts(app core.App) {
	on(app.OnRecordAfterCreateSuccess(store.Messages), "count_sent", early, func(e *core.RecordEvent) error {
		g.counts.sends(e.Record)
		return e.Next()
	})
	on(app.OnRecordAfterCreateError(store.Messages), "count_refused", early, func(e *core.RecordErrorEvent) error {
		if !store.IsTaken(e.Error) { // somebody finds the message, or the error is theirs to count
			g.counts.refuse(e.Error)
		}
		return e.Next()
	})
}

func (c *counts) sends(record *core.Record) {
	if record.GetString(store.FieldAuthor) == "" {
		c.said.Add(1)
	} else {
		c.sent.Add(1)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble = ""
}

func (c *counts) refuse(err error) {
	reason := "other"
	trouble := chat.Trouble(err)
	if refusal := chat.AsError(err); refusal != nil {
		reason = refusals[refusal.Code]
	} else if trouble != "" {
		reason = trouble
	} else if invalid(err) {
		reason = refusals[chat.Invalid]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused == nil {
		c.refused = map[string]int64{}
	}
	c.refused[reason]++
	if trouble != "" {
		c.trouble, c.troubled = trouble, time.Now()
	}
}

// invalid says whether an error is what PocketBase's fields say of a value.
func invalid(err error) bool {
	var fields validation.Errors
	return errors.As(err, &fields)
}

func (c *counts) purge(gone Part) {
	c.purged.Add(gone.Messages)
	c.reactions.Add(gone.Reactions)
	c.files.Add(gone.Files)
}

// CountRepeat counts a send that was answered with what it had made before.
func (g *Guard) CountRepeat() { g.counts.repeated.Add(1) }

// Stats reads the counts.
func (g *Guard) Stats() Stats {
	c := &g.counts
	s := Stats{
		Sent: c.sent.Load(), Said: c.said.Load(), Repeated: c.repeated.Load(),
		Purged: c.purged.Load(), Reactions: c.reactions.Load(), Files: c.files.Load(),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s.Refused = maps.Clone(c.refused)
	return s
}

// troubleFor is how long a message that the database could not take is held
// against it, unless another one was saved since.
const troubleFor = time.Minute

// Trouble is what the database said to the last message that it could not take,
// "" when it has taken one since, or nobody has tried for a while.
func (g *Guard) Trouble() string {
	c := &g.counts
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.troubled) > troubleFor {
		return ""
	}
	return c.trouble
}
