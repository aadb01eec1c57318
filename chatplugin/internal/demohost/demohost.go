// Package demohost runs the demo host as processes of their own, for tests that
// kill one or have several.
package demohost

import (
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pocketchat/chatplugin/chattest"
)

// workshop is where the demo host is built.
var workshop string

// Main is the TestMain of a package that uses this one: it runs the tests and
// removes what was built.
func Main(m *testing.M) {
	var err error
	if workshop, err = os.MkdirTemp("", "pocketchat"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(workshop)
	os.Exit(code)
}

// built is the program, as make check builds it: what is left to do is to link it.
var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "pocketchat")
	build := exec.Command("go", "build", "-o", path, "pocketchat")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(string(said)))
	}
	return path, nil
})

// Path is the program, built once for all tests of a package.
func Path(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatalf("the demo host was not built: %v", err)
	}
	return path
}

// Process is the demo host on a data folder. Started again it has the same
// address.
type Process struct {
	*chattest.App
	t                      testing.TB
	address, folder, redis string
	command                *exec.Cmd
}

// Serve starts the demo host on a free port, with a Redis at that address or, where
// it is empty, without one. The process ends with the test.
func Serve(t testing.TB, folder, redis string) *Process {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	p := &Process{App: chattest.At(t, "http://"+address), t: t, address: address, folder: folder, redis: redis}
	t.Cleanup(p.Kill)
	p.Start()
	return p
}

// Start starts the program, and returns when it answers.
func (p *Process) Start() {
	p.t.Helper()
	p.command = exec.Command(Path(p.t), "serve", "--http", p.address, "--dir", p.folder)
	p.command.Env = append(os.Environ(), "CHAT_RATE_LIMITS=off", "CHAT_REDIS="+p.redis)
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
	for deadline := time.Now().Add(4 * chattest.Patience); ; time.Sleep(10 * time.Millisecond) {
		answer, err := p.WithToken("").Try(http.MethodGet, "/chat/sign-in/", nil)
		if err == nil && answer.Status == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the demo host does not answer: %v", err)
		}
	}
}

// Kill is kill -9.
func (p *Process) Kill() {
	if p.command != nil && p.command.ProcessState == nil {
		_ = p.command.Process.Kill()
		_ = p.command.Wait()
	}
}

// Person signs up over REST and answers their id and a client.
func (p *Process) Person(name string) (id string, client *chattest.Client) {
	p.t.Helper()
	guest, email := p.WithToken(""), name+"@example.com"
	made := guest.JSON(http.MethodPost, "/api/collections/users/records", map[string]any{
		"name": name, "email": email, "password": chattest.Password, "passwordConfirm": chattest.Password,
	})
	signed := guest.JSON(http.MethodPost, "/api/collections/users/auth-with-password", map[string]any{"identity": email, "password": chattest.Password})
	id, _ = made.Field("id").(string)
	token, _ := signed.Field("token").(string)
	if id == "" || token == "" {
		p.t.Fatalf("%s could not sign up: %d %s, %d %s", name, made.Status, made.Body, signed.Status, signed.Body)
	}
	return id, p.WithToken(token)
}

// Group makes a group of the client's user and others.
func (p *Process) Group(client *chattest.Client, members ...string) string {
	p.t.Helper()
	made := client.JSON(http.MethodPost, "/chat/new-group/", map[string]any{"name": "Friends", "members": members})
	room, _ := made.Field("room").(string)
	if room == "" {
		p.t.Fatalf("no group: %d %s", made.Status, made.Body)
	}
	return room
}
