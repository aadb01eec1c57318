package live

import "time"

// rowPace remembers when the row of a group was told last.
type rowPace struct {
	at  *cache[time.Time]
	now func() time.Time
}

func newRowPace() rowPace { return rowPace{newCache[time.Time](cacheKeys, nil), time.Now} }

func (p *rowPace) told(room string) {
	now := p.now()
	p.at.set(room, func(time.Time) time.Time { return now })
}

// lately reports whether a row was told less than gatherEvery ago.
func (p *rowPace) lately(room string) bool {
	at, ok := p.at.get(room)
	return ok && p.now().Sub(at) < gatherEvery
}
