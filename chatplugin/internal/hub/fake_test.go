package hub

import "sync"

// fakeSink records frames; while it is stalled its writes block.
type fakeSink struct {
	mu      sync.Mutex
	frames  []string
	pings   []string
	codes   []int
	stalled chan struct{} // not nil: writes wait until it is closed
	cut     chan struct{} // closed by interrupt
	blocked chan struct{} // gets one when a write blocks
}

func newFakeSink() *fakeSink {
	return &fakeSink{cut: make(chan struct{}), blocked: make(chan struct{}, 1)}
}

func (s *fakeSink) writeFrames(frames [][]byte) error {
	s.mu.Lock()
	stalled := s.stalled
	s.mu.Unlock()
	if stalled != nil {
		select {
		case s.blocked <- struct{}{}:
		default:
		}
		select {
		case <-stalled:
		case <-s.cut:
			return errBroken
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, frame := range frames {
		s.frames = append(s.frames, string(frame))
	}
	return nil
}

func (s *fakeSink) ping(frame []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pings = append(s.pings, string(frame))
	return nil
}

func (s *fakeSink) close(code int, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes = append(s.codes, code)
	return nil
}

func (s *fakeSink) interrupt() { close(s.cut) }

func (s *fakeSink) written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.frames...)
}

func (s *fakeSink) closedWith(code int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.codes {
		if c == code {
			return true
		}
	}
	return false
}

func (s *fakeSink) stall() (resume func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stalled := make(chan struct{})
	s.stalled = stalled
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.stalled == stalled {
			s.stalled = nil
			close(stalled)
		}
	}
}

// stallAndQueue publishes n frames, of which the first is being written and the
// others are queued for the sink's connection when it returns.
func (g *rig) stallAndQueue(s *fakeSink, n int) (resume func()) {
	resume = s.stall()
	g.hub.Publish(room, revFrame(1))
	<-s.blocked
	for rev := 2; rev <= n; rev++ {
		g.hub.Publish(room, revFrame(int64(rev)))
	}
	g.published()
	return resume
}

// attach connects a fake sink through everything but the socket.
func (g *rig) attach(s sink, dial Dial) *peer {
	g.t.Helper()
	p, err := g.hub.newPeer(dial)
	if err != nil {
		g.t.Fatal(err)
	}
	if err := g.hub.registry.enter(dial.User, &g.hub.serving); err != nil {
		g.t.Fatal(err)
	}
	p.sink = s
	if err := g.hub.attach(p); err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { g.hub.detach(p) })
	return p
}
