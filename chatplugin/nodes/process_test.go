package nodes

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"pocketchat/chatplugin/chattest"
)

// demo is the demo host, built once for a test.
func demo(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "pocketchat")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it was built before, so there is next to nothing to do
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the demo host was not built: %v\n%s", err, out)
	}
	return binary
}

// process is the demo host as a process of its own.
type process struct {
	*chattest.App
	t       *testing.T
	command *exec.Cmd
}

func run(t *testing.T, binary, folder string, redis *redis) *process {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	command := exec.Command(binary, "serve", "--http", address, "--dir", folder)
	command.Env = append(os.Environ(), "CHAT_REDIS="+redis.address, "CHAT_RATE_LIMITS=off")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{App: chattest.At(t, "http://"+address), t: t, command: command}
	t.Cleanup(p.kill)
	eventually(t, "the demo host answers", func() bool {
		answer, err := p.WithToken("").Try(http.MethodGet, "/chat/sign-in/", nil)
		return err == nil && answer.Status == http.StatusOK
	})
	return p
}

// kill is kill -9.
func (p *process) kill() {
	if p.command.ProcessState == nil {
		_ = p.command.Process.Kill()
		_ = p.command.Wait()
	}
}

// person signs up over REST and answers their id and token.
func (p *process) person(name string) (id, token string) {
	p.t.Helper()
	guest := p.WithToken("")
	email := name + "@example.com"
	made := guest.JSON(http.MethodPost, "/api/collections/users/records", map[string]any{
		"name": name, "email": email, "password": chattest.Password, "passwordConfirm": chattest.Password,
	})
	signed := guest.JSON(http.MethodPost, "/api/collections/users/auth-with-password", map[string]any{
		"identity": email, "password": chattest.Password,
	})
	id, _ = made.Field("id").(string)
	token, _ = signed.Field("token").(string)
	if id == "" || token == "" {
		p.t.Fatalf("%s could not sign up: %d %s, %d %s", name, made.Status, made.Body, signed.Status, signed.Body)
	}
	return id, token
}
