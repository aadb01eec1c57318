package soak

import (
	"maps"
	"slices"
)

// cursor is pb_public/js/cursor.js: how far a room's timeline was received.
type cursor struct {
	at, head  int64
	replaying bool
	held      map[int64]*frame // nil where it was delivered already
}

func newCursor(at int64) *cursor {
	c := &cursor{at: at}
	c.begin()
	return c
}

func (c *cursor) behind() bool { return !c.replaying && (c.head > c.at || len(c.held) > 0) }

func (c *cursor) begin() {
	c.replaying, c.held, c.head = true, map[int64]*frame{}, c.at
}

// take answers the message frames to show now, in order.
func (c *cursor) take(f *frame) []*frame {
	if c.replaying {
		if f.Rev > c.at {
			c.held[f.Rev] = nil
		}
		return []*frame{f}
	}
	if f.Rev <= c.at {
		return []*frame{f}
	}
	c.head = max(c.head, f.Rev)
	c.held[f.Rev] = f
	return c.advance()
}

func (c *cursor) synced(rev int64) []*frame {
	if c.replaying {
		c.at = max(rev, 0)
	} else {
		c.at = max(rev, c.at)
	}
	c.replaying = false
	maps.DeleteFunc(c.held, func(held int64, _ *frame) bool { return held <= c.at })
	c.head = c.at
	for held := range c.held {
		c.head = max(c.head, held)
	}
	return c.advance()
}

func (c *cursor) ping(rev int64) {
	if !c.replaying {
		c.head = max(c.head, rev)
	}
}

// release answers what was held back, to be shown though something is missing.
func (c *cursor) release() (frames []*frame) {
	for _, rev := range slices.Sorted(maps.Keys(c.held)) {
		if f := c.held[rev]; f != nil {
			frames = append(frames, f)
		}
		c.held[rev] = nil
	}
	return frames
}

func (c *cursor) advance() (frames []*frame) {
	for {
		f, there := c.held[c.at+1]
		if !there {
			return frames
		}
		c.at++
		delete(c.held, c.at)
		if f != nil {
			frames = append(frames, f)
		}
	}
}
