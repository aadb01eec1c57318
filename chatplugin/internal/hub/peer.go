package hub

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/centrifugal/centrifuge"
)

// endPatience is what a write under way gets when its connection is being ended.
const endPatience = time.Second

// peer is one connection: centrifuge's transport on one side, a sink on the other.
type peer struct {
	hub    *Hub
	dial   Dial
	topics []topic // fixed when dialled, a few
	main   *topic  // nil for none
	sink   sink
	free   bool // not counted as one of the person's sockets

	asks   asks
	client *centrifuge.Client // set before the registry knows the peer
	done   centrifuge.ClientCloseFunc

	silent atomic.Bool  // nothing more is written but the closing code
	ending atomic.Int32 // the code that the connection is being ended with
	kept   *kept        // the person's; set when the registry knows the peer
	missed atomic.Bool  // something was kept back

	mu        sync.Mutex // held while anything is written
	state     state
	held      []heldFrame // what came before the gate was passed
	heldBytes int
	upTo      int64 // the replay had all of main up to here; 0 when nothing is late any more
}

// topic is a connection's side of one topic.
type topic struct {
	name    string
	present bool
	counted atomic.Bool // presence has been told that it is here
	barred  atomic.Bool // for good: a bar that is lifted closes the connection
}

// topic is the one with this name, nil if the connection has none.
func (p *peer) topic(name []byte) *topic {
	for i := range p.topics {
		if p.topics[i].name == string(name) {
			return &p.topics[i]
		}
	}
	return nil
}

type heldFrame struct {
	topic *topic
	frame []byte
}

type state int

const (
	gated state = iota
	open
	closed
)

// Write implements centrifuge.Transport.
func (p *peer) Write(push []byte) error {
	if isPing(push) {
		return p.ping()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	batch := batches.Get().(*[][]byte)
	defer giveBackBatch(batch)
	if err := p.admit(batch, push); err != nil {
		return err
	}
	return p.flush(batch)
}

// WriteMany implements centrifuge.Transport.
func (p *peer) WriteMany(pushes ...[]byte) error {
	pings, err := p.writeMany(pushes)
	if err == nil && pings {
		return p.ping()
	}
	return err
}

func (p *peer) writeMany(pushes [][]byte) (pings bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	batch := batches.Get().(*[][]byte)
	defer giveBackBatch(batch)
	for _, push := range pushes {
		if isPing(push) {
			pings = true
		} else if err := p.admit(batch, push); err != nil {
			return false, err
		}
	}
	return pings, p.flush(batch)
}

// admit puts a push's frames into the batch, or holds them, or drops them.
func (p *peer) admit(batch *[][]byte, push []byte) error {
	name, data, ok := cutPush(push)
	if !ok {
		return nil // something of centrifuge's own, which is not for our clients
	}
	t := p.topic(name)
	if t == nil || t.barred.Load() || p.silent.Load() || p.state == closed {
		return nil
	}
	return unbundle(data, func(frame []byte) error { return p.admitFrame(batch, t, frame) })
}

func (p *peer) admitFrame(batch *[][]byte, t *topic, frame []byte) error {
	if p.keptBack(frame) {
		return nil
	}
	if p.state == open && p.told(t, frame) {
		return nil
	}
	if p.state == open {
		*batch = append(*batch, p.veiled(frame))
		return nil
	}
	if p.heldBytes += len(frame); p.heldBytes > p.hub.options.QueueBytes {
		p.held = nil
		p.silent.Store(true)
		return disconnect(CodeResume)
	}
	p.held = append(p.held, heldFrame{t, frame})
	return nil
}

// veiled is what this connection gets to see of a frame.
func (p *peer) veiled(frame []byte) []byte {
	if p.dial.Veil == nil {
		return frame
	}
	return p.dial.Veil(frame)
}

func (p *peer) flush(batch *[][]byte) error {
	if len(*batch) == 0 {
		return nil
	}
	return p.sink.writeFrames(*batch)
}

// ping asks for the frame first, for that may take a moment.
func (p *peer) ping() error {
	var frame []byte
	if p.dial.Ping != nil && !p.silent.Load() {
		frame = p.dial.Ping()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == closed || p.silent.Load() {
		return nil
	}
	if p.state == gated || p.mainBarred() {
		frame = nil
	}
	return p.sink.ping(frame)
}

func (p *peer) mainBarred() bool { return p.main != nil && p.main.barred.Load() }

// Close implements centrifuge.Transport.
func (p *peer) Close(d centrifuge.Disconnect) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state != closed {
		p.hub.counts.closed[p.why(d)].Add(1)
	}
	p.state, p.held = closed, nil
	p.asks.cancel()
	return p.sink.close(closeCode(d))
}

// end closes the connection with a code; nothing else is written any more. A
// write under way is cut off when it keeps the code waiting. Of several calls
// the first one's code counts: a gate that finds the connection ending would
// otherwise tell the client to come back.
func (p *peer) end(code int) {
	p.ending.CompareAndSwap(0, int32(code))
	p.silent.Store(true)
	go p.settle(endPatience)
	p.client.Disconnect(disconnect(int(p.ending.Load())))
}

// settle returns when no write is under way that began before it was called,
// which is cut off when patience is over.
func (p *peer) settle(patience time.Duration) {
	if p.mu.TryLock() {
		p.mu.Unlock()
		return
	}
	timer := time.AfterFunc(patience, p.sink.interrupt)
	defer timer.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
}

// remove writes the last frame about a barred topic and takes the topic away. A
// connection that is being ended already keeps the code that it is ended with.
func (p *peer) remove(t *topic, last []byte) {
	switch {
	case !p.farewell(t, last):
	case t == p.main:
		p.client.Disconnect(disconnect(int(p.ending.Load())))
	default:
		p.client.Unsubscribe(t.name)
		p.uncount(t)
	}
}

func (p *peer) farewell(t *topic, last []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent.Load() || p.state == closed {
		return false
	}
	if t == p.main {
		p.ending.CompareAndSwap(0, CodeRemoved) // before a gate finds the connection silent
		p.silent.Store(true)
	}
	if last != nil {
		_ = p.sink.writeFrames([][]byte{last})
	}
	return true
}

// renew asks whether the connection may go on.
func (p *peer) renew() (time.Time, bool) {
	if p.dial.Renew == nil {
		return time.Time{}, false
	}
	ctx, done := p.asking()
	defer done()
	until, ok := p.dial.Renew(ctx)
	return until, ok && time.Now().Before(until)
}

// The rest tells centrifuge what this transport is.

func (p *peer) Name() string                                { return "hub" }
func (p *peer) AcceptProtocol() string                      { return "" }
func (p *peer) Protocol() centrifuge.ProtocolType           { return centrifuge.ProtocolTypeJSON }
func (p *peer) ProtocolVersion() centrifuge.ProtocolVersion { return centrifuge.ProtocolVersion2 }
func (p *peer) Unidirectional() bool                        { return true }
func (p *peer) Emulation() bool                             { return false }
func (p *peer) DisabledPushFlags() uint64                   { return ^centrifuge.PushFlagPublication }
func (p *peer) PingPongConfig() centrifuge.PingPongConfig {
	return centrifuge.PingPongConfig{PingInterval: p.hub.options.PingEvery, PongTimeout: -1}
}
