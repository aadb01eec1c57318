package throttle

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pocketchat/chatplugin/internal/chat"
)

// clock is a time that only a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func small(user, ip Rate) Options {
	return Options{Rates: Rates{Send: Limit{User: user, IP: ip}}, Now: newClock().Now}
}

// allowed counts how many of n uses pass.
func allowed(t *Throttle, n int, bucket Bucket, user, ip string) int {
	passed := 0
	for range n {
		if t.Allow(bucket, user, ip) == nil {
			passed++
		}
	}
	return passed
}

func TestBurstThenWaitAsTold(t *testing.T) {
	clock := newClock()
	options := small(Rate{1, 10 * time.Second, 3}, Unbounded)
	options.Now = clock.Now
	throttle := New(options)

	if got := allowed(throttle, 3, Send, "ann", "1.2.3.4"); got != 3 {
		t.Fatalf("a burst of 3 let %d pass", got)
	}
	refusal := chat.AsError(throttle.Allow(Send, "ann", "1.2.3.4"))
	if refusal == nil || refusal.Code != chat.Throttled {
		t.Fatalf("the fourth was answered %v", refusal)
	}
	if refusal.RetryAfter != 10*time.Second || !strings.Contains(refusal.Message, "10 seconds") {
		t.Errorf("told to wait %v: %q", refusal.RetryAfter, refusal.Message)
	}
	clock.Advance(refusal.RetryAfter - time.Millisecond)
	if throttle.Allow(Send, "ann", "") == nil {
		t.Error("let through before the time it told")
	}
	clock.Advance(time.Millisecond)
	if err := throttle.Allow(Send, "ann", ""); err != nil {
		t.Errorf("refused after the time it told: %v", err)
	}
}

func TestWhoSharesABucket(t *testing.T) {
	one := Rate{1, time.Hour, 1}
	tests := []struct {
		name                   string
		user, ip               Rate
		user1, ip1, user2, ip2 string
		bucket2                Bucket
		shared                 bool
	}{
		{"one user from two addresses", one, Unbounded, "ann", "1.1.1.1", "ann", "2.2.2.2", Send, true},
		{"two users of one address", one, Unbounded, "ann", "1.1.1.1", "bob", "1.1.1.1", Send, false},
		{"two users, address bounded", one, one, "ann", "1.1.1.1", "bob", "1.1.1.1", Send, true},
		{"guests of one address", one, one, "", "1.1.1.1", "", "1.1.1.1", Send, true},
		{"guests of two addresses", one, one, "", "1.1.1.1", "", "1.1.1.2", Send, false},
		{"one IPv6 network", one, one, "", "2001:db8:1:2::1", "", "2001:0db8:0001:0002:ffff::9", Send, true},
		{"two IPv6 networks", one, one, "", "2001:db8:1:2::1", "", "2001:db8:1:3::1", Send, false},
		{"IPv4 written as IPv6", one, one, "", "1.1.1.1", "", "::ffff:1.1.1.1", Send, true},
		{"a user is no address", one, one, "1.1.1.1", "", "", "1.1.1.1", Send, false},
		{"another bucket", one, one, "ann", "1.1.1.1", "ann", "1.1.1.1", Typing, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			throttle := New(small(test.user, test.ip))
			if err := throttle.Allow(Send, test.user1, test.ip1); err != nil {
				t.Fatalf("the first was refused: %v", err)
			}
			if err := throttle.Allow(test.bucket2, test.user2, test.ip2); (err != nil) != test.shared {
				t.Errorf("the second: %v; shared should be %v", err, test.shared)
			}
		})
	}
}

