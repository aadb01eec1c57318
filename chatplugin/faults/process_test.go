package faults

import (
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pocketchat/chatplugin/chattest"
)

// workshop is where the demo host is built, once for all tests.
var workshop string

func TestMain(m *testing.M) {
	var err error
	if workshop, err = os.MkdirTemp("", "pocketchat"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(workshop)
	os.Exit(code)
}

var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "pocketchat")
	build := exec.Command("go", "build", "-o", path, "pocketchat")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(string(said)))
	}
	return path, nil
})

// process is the demo host on a data folder. Started again it has the same
// address.
type process struct {
	*chattest.App
	t               *testing.T
	path            string
	address, folder string
	command         *exec.Cmd
}

func newProcess(t *testing.T, folder string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatalf("the demo host was not built: %v", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	p := &process{App: chattest.At(t, "http://"+address), t: t, path: path, address: address, folder: folder}
	t.Cleanup(p.kill)
	p.start()
	return p
}

func (p *process) start() {
	p.t.Helper()
	p.command = exec.Command(p.path, "serve", "--http", p.address, "--dir", p.folder)
	p.command.Env = append(os.Environ(), "CHAT_RATE_LIMITS=off", "CHAT_REDIS=")
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
	within(p.t, "the demo host answers", func() bool {
		answer, err := p.WithToken("").Try(http.MethodGet, "/chat/sign-in/", nil)
		return err == nil && answer.Status == http.StatusOK
	})
}

// kill is kill -9.
func (p *process) kill() {
	if p.command != nil && p.command.ProcessState == nil {
		_ = p.command.Process.Kill()
		_ = p.command.Wait()
	}
}

// checked holds that chat check, as a process beside the server, finds nothing.
func (p *process) checked() {
	p.t.Helper()
	said, err := exec.Command(p.path, "chat", "check", "--dir", p.folder).CombinedOutput()
	if err != nil || !strings.Contains(string(said), "no difference") {
		p.t.Errorf("chat check: %v\n%s", err, said)
	}
}

// person signs up over REST and answers their id and a client.
func (p *process) person(name string) (id string, client *chattest.Client) {
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

// room makes a group of the client's user and others.
func (p *process) room(client *chattest.Client, members ...string) string {
	p.t.Helper()
	made := client.JSON(http.MethodPost, "/chat/new-group/", map[string]any{"name": "Friends", "members": members})
	room, _ := made.Field("room").(string)
	if room == "" {
		p.t.Fatalf("no group: %d %s", made.Status, made.Body)
	}
	return room
}

// row is a message as REST answers it.
type row struct {
	ID, Body, Deleted string
	Rev               int64
}
