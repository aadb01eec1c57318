package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// listeners are clients of PocketBase's own realtime that subscribed to the
// records of a collection.
type listeners struct {
	streams []*stream
	got     atomic.Int64
	faults  faults
	leaving atomic.Bool
	reading sync.WaitGroup
}

// stream is one of them.
type stream struct {
	conn  net.Conn
	lines *bufio.Reader
	came  map[string]int64 // id of a record → when its event came
}

// listen opens so many, of people in turn.
func listen(ctx context.Context, l *link, topic string, people []Person, n int) (*listeners, error) {
	all := &listeners{streams: make([]*stream, n)}
	err := each(n, dialsAtOnce, func(i int) (err error) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		all.streams[i], err = openStream(l.Address, topic, people[i/socketsOf].Token)
		return err
	})
	if err != nil {
		all.leave()
		return nil, err
	}
	for i, s := range all.streams {
		all.reading.Go(func() {
			if err := s.read(all); !all.leaving.Load() {
				all.faults.add("listener %d: %v", i+1, err)
			}
		})
	}
	return all, nil
}

func openStream(address, topic, token string) (*stream, error) {
	conn, err := dial(address)
	if err != nil {
		return nil, err
	}
	s := &stream{conn: conn, came: map[string]int64{}}
	if err := s.subscribe(address, topic, token); err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

// subscribe connects, reads who PocketBase takes the connection for, and names
// the topic by a second request.
func (s *stream) subscribe(address, topic, token string) error {
	_ = s.conn.SetDeadline(time.Now().Add(answerPatience))
	if _, err := fmt.Fprintf(s.conn, "GET /api/realtime HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n", address); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(s.conn), nil)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("realtime was not opened: %s", answer.Status)
	}
	s.lines = bufio.NewReader(answer.Body)
	data, err := s.data()
	if err != nil {
		return err
	}
	var hello struct{ ClientID string }
	if err := json.Unmarshal(data, &hello); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"clientId": hello.ClientID, "subscriptions": []string{topic}})
	if err != nil {
		return err
	}
	asker := asProgram(address, Person{Token: token})
	defer asker.close()
	set, said, err := asker.do(http.MethodPost, "/api/realtime", "application/json", body)
	if err == nil && set.StatusCode != http.StatusNoContent {
		err = fmt.Errorf("%s was not subscribed: %s: %.200s", topic, set.Status, said)
	}
	return errors.Join(err, s.conn.SetDeadline(time.Time{}))
}

var dataMark = []byte("data:")

// data is what the next event carries.
func (s *stream) data() ([]byte, error) {
	for {
		line, err := s.lines.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if data, ok := bytes.CutPrefix(line, dataMark); ok {
			return bytes.TrimSpace(data), nil
		}
	}
}

func (s *stream) read(all *listeners) error {
	for {
		data, err := s.data()
		if err != nil {
			return err
		}
		now := time.Now().UnixNano()
		var event struct {
			Action string
			Record struct{ ID string }
		}
		if err := json.Unmarshal(data, &event); err != nil {
			return err
		}
		if _, again := s.came[event.Record.ID]; again || event.Record.ID == "" {
			all.faults.add("record %q came twice", event.Record.ID)
			continue
		}
		s.came[event.Record.ID] = now
		all.got.Add(1)
	}
}

func (all *listeners) waitFor(ctx context.Context, deliveries int64) error {
	if until(ctx, drainPatience, func() bool { return all.got.Load() >= deliveries || all.faults.err() != nil }) && all.faults.err() == nil {
		return nil
	}
	if err := errors.Join(ctx.Err(), all.faults.err()); err != nil {
		return err
	}
	return fmt.Errorf("%d of %d events of PocketBase's own did not come", deliveries-all.got.Load(), deliveries)
}

func (all *listeners) delays(commits map[string]int64) (delays []time.Duration) {
	for _, s := range all.streams {
		for id, came := range s.came {
			if at, ok := commits[id]; ok {
				delays = append(delays, time.Duration(came-at))
			}
		}
	}
	return delays
}

func (all *listeners) leave() {
	all.leaving.Store(true)
	for _, s := range all.streams {
		if s != nil {
			s.conn.Close()
		}
	}
	all.reading.Wait()
}
