package throttle

import (
	"time"
)

// Rate allows Count uses in Per on average, and Burst of them at once. A zero
// Rate takes the default; a negative Count means no bound.
type Rate struct {
	Count int
	Per   time.Duration
	Burst int
}

func (r Rate) bounded() bool { return r.Count > 0 && r.Per > 0 }

// Unbounded is a Rate without a bound.
var Unbounded = Rate{Count: -1}

// Limit bounds one person and one address. Addresses get much more, since a
// whole office or a mobile network may stand behind one.
type Limit struct {
	User Rate
	IP   Rate
}

// Rates are the limits of all that is counted. Zero fields take defaults that
// people don't meet.
type Rates struct {
	Off bool // nothing is bounded: for load tests

	Send     Limit
	Typing   Limit
	LookUp   Limit
	NewRoom  Limit
	SignIn   Limit // by address alone: who it is isn't known yet
	Identity Limit // by the account that is tried, wherever from
	SignUp   Limit // by address alone
	Read     Limit
}

// WithDefaults fills what is zero.
func (r Rates) WithDefaults() Rates {
	second, minute := time.Second, time.Minute
	r.Send.fill(Rate{5, second, 30}, Rate{50, second, 300})
	r.Typing.fill(Rate{2, second, 10}, Rate{50, second, 300})
	r.LookUp.fill(Rate{20, minute, 20}, Rate{120, minute, 120})
	r.NewRoom.fill(Rate{30, minute, 30}, Rate{300, minute, 300})
	r.SignIn.fill(Unbounded, Rate{30, minute, 40})
	r.Identity.fill(Rate{10, minute, 20}, Unbounded)
	r.SignUp.fill(Unbounded, Rate{20, minute, 40})
	r.Read.fill(Rate{30, second, 300}, Rate{300, second, 3000})
	return r
}

func (l *Limit) fill(user, ip Rate) {
	if l.User == (Rate{}) {
		l.User = user
	}
	if l.IP == (Rate{}) {
		l.IP = ip
	}
	l.User.complete()
	l.IP.complete()
}

// complete gives a rate that a host wrote by hand what it left out.
func (r *Rate) complete() {
	if r.Count > 0 && r.Per <= 0 {
		r.Per = time.Second
	}
	if r.Burst < 1 {
		r.Burst = max(r.Count, 1)
	}
}

func (r Rates) table() map[Bucket]Limit {
	return map[Bucket]Limit{
		Send: r.Send, Typing: r.Typing, LookUp: r.LookUp, NewRoom: r.NewRoom,
		SignIn: r.SignIn, Identity: r.Identity, SignUp: r.SignUp, Read: r.Read,
	}
}

// tooOften says what was too much, and patience how long to wait. A refusal is
// one of each.
var (
	tooOften = map[Bucket]string{
		Send:     "You are sending messages faster than this server takes them.",
		LookUp:   "You have looked up many people in a short time.",
		NewRoom:  "You have started many conversations in a short time.",
		SignIn:   "There were many tries to sign in from your network.",
		Identity: "There were many tries to sign in to this account.",
		SignUp:   "Many accounts were made from your network in a short time.",
		"":       "You are asking faster than this server answers.",
	}
	patience = [3]string{"Wait a second and try again.", "Wait {n} seconds and try again.", "Wait {n} minutes and try again."}
)

// Sentences are all that people may hear from here.
func Sentences() []string {
	var all []string
	for _, what := range tooOften {
		for _, wait := range patience {
			all = append(all, what+" "+wait)
		}
	}
	return all
}

// sentence tells the person what was too much and how long to wait, n of what
// the sentence counts.
func sentence(bucket Bucket, wait time.Duration) (pattern string, n int) {
	what, known := tooOften[bucket]
	if !known {
		what = tooOften[""]
	}
	seconds := max(int(wait/time.Second), 1)
	switch {
	case seconds == 1:
		return what + " " + patience[0], 1
	case seconds < 90:
		return what + " " + patience[1], seconds
	}
	return what + " " + patience[2], (seconds + 59) / 60
}
