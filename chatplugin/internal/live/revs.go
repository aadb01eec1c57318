package live

import (
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/store"
)

// revCache keeps rooms' revisions for heartbeats: a thousand sockets of one room
// ask once.
type revCache struct {
	known *cache[knownRev]
	now   func() time.Time
}

type knownRev struct {
	rev int64
	at  time.Time
}

// revFor is how long a revision is believed. Changes made by this process are
// known at once; the bound is for those of others, and for a database that was
// restored and whose revisions are lower now.
const revFor = 2 * time.Second

func newRevCache() revCache { return revCache{newCache[knownRev](cacheKeys, nil), time.Now} }

// saw notes a revision. Hooks may tell in another order than revisions were
// allotted in, so a lower one counts only when the higher is no longer believed.
func (c *revCache) saw(room string, rev int64) {
	now := c.now()
	c.known.set(room, func(old knownRev) knownRev {
		if old.rev > rev && now.Sub(old.at) < revFor {
			return old
		}
		return knownRev{rev, now}
	})
}

func (c *revCache) of(room string) (int64, bool) {
	known, ok := c.known.get(room)
	return known.rev, ok && c.now().Sub(known.at) < revFor
}

// rev is the room's revision for a heartbeat; 0, which says nothing, when the
// room is gone.
func (l *Live) rev(app core.App, room string) int64 {
	if rev, ok := l.revs.of(room); ok {
		return rev
	}
	found, err := store.FindRoom(app, room)
	if err != nil {
		return 0
	}
	l.revs.saw(room, found.Rev)
	return found.Rev
}
