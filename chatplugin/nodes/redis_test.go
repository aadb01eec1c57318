package nodes

import (
	"bufio"
	"net"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// redis is a real server on a port of its own. It keeps nothing on disk: started
// again it is empty.
type redis struct {
	t       *testing.T
	address string
	process *exec.Cmd
}

// newRedis has an address where nobody listens yet.
func newRedis(t *testing.T) *redis {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	r := &redis{t: t, address: listener.Addr().String()}
	t.Cleanup(r.kill)
	return r
}

func startRedis(t *testing.T) *redis {
	t.Helper()
	r := newRedis(t)
	r.start()
	return r
}

func (r *redis) start() {
	r.t.Helper()
	_, port, _ := net.SplitHostPort(r.address)
	r.process = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", r.t.TempDir())
	if err := r.process.Start(); err != nil {
		r.t.Fatalf("redis-server did not start; .ci/needs installs it: %v", err)
	}
	eventually(r.t, "Redis answers", r.answers)
}

func (r *redis) answers() bool {
	conn, err := net.DialTimeout("tcp", r.address, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && answer == "+PONG\r\n"
}

func (r *redis) kill() {
	if r.process == nil {
		return
	}
	_ = r.process.Process.Kill()
	_ = r.process.Wait()
	r.process = nil
}

// hang stops Redis in the middle of what it does: connections stay open and
// nothing is answered.
func (r *redis) hang()   { r.signal(syscall.SIGSTOP) }
func (r *redis) resume() { r.signal(syscall.SIGCONT) }

func (r *redis) signal(signal syscall.Signal) {
	r.t.Helper()
	if err := r.process.Process.Signal(signal); err != nil {
		r.t.Fatal(strconv.Itoa(r.process.Process.Pid), err)
	}
}

func (r *redis) config() chatplugin.Config {
	return chatplugin.Config{Realtime: chatplugin.Realtime{Redis: chatplugin.Redis{Address: r.address}}}
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * chattest.Patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never happened: %s", what)
		}
	}
}
