package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// environment is the variable by which a bench tells its server who it is. It is
// not a flag, since others on the machine can read those.
const environment = "POCKETCHAT_BENCH"

// Command is the hidden command by which a bench starts its server.
const Command = "bench-server"

// order is what the variable holds.
type order struct {
	Address string // where the bench listens
	Key     string // the server's first line, so that nobody else is taken for it
	Folder  string // the server's data must be below it
}

// IsServer reports whether this process is the server of a bench: one without
// limits on how often people may do things, and without other nodes.
func IsServer() bool { return os.Getenv(environment) != "" }

func readOrder() (order, error) {
	var o order
	if err := json.Unmarshal([]byte(os.Getenv(environment)), &o); err != nil {
		return o, errors.New("this command is for chat bench, which starts its server by it")
	}
	return o, nil
}

// link is a server of the bench, as the bench sees it.
type link struct {
	folder  string
	command *exec.Cmd
	calls   *rpc.Client
	ended   chan struct{} // closed when the process is gone
	Hello
}

const (
	startPatience = time.Minute
	stopPatience  = 10 * time.Second
)

// start runs the program once more, as a server on an empty database.
func start(ctx context.Context, program []string) (l *link, err error) {
	l = &link{ended: make(chan struct{})}
	if l.folder, err = os.MkdirTemp("", "pocketchat-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			l.stop()
		}
	}()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	o := order{Address: listener.Addr().String(), Key: rand.Text(), Folder: l.folder}
	if err := l.run(program, o); err != nil {
		return nil, err
	}
	conn, err := l.accept(ctx, listener, o.Key)
	if err != nil {
		return nil, err
	}
	l.calls = rpc.NewClient(conn)
	return l, l.call(ctx, "Hello", 0, &l.Hello)
}

func (l *link) run(program []string, o order) error {
	encoded, err := json.Marshal(o)
	if err != nil {
		return err
	}
	args := append(program[1:len(program):len(program)], "--dir", filepath.Join(l.folder, "pb_data"), "--dev=false")
	l.command = exec.Command(program[0], args...)
	l.command.Env = append(os.Environ(), environment+"="+string(encoded))
	// A file, since who writes to a pipe that nobody reads any more is killed.
	output, err := os.Create(filepath.Join(l.folder, "output"))
	if err != nil {
		return err
	}
	defer output.Close()
	l.command.Stdout, l.command.Stderr = output, output
	if err := l.command.Start(); err != nil {
		l.command = nil
		return err
	}
	go func() {
		_ = l.command.Wait()
		close(l.ended)
	}()
	return nil
}

// accept waits until the server has come and brought the key.
func (l *link) accept(ctx context.Context, listener net.Listener, key string) (net.Conn, error) {
	type came struct {
		conn net.Conn
		err  error
	}
	first := make(chan came, 1)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				first <- came{nil, err}
				return
			}
			_ = conn.SetReadDeadline(time.Now().Add(stopPatience))
			line, err := bufio.NewReaderSize(conn, 64).ReadString('\n')
			if err == nil && line == key+"\n" {
				_ = conn.SetReadDeadline(time.Time{})
				first <- came{conn, nil}
				return
			}
			conn.Close()
		}
	}()
	select {
	case got := <-first:
		return got.conn, got.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.ended:
		return nil, fmt.Errorf("the server did not start: %s", l.said())
	case <-time.After(startPatience):
		return nil, fmt.Errorf("the server was not there after %v: %s", startPatience, l.said())
	}
}

// call asks the server for something that HTTP does not tell.
func (l *link) call(ctx context.Context, method string, args, answer any) error {
	call := l.calls.Go("Server."+method, args, answer, make(chan *rpc.Call, 1))
	select {
	case <-call.Done:
		if errors.Is(call.Error, rpc.ErrShutdown) || call.Error != nil && l.gone() {
			return fmt.Errorf("the server ended: %s", l.said())
		}
		return call.Error
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *link) gone() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// stop ends the server, which goes when nobody holds the other end of its
// connection any more, and takes its folder away.
func (l *link) stop() {
	if l.calls != nil {
		_ = l.calls.Close()
	}
	if l.command != nil {
		if l.calls == nil {
			_ = l.command.Process.Kill()
		}
		select {
		case <-l.ended:
		case <-time.After(stopPatience):
			_ = l.command.Process.Kill()
			<-l.ended
		}
	}
	_ = os.RemoveAll(l.folder)
}

// said is the last of what the server printed.
func (l *link) said() string {
	const most = 2000
	output, _ := os.ReadFile(filepath.Join(l.folder, "output"))
	output = bytes.TrimSpace(output[max(len(output)-most, 0):])
	if len(output) == 0 {
		return "it said nothing"
	}
	return string(output)
}
