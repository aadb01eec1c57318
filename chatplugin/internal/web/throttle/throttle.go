// Package throttle bounds how often one person, or one address, may do a
// thing. Its limits are far above what people do by hand and far below what a
// program does: they stop floods, guessing and scanning, and nobody else
// should ever meet them.
//
// A [Throttle] keeps one token bucket (golang.org/x/time/rate) for each pair of
// a [Bucket] and a user, and each pair of a Bucket and an address. Memory is
// bounded: a key whose bucket is full again is forgotten, and there are never
// more than MaxKeys of them.
package throttle

import (
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pocketchat/chatplugin/internal/chat"
)

// Bucket names what is counted.
type Bucket string

// What is counted, each by itself.
const (
	Send     Bucket = "send"     // a message sent or edited
	Typing   Bucket = "typing"   // "is typing"
	LookUp   Bucket = "lookup"   // asking who an e-mail address belongs to
	NewRoom  Bucket = "newroom"  // opening a direct room, making a group, adding people
	SignIn   Bucket = "signin"   // a try to sign in, by address
	Identity Bucket = "identity" // a try to sign in, by the account that is tried
	SignUp   Bucket = "signup"   // making an account
	Read     Bucket = "read"     // pages, fragments, read marks
)

// Options are what a Throttle is made of. The zero value is the defaults.
type Options struct {
	Rates   Rates
	Now     func() time.Time // a test's clock; time.Now if nil
	MaxKeys int              // how many keys are kept at most; 100,000 if zero
}

// Throttle counts. Its methods are safe for use by many goroutines at once,
// and on a nil Throttle they allow everything.
type Throttle struct {
	limits  map[Bucket]Limit
	off     bool
	now     func() time.Time
	maxKeys int

	mu    sync.Mutex
	keys  map[key]*entry
	sweep time.Time // when idle keys are next looked for
}

type key struct {
	bucket Bucket
	who    string // "u" and a user's id, or "i" and an address
}

type entry struct {
	limiter *rate.Limiter
	full    time.Time // from then on it holds nothing that a new one would not
}

// sweepEvery is how often idle keys are looked for while there is room.
const sweepEvery = time.Minute

// New makes a Throttle.
func New(options Options) *Throttle {
	t := &Throttle{
		limits:  options.Rates.WithDefaults().table(),
		off:     options.Rates.Off,
		now:     options.Now,
		maxKeys: options.MaxKeys,
		keys:    map[key]*entry{},
	}
	if t.now == nil {
		t.now = time.Now
	}
	if t.maxKeys <= 0 {
		t.maxKeys = 100_000
	}
	return t
}

// Allow counts one use of bucket by user from ip, either of which may be "",
// or refuses it with a [chat.Error] that says how long to wait. What is
// refused is not counted, so that waiting as long as told is enough.
func (t *Throttle) Allow(bucket Bucket, user, ip string) error {
	if t == nil || t.off {
		return nil
	}
	limit, known := t.limits[bucket]
	if !known {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()

	var taken *rate.Reservation
	if user != "" && limit.User.bounded() {
		reservation, wait := t.take(key{bucket, "u" + user}, limit.User, now)
		if wait > 0 {
			return refusal(bucket, wait)
		}
		taken = reservation
	}
	if ip != "" && limit.IP.bounded() {
		_, wait := t.take(key{bucket, "i" + network(ip)}, limit.IP, now)
		if wait > 0 {
			if taken != nil {
				taken.CancelAt(now)
			}
			return refusal(bucket, wait)
		}
	}
	return nil
}

// take takes one token, or says how long to wait for it. The caller holds mu.
func (t *Throttle) take(k key, r Rate, now time.Time) (*rate.Reservation, time.Duration) {
	e := t.entry(k, r, now)
	reservation := e.limiter.ReserveN(now, 1)
	if wait := reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
		return nil, wait
	}
	missing := float64(r.Burst) - e.limiter.TokensAt(now)
	e.full = now.Add(time.Duration(missing * float64(r.Per) / float64(r.Count)))
	return reservation, 0
}

// entry finds or makes the bucket of k. The caller holds mu.
func (t *Throttle) entry(k key, r Rate, now time.Time) *entry {
	if e := t.keys[k]; e != nil {
		return e
	}
	if len(t.keys) >= t.maxKeys || now.After(t.sweep) {
		t.forget(now)
	}
	perSecond := float64(r.Count) / r.Per.Seconds()
	e := &entry{limiter: rate.NewLimiter(rate.Limit(perSecond), r.Burst), full: now}
	t.keys[k] = e
	return e
}

// forget drops what is full again, and where that frees nothing one key by
// chance: it then starts anew, which errs on the generous side.
func (t *Throttle) forget(now time.Time) {
	if now.After(t.sweep) {
		for k, e := range t.keys {
			if !now.Before(e.full) {
				delete(t.keys, k)
			}
		}
		t.sweep = now.Add(min(sweepEvery, time.Second+time.Duration(len(t.keys))*time.Millisecond))
	}
	for k := range t.keys {
		if len(t.keys) < t.maxKeys {
			return
		}
		delete(t.keys, k)
	}
}

// Len says how many keys are kept.
func (t *Throttle) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.keys)
}

// network is what counts as one address: an IPv4 address, or the /64 that one
// IPv6 subscriber has all to themselves.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return addr.String()
	}
	return prefix.String()
}

func refusal(bucket Bucket, wait time.Duration) error {
	// Whole seconds, as Retry-After counts them, and never too few.
	wait = time.Duration(math.Ceil(wait.Seconds())) * time.Second
	pattern, n := sentence(bucket, wait)
	refused := chat.Refuse(chat.Throttled, "", pattern, "{n}", strconv.Itoa(n))
	refused.RetryAfter = wait
	return refused
}
