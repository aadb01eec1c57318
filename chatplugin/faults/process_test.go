package faults

import (
	"os/exec"
	"strings"
	"testing"

	"pocketchat/chatplugin/internal/demohost"
)

func TestMain(m *testing.M) { demohost.Main(m) }

// process is the demo host on a data folder.
type process struct {
	*demohost.Process
	t      *testing.T
	folder string
}

func newProcess(t *testing.T, folder string) *process {
	t.Helper()
	return &process{demohost.Serve(t, folder, ""), t, folder}
}

// checked holds that chat check, as a process beside the server, finds nothing.
func (p *process) checked() {
	p.t.Helper()
	said, err := exec.Command(demohost.Path(p.t), "chat", "check", "--dir", p.folder).CombinedOutput()
	if err != nil || !strings.Contains(string(said), "no difference") {
		p.t.Errorf("chat check: %v\n%s", err, said)
	}
}

// row is a message as REST answers it.
type row struct {
	ID, Body, Deleted string
	Rev               int64
}