func TestRefusedByAddressCostsTheUserNothing(t *testing.T) {
	clock := newClock()
	options := small(Rate{1, time.Hour, 2}, Rate{1, time.Minute, 1})
	options.Now = clock.Now
	throttle := New(options)
	if err := throttle.Allow(Send, "ann", "1.1.1.1"); err != nil {
		t.Fatal(err)
	}
	if got := allowed(throttle, 50, Send, "ann", "1.1.1.1"); got != 0 {
		t.Fatalf("the address let %d pass", got)
	}
	clock.Advance(time.Minute)
	if err := throttle.Allow(Send, "ann", "1.1.1.1"); err != nil {
		t.Errorf("the user's second token was spent by refusals: %v", err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	clock := newClock()
	throttle := New(Options{Now: clock.Now, MaxKeys: 100})
	for i := range 10_000 {
		_ = throttle.Allow(Send, fmt.Sprint("user", i), "")
	}
	if got := throttle.Len(); got > 100 {
		t.Fatalf("%d keys kept, at most 100 asked for", got)
	}
	clock.Advance(time.Hour)
	if err := throttle.Allow(Send, "late", ""); err != nil {
		t.Fatal(err)
	}
	if got := throttle.Len(); got != 1 {
		t.Errorf("%d keys kept after an hour, only one is in use", got)
	}
}

func TestWhatIsForgottenWasFull(t *testing.T) {
	clock := newClock()
	options := small(Rate{1, time.Hour, 1}, Unbounded)
	options.Now = clock.Now
	throttle := New(options)
	_ = throttle.Allow(Send, "ann", "")
	for range 30 { // sweeps run, the hour is not over
		clock.Advance(time.Minute)
		_ = throttle.Allow(Send, "bob", "")
	}
	if throttle.Allow(Send, "ann", "") == nil {
		t.Error("half an hour of sweeping gave a token that takes an hour")
	}
}

func TestOff(t *testing.T) {
	off := New(Options{Rates: Rates{Off: true, Send: Limit{User: Rate{1, time.Hour, 1}}}})
	if got := allowed(off, 100, Send, "ann", "1.1.1.1"); got != 100 {
		t.Errorf("switched off, %d of 100 passed", got)
	}
	var none *Throttle
	if err := none.Allow(Send, "ann", "1.1.1.1"); err != nil {
		t.Errorf("without a throttle: %v", err)
	}
	if err := New(Options{}).Allow("unheard of", "ann", "1.1.1.1"); err != nil {
		t.Errorf("an unknown bucket: %v", err)
	}
}

func TestDefaultsAreGenerous(t *testing.T) {
	throttle := New(Options{Now: newClock().Now})
	for bucket, atOnce := range map[Bucket]int{Send: 30, Typing: 10, LookUp: 20, NewRoom: 30, Read: 300} {
		if got := allowed(throttle, 10_000, bucket, "ann", "1.1.1.1"); got != atOnce {
			t.Errorf("%s lets %d pass at once, want %d", bucket, got, atOnce)
		}
	}
	if got := allowed(throttle, 1000, SignIn, "", "1.1.1.1"); got != 40 {
		t.Errorf("an address may try to sign in %d times at once", got)
	}
	if got := allowed(throttle, 1000, Identity, "ann@example.com", ""); got != 20 {
		t.Errorf("an account may be tried %d times at once", got)
	}
}

func TestHandWrittenRates(t *testing.T) {
	throttle := New(Options{Rates: Rates{Send: Limit{User: Rate{Count: 4}}}, Now: newClock().Now})
	if got := allowed(throttle, 100, Send, "ann", ""); got != 4 {
		t.Errorf("4 without a time or a burst lets %d pass at once, want 4", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	throttle := New(small(Rate{1, time.Hour, 50}, Unbounded))
	var wg sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for range 200 {
		wg.Go(func() {
			if throttle.Allow(Send, "ann", "1.1.1.1") == nil {
				mu.Lock()
				passed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if passed != 50 {
		t.Errorf("%d of 200 passed, want 50", passed)
	}
}

// BenchmarkAllow is what the throttle adds to each request, with as many keys
// as a busy site has.
func BenchmarkAllow(b *testing.B) {
	throttle := New(Options{Rates: Rates{Send: Limit{User: Rate{1 << 30, time.Second, 1 << 30}, IP: Rate{1 << 30, time.Second, 1 << 30}}}})
	users := make([]string, 10_000)
	for i := range users {
		users[i] = fmt.Sprint("user", i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		_ = throttle.Allow(Send, users[i%len(users)], "203.0.113.7")
	}
}
