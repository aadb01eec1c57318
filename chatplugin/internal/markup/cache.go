package markup

import (
	"hash/maphash"

	"pocketchat/chatplugin/internal/bounded"
)

// Cache keeps what was rendered, so that a revision of a message is rendered
// once however many people open its room. It is safe for concurrent use.
type Cache struct {
	seed maphash.Seed
	kept bounded.Map[cacheKey, string]
}

// cacheKey holds the text's hash too: a revision that was rolled back is given
// out again, and must not show what it would have been.
type cacheKey struct {
	id   string
	rev  int64
	text uint64
}

// New makes a cache of about size ordinary messages, of a KiB or less. Longer
// ones take the room of several.
func New(size int) *Cache {
	return &Cache{
		seed: maphash.MakeSeed(),
		kept: bounded.New(uint64(max(size, 1)), 0, func(_ cacheKey, html string) int { return 1 + len(html)/1024 }),
	}
}

// HTML is [Render] of the body that the message id has at revision rev.
func (c *Cache) HTML(id string, rev int64, body string) string {
	if body == "" {
		return ""
	}
	key := cacheKey{id: id, rev: rev, text: maphash.String(c.seed, body)}
	if html, ok := c.kept.Get(key); ok {
		return html
	}
	html := Render(body)
	c.kept.Set(key, html)
	return html
}
