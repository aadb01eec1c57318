package hosttest

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const patience = 60 * time.Second

// build makes the host of testdata/host as somebody else would: in a module of
// its own, outside of this one.
func build(t *testing.T) (folder, binary string) {
	t.Helper()
	folder = t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("testdata/host")); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	// Sums that are known need not be asked for.
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "go.sum"), sums, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	run(t, folder, "go", "mod", "init", "example.com/harbour")
	run(t, folder, "go", "mod", "edit", "-require=pocketchat@v0.0.0", "-replace=pocketchat="+root,
		"-require=github.com/pocketbase/pocketbase@"+run(t, root, "go", "list", "-m", "-f", "{{.Version}}", "github.com/pocketbase/pocketbase"))
	run(t, folder, "go", "build", "-mod=mod", "-o", "harbour", ".")
	return folder, filepath.Join(folder, "harbour")
}

// run answers what a program prints.
func run(t *testing.T, folder, name string, args ...string) string {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = folder
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// process is the host while it serves.
type process struct {
	t       *testing.T
	command *exec.Cmd
	url     string
	log     *os.File
}

// serve starts the host on a free port and waits until it answers.
func serve(t *testing.T, folder, binary string) *process {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	p := &process{t: t, url: "http://" + address, command: exec.Command(binary, "serve", "--http="+address)}
	p.log, err = os.Create(filepath.Join(folder, "host.log"))
	if err != nil {
		t.Fatal(err)
	}
	p.command.Dir, p.command.Stdout, p.command.Stderr = folder, p.log, p.log
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	p.answers()
	return p
}

// answers waits until the host can be asked; it may just have restarted itself.
func (p *process) answers() {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		response, err := http.Get(p.url + "/api/health")
		if err == nil {
			response.Body.Close()
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the host does not answer: %v\n%s", err, p.said())
		}
	}
}

func (p *process) said() string {
	content, _ := os.ReadFile(p.log.Name())
	return string(content)
}

// stop ends the process as a service manager does, and waits for it.
func (p *process) stop() {
	if p.command.ProcessState != nil {
		return
	}
	_ = p.command.Process.Signal(syscall.SIGTERM)
	_ = p.command.Wait()
	p.log.Close()
	if p.t.Failed() {
		p.t.Log(p.said())
	}
}
