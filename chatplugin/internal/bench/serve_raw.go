package bench

import (
	"errors"
	"net"
	"runtime"
	"sync"
)

// raw writes bytes to sockets and does nothing else: what a machine can deliver
// at most.
type raw struct {
	listener net.Listener
	conns    []net.Conn
}

// RawOpen waits in the background for so many connections, and answers where.
func (s *Server) RawOpen(_ int, address *string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.raw = &raw{listener: listener}
	*address = listener.Addr().String()
	return nil
}

// RawAccept takes the connections that are waiting.
func (s *Server) RawAccept(n int, _ *int) error {
	for range n {
		conn, err := s.raw.listener.Accept()
		if err != nil {
			return err
		}
		s.raw.conns = append(s.raw.conns, conn)
	}
	return nil
}

// RawAsked are frames to write to every connection, so many in one write.
type RawAsked struct {
	Frames [][]byte
	Gather int
}

// writersPerCore is how many goroutines write: each of them blocks now and then.
const writersPerCore = 4

// RawWrite writes the frames once to each connection.
func (s *Server) RawWrite(asked RawAsked, _ *int) error {
	var writes [][]byte
	for i := 0; i < len(asked.Frames); i += asked.Gather {
		var gathered []byte
		for _, frame := range asked.Frames[i:min(i+asked.Gather, len(asked.Frames))] {
			gathered = append(gathered, frame...)
		}
		writes = append(writes, gathered)
	}
	conns := s.raw.conns
	writers := min(writersPerCore*runtime.GOMAXPROCS(0), len(conns))
	failed := make([]error, writers)
	var done sync.WaitGroup
	for w := range writers {
		done.Go(func() {
			for _, bytes := range writes {
				for _, conn := range conns[len(conns)*w/writers : len(conns)*(w+1)/writers] {
					if _, err := conn.Write(bytes); err != nil {
						failed[w] = err
						return
					}
				}
			}
		})
	}
	done.Wait()
	return errors.Join(failed...)
}

// RawClose hangs up.
func (s *Server) RawClose(_ int, _ *int) error {
	for _, conn := range s.raw.conns {
		conn.Close()
	}
	err := s.raw.listener.Close()
	s.raw = nil
	return err
}
