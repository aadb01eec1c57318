package bench

import (
	"fmt"
	"time"
)

// Sizes are how much of everything.
type Sizes struct {
	Sockets  []int         // of one room, for each measurement of fan-out
	Clients  []int         // who send at once
	Measure  time.Duration // how long a measurement lasts
	Rounds   int           // how often it is made
	Messages int           // of the large room
	Few      int           // of the small one
	Group    int           // members of the large group
	Rooms    int           // of whoever has many
	Idle     int           // sockets whose memory is measured
	Crowd    int           // sockets that are connected while pages are shown
	People   []int         // how many are there at each step of the day
	Step     time.Duration // how long a step lasts
	Turn     time.Duration // after which somebody opens a room, writes or looks
}

// Short takes some minutes.
func Short() Sizes {
	return Sizes{
		Sockets: []int{100, 1000, 4000}, Clients: []int{1, 16, 64}, Measure: time.Second, Rounds: 3,
		Messages: 100_000, Few: 1000, Group: 1000, Rooms: 500, Idle: 2000, Crowd: 4000,
		People: []int{500, 1000, 2000, 4000, 6000, 8000, 9500}, Step: 10 * time.Second, Turn: 20 * time.Second,
	}
}

// Long takes longer and repeats more, for figures to rely on.
func Long() Sizes {
	s := Short()
	s.Measure, s.Rounds, s.Messages, s.Idle, s.Step = 5*time.Second, 5, 1_000_000, 8000, 30*time.Second
	s.People = []int{250, 500, 750, 1000, 1250, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000, 9500}
	return s
}

// Quick only shows that everything works; its figures mean nothing.
func Quick() Sizes {
	return Sizes{
		Sockets: []int{20}, Clients: []int{1, 4}, Measure: 150 * time.Millisecond, Rounds: 1,
		Messages: 600, Few: 100, Group: 30, Rooms: 35, Idle: 40, Crowd: 20,
		People: []int{10, 20}, Step: time.Second / 2, Turn: time.Second / 8,
	}
}

// fits reports whether so many sockets may be open, and says so where not.
func (r *run) fits(what string, sockets int) bool {
	const others = 200 // databases, clients, control
	files, known := openFiles()
	if !known || uint64(sockets+others) <= files {
		return true
	}
	r.add(Row{What: what, Unit: "not measured", Note: fmt.Sprintf(
		"NOT MEASURED: it takes %s open files, and a process may have %s here (ulimit -n; LimitNOFILE in systemd)",
		number(float64(sockets+others)), number(float64(files)))})
	return false
}
