package soak

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// front stands before a server, as a proxy does. It may lead elsewhere, cut what is
// quiet for long, or swallow everything without a word.
type front struct {
	url  string
	idle time.Duration // how long a connection may be quiet; 0: for ever

	mu     sync.Mutex
	target string
	conns  map[net.Conn]bool

	deaf atomic.Bool
	cuts atomic.Int64 // connections that were quiet for too long
}

func newFront(t *testing.T, target string, idle time.Duration) *front {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &front{url: "http://" + listener.Addr().String(), target: target, idle: idle, conns: map[net.Conn]bool{}}
	t.Cleanup(func() {
		_ = listener.Close()
		f.lead("")
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go f.serve(conn)
		}
	}()
	return f
}

// lead sends whoever comes from now on elsewhere, and hangs up on all others.
func (f *front) lead(target string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.target = target
	for conn := range f.conns {
		_ = conn.Close()
	}
	clear(f.conns)
}

func (f *front) serve(client net.Conn) {
	defer client.Close()
	f.mu.Lock()
	target := f.target
	f.mu.Unlock()
	if target == "" {
		return
	}
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	f.mu.Lock()
	moved := f.target != target
	f.conns[client], f.conns[server] = true, true
	f.mu.Unlock()
	if moved {
		return
	}
	var heard atomic.Int64
	heard.Store(time.Now().UnixNano())
	done := make(chan struct{}, 2)
	pipe := func(to, from net.Conn) {
		defer func() { done <- struct{}{} }()
		buf := make([]byte, 32<<10)
		for {
			n, err := from.Read(buf)
			heard.Store(time.Now().UnixNano())
			if n > 0 && !f.deaf.Load() {
				if _, err := to.Write(buf[:n]); err != nil {
					return
				}
			}
			if err != nil && (err != io.EOF || !f.deaf.Load()) {
				return
			}
			if err != nil {
				time.Sleep(50 * time.Millisecond) // a side that hung up stays unheard of
			}
		}
	}
	go pipe(server, client)
	go pipe(client, server)
	if f.idle > 0 {
		stop := make(chan struct{})
		defer close(stop)
		go f.watch(&heard, stop, client, server)
	}
	<-done
	f.mu.Lock()
	delete(f.conns, client)
	delete(f.conns, server)
	f.mu.Unlock()
}

func (f *front) watch(heard *atomic.Int64, stop chan struct{}, conns ...net.Conn) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(f.idle / 20):
		}
		if time.Since(time.Unix(0, heard.Load())) > f.idle {
			f.cuts.Add(1)
			for _, conn := range conns {
				_ = conn.Close()
			}
			return
		}
	}
}
