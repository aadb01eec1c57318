package demo

import (
	"math/rand/v2"
	"slices"
	"time"
)

// rhythm is when people of a room write: how much by the hour, and how much
// more or less at weekends.
type rhythm struct {
	hours   [24]int
	weekend float64
}

var rhythms = map[string]rhythm{
	"work":    {[24]int{7: 1, 8: 4, 9: 9, 10: 10, 11: 8, 12: 3, 13: 6, 14: 9, 15: 8, 16: 7, 17: 4, 18: 1, 19: 1}, 0.04},
	"day":     {[24]int{7: 3, 8: 5, 9: 5, 10: 5, 11: 4, 12: 5, 13: 4, 14: 4, 15: 5, 16: 6, 17: 7, 18: 6, 19: 6, 20: 4, 21: 2}, 0.9},
	"evening": {[24]int{6: 1, 7: 5, 8: 4, 9: 2, 10: 2, 11: 2, 12: 4, 13: 2, 14: 1, 15: 2, 16: 3, 17: 5, 18: 8, 19: 9, 20: 9, 21: 6, 22: 2}, 1.7},
	"leisure": {[24]int{0: 1, 7: 2, 8: 4, 9: 3, 10: 3, 11: 3, 12: 5, 13: 3, 14: 2, 15: 3, 16: 4, 17: 6, 18: 8, 19: 9, 20: 9, 21: 8, 22: 5, 23: 2}, 1.3},
}

func (r rhythm) day(at time.Time) float64 {
	if day := at.Weekday(); day == time.Saturday || day == time.Sunday {
		return r.weekend
	}
	return 1
}

// part is how much of a day's writing has happened by a time of it.
func (r rhythm) part(hour, minute int) float64 {
	sum, before := 0, 0.0
	for i, n := range r.hours {
		sum += n
		if i < hour {
			before += float64(n)
		} else if i == hour {
			before += float64(n) * float64(minute) / 60
		}
	}
	return before / float64(sum)
}

// awake is the latest moment up to at when people of this room write.
func (r rhythm) awake(at time.Time) time.Time {
	for range 72 {
		if r.hours[at.Hour()] > 1 && r.day(at) > 0.1 {
			return at
		}
		at = at.Add(-time.Hour)
	}
	return at
}

// clock deals out when a room's threads begin.
type clock struct {
	rng    *rand.Rand
	rhythm rhythm
	begin  time.Time
	end    time.Time
	day    time.Time // the first moment of the day that is under way
	total  int
	weight float64 // of all days
	past   float64 // of the days up to and with this one
	starts []time.Time
}

func newClock(rng *rand.Rand, rhythm rhythm, begin, end time.Time, total int) *clock {
	c := &clock{rng: rng, rhythm: rhythm, begin: begin, end: end, total: total}
	c.day = midnight(begin)
	for day := c.day; !day.After(end); day = day.AddDate(0, 0, 1) {
		c.weight += c.weigh(day)
	}
	c.past = c.weigh(c.day)
	return c
}

func midnight(at time.Time) time.Time {
	year, month, day := at.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, at.Location())
}

// weigh is a day's share; the last one lasts only until the end.
func (c *clock) weigh(day time.Time) float64 {
	weight := c.rhythm.day(day)
	if day.Equal(midnight(c.end)) {
		weight *= c.rhythm.part(c.end.Hour(), c.end.Minute())
	}
	return weight
}

// next is when a thread begins, of which said messages came before. Days that
// have had their share are over.
func (c *clock) next(said int) time.Time {
	for c.weight > 0 && float64(said) >= c.past/c.weight*float64(c.total) {
		tomorrow := c.day.AddDate(0, 0, 1)
		if tomorrow.After(c.end) {
			break
		}
		c.day, c.starts = tomorrow, nil
		c.past += c.weigh(tomorrow)
	}
	if len(c.starts) == 0 {
		c.plan(said)
	}
	start := c.starts[0]
	c.starts = c.starts[1:]
	return start
}

// plan draws when about as many threads begin as the rest of the day holds.
func (c *clock) plan(said int) {
	messages := c.past/max(c.weight, 0.001)*float64(c.total) - float64(said)
	for range max(1, int(messages/4)+1) {
		c.starts = append(c.starts, c.moment())
	}
	slices.SortFunc(c.starts, time.Time.Compare)
}

func (c *clock) moment() time.Time {
	for range 60 {
		hour := c.rng.IntN(24)
		if c.rng.IntN(10) >= c.rhythm.hours[hour] {
			continue
		}
		at := c.day.Add(time.Duration(hour)*time.Hour + time.Duration(c.rng.Int64N(int64(time.Hour))))
		if at.After(c.begin) && at.Before(c.end) {
			return at
		}
	}
	from, to := later(c.day, c.begin), c.day.AddDate(0, 0, 1)
	if to.After(c.end) {
		to = c.end
	}
	if !to.After(from) {
		return to
	}
	return from.Add(time.Duration(c.rng.Int64N(int64(to.Sub(from)))))
}

// pause is how long somebody takes to answer.
func pause(rng *rand.Rand) time.Duration {
	seconds := 4 + rng.IntN(50)
	switch n := rng.IntN(20); {
	case n == 0:
		seconds = 600 + rng.IntN(2000)
	case n < 6:
		seconds = 60 + rng.IntN(300)
	}
	return time.Duration(seconds)*time.Second + time.Duration(rng.IntN(1000))*time.Millisecond
}
