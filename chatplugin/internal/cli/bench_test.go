package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/bench"
)

// bencher is a host whose benches put their folders into one of their own.
func bencher(t *testing.T, args ...string) (command *exec.Cmd, folder string, h *host) {
	t.Helper()
	h = newHost(t)
	folder = t.TempDir()
	command = h.command(append([]string{"chat", "bench"}, args...)...)
	command.Env = append(os.Environ(), "TMPDIR="+folder)
	return command, folder, h
}

// leavesNothing holds that neither a bench's folders are left nor that the
// host's own database was made.
func leavesNothing(t *testing.T, folder string, h *host) {
	t.Helper()
	left, err := os.ReadDir(folder)
	must(t, err)
	if len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if _, err := os.Stat(h.data); !os.IsNotExist(err) {
		t.Errorf("the host's own data were touched: %v", err)
	}
}

// Every scenario runs through, in a size that takes seconds, and finds nothing
// lost, doubled or wrong.
func TestBench(t *testing.T) {
	command, folder, h := bencher(t, "--quick", "--json")
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), said.String())
	}
	var report bench.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if len(report.Failures) > 0 || report.Machine.Cores < 1 {
		t.Errorf("%+v", report)
	}
	compared := map[string]int{}
	for _, row := range report.Rows {
		compared[row.Scenario]++
		if row.Unit == "not measured" || row.Scenario != "day" && row.Scenario != "memory" && row.Value <= 0 {
			t.Errorf("%+v", row)
		}
		if row.Goal > 0 && row.Scenario != "memory" && (row.Against == "" || row.Other <= 0 || row.Ratio <= 0) {
			t.Errorf("nothing is compared: %+v", row)
		}
	}
	for _, name := range bench.Names() {
		if compared[name] == 0 {
			t.Errorf("nothing of %s", name)
		}
	}
	leavesNothing(t, folder, h)
}

// A profile is of the chat alone, and goals are left to whole runs.
func TestBenchWithAProfile(t *testing.T) {
	profile := t.TempDir() + "/cpu.pprof"
	command, folder, h := bencher(t, "pages", "--quick", "--cpuprofile", profile)
	out, err := command.Output()
	must(t, err)
	if !strings.Contains(string(out), "room page of 50 messages") || strings.Contains(string(out), "bare route") || !strings.Contains(string(out), "0 of 0 goals met") {
		t.Errorf("printed %s", out)
	}
	if written, err := os.ReadFile(profile); err != nil || len(written) == 0 {
		t.Errorf("%d bytes of profile, %v", len(written), err)
	}
	leavesNothing(t, folder, h)
}

// Ctrl+C ends it with a sentence and 1. Neither its server nor a folder is left.
func TestBenchIsStopped(t *testing.T) {
	command, folder, h := bencher(t, "fanout", "--sockets", "20", "--measure", "10m")
	said, err := command.StderrPipe()
	must(t, err)
	must(t, command.Start())
	defer func() { _ = command.Process.Kill() }()
	lines := bufio.NewScanner(said)
	last := ""
	for lines.Scan() {
		if last = lines.Text(); strings.Contains(last, "saturated") {
			break
		}
	}
	if running, err := os.ReadDir(folder); err != nil || len(running) != 1 {
		t.Fatalf("premise: the server's folder is there: %v, %v", running, err)
	}
	must(t, command.Process.Signal(os.Interrupt))
	for lines.Scan() {
		last = lines.Text()
	}
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != 1 || last != "Stopped before the end." {
		t.Errorf("%d, said %q", code, last)
	}
	leavesNothing(t, folder, h)
}

// A bench that is killed cannot clean up: its server does.
func TestBenchIsKilled(t *testing.T) {
	command, folder, h := bencher(t, "fanout", "--sockets", "20", "--measure", "10m")
	said, err := command.StderrPipe()
	must(t, err)
	must(t, command.Start())
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if strings.Contains(lines.Text(), "saturated") {
			break
		}
	}
	must(t, command.Process.Kill())
	_ = command.Wait()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if left, err := os.ReadDir(folder); err == nil && len(left) == 0 {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("left %v, %v", left, err)
		}
	}
	leavesNothing(t, folder, h)
}

func TestBenchRefusesNonsense(t *testing.T) {
	h := newHost(t)
	for _, wrong := range [][]string{
		{"nothing"}, {"--long", "--quick"}, {"--sockets", "0"}, {"--sockets", "x"}, {"--messages", "-1"}, {"--measure", "-1s"},
	} {
		code, out, said := h.run(append([]string{"chat", "bench"}, wrong...)...)
		if code != 1 || out != "" || strings.Count(strings.TrimSpace(said), "\n") != 0 || said == "" {
			t.Errorf("%v: %d, printed %q, said %q", wrong, code, out, said)
		}
	}
	if code, out, said := h.run("chat", "bench-server"); code != 1 || !strings.Contains(said, "is for chat bench") {
		t.Errorf("the server alone: %d, printed %q, said %q", code, out, said)
	}
	if _, out, _ := h.run("chat", "--help"); !strings.Contains(out, "bench") || strings.Contains(out, "bench-server") {
		t.Errorf("the help says %s", out)
	}
}

// Where the program is not the command's own, nothing is started.
func TestBenchNeedsAProgram(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	for _, name := range []string{"bench", "bench-server"} {
		if _, said, err := d.try(context.Background(), name); err == nil || !strings.Contains(said, "bench") {
			t.Errorf("%s: %v, said %q", name, err, said)
		}
	}
	if !slices.Contains(bench.Names(), "fanout") {
		t.Error(bench.Names())
	}
}
