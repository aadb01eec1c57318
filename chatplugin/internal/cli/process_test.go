package cli_test

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"pocketchat/chatplugin/internal/demohost"
)

func TestMain(m *testing.M) { demohost.Main(m) }

// host is the demo host as somebody starts it, on a database of its own.
type host struct {
	t    *testing.T
	data string
}

func newHost(t *testing.T) *host {
	t.Helper()
	return &host{t: t, data: filepath.Join(t.TempDir(), "pb_data")}
}

func (h *host) command(args ...string) *exec.Cmd {
	return exec.Command(demohost.Path(h.t), append(args, "--dir", h.data)...)
}

// run runs a command to its end.
func (h *host) run(args ...string) (code int, out, said string) {
	h.t.Helper()
	command := h.command(args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		h.t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

func (h *host) count(query string) (n int) {
	h.t.Helper()
	db, err := dbx.Open("sqlite", filepath.Join(h.data, "data.db")+"?_pragma=busy_timeout(10000)")
	must(h.t, err)
	defer db.Close()
	must(h.t, db.NewQuery(query).Row(&n))
	return n
}

func TestCommandsAsAProcess(t *testing.T) {
	h := newHost(t)
	for _, help := range [][]string{{"chat", "--help"}, {"chat", "seed", "--help"}, {"chat", "purge", "--help"}, {"chat"}} {
		if code, out, said := h.run(help...); code != 0 || said != "" || !strings.Contains(out, "Examples:") || !strings.Contains(out, "chat seed") && !strings.Contains(out, "chat purge") {
			t.Errorf("%v: %d\n%s%s", help, code, out, said)
		}
	}
	code, out, said := h.run("chat", "seed", "--users", "5", "--rooms", "6", "--messages", "300", "--password", "open sesame")
	if code != 0 || !strings.Contains(out, "Made 5 people, 6 rooms and 300 messages") || said != "" {
		t.Fatalf("%d\n%s%s", code, out, said)
	}
	if n := h.count("SELECT COUNT(*) FROM chat_messages WHERE kind = 'text'"); n != 300 {
		t.Errorf("%d messages", n)
	}
	if code, out, said = h.run("chat", "purge", "--dry-run"); code != 0 || !strings.Contains(out, "Nothing was changed") || said != "" {
		t.Errorf("%d\n%s%s", code, out, said)
	}
	tombstones := h.count("SELECT COUNT(*) FROM chat_messages WHERE deleted != ''")
	if code, _, said = h.run("chat", "purge"); code != 0 || said != "" || tombstones == 0 || h.count("SELECT COUNT(*) FROM chat_messages WHERE deleted != ''") != 0 {
		t.Errorf("%d; %d tombstones before\n%s", code, tombstones, said)
	}
	for _, wrong := range [][]string{
		{"chat", "seed", "--users", "1"}, {"chat", "seed", "--users", "x"}, {"chat", "seed", "--nonsense"},
		{"chat", "seed", "--password", "short"}, {"chat", "purge", "--older-than", "soon"}, {"chat", "nothing"},
	} {
		code, out, said := h.run(wrong...)
		if code != 1 || out != "" || strings.Count(strings.TrimSpace(said), "\n") != 0 || strings.Contains(said, "goroutine") || said == "" {
			t.Errorf("%v: %d, printed %q, said %q", wrong, code, out, said)
		}
	}
}

// Ctrl+C ends it with a sentence and 1, and what is there by then is whole.
func TestCtrlC(t *testing.T) {
	h := newHost(t)
	command := h.command("chat", "seed", "--users", "10", "--rooms", "30", "--messages", "3000000", "--password", "open sesame")
	var stdout bytes.Buffer
	command.Stdout = &stdout
	pipe, err := command.StderrPipe()
	must(t, err)
	must(t, command.Start())
	defer func() { _ = command.Process.Kill() }()
	begun := func() bool {
		_, err := os.Stat(filepath.Join(h.data, "data.db"))
		if err != nil {
			return false
		}
		db, err := dbx.Open("sqlite", filepath.Join(h.data, "data.db")+"?_pragma=busy_timeout(10000)")
		must(t, err)
		defer db.Close()
		var n int
		err = db.NewQuery("SELECT COUNT(*) FROM chat_messages").Row(&n)
		return err == nil && n > 0
	}
	for deadline := time.Now().Add(2 * time.Minute); !begun(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("premise: it wrote nothing")
		}
	}
	must(t, command.Process.Signal(os.Interrupt))
	last := ""
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		last = lines.Text()
	}
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != 1 || !strings.HasPrefix(last, "Stopped before the end; made so far: 10 people") || stdout.Len() > 0 {
		t.Errorf("%d, said %q, printed %q", code, last, stdout.String())
	}
	for what, query := range map[string]string{
		"posts": "SELECT COUNT(*) FROM chat_rooms r WHERE r.posts != (SELECT COUNT(*) FROM chat_messages c WHERE c.room = r.id AND c.kind = 'text')",
		"rev":   "SELECT COUNT(*) FROM chat_rooms r WHERE r.rev != (SELECT COALESCE(MAX(c.rev), 0) FROM chat_messages c WHERE c.room = r.id)",
	} {
		if n := h.count(query); n != 0 {
			t.Errorf("%d rooms with wrong %s", n, what)
		}
	}
}
