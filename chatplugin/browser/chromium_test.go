package browser

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds every wait. It is generous, since nothing is asserted about
// time.
var patience = 40 * time.Second

// glance is the pause between two looks at a page.
const glance = 40 * time.Millisecond

// chromium is the one browser process of the test binary.
var chromium struct {
	once   sync.Once
	ctx    context.Context
	cancel func()
	err    error
}

func TestMain(m *testing.M) {
	flag.DurationVar(&patience, "patience", patience, "how long to wait for what must come")
	flag.Parse()
	code := m.Run()
	if chromium.cancel != nil {
		chromium.cancel()
	}
	os.Exit(code)
}

// running answers the running browser, or ends the test with what to install.
func running(t *testing.T) context.Context {
	t.Helper()
	chromium.once.Do(startChromium)
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	return chromium.ctx
}

func startChromium() {
	if browserPath() == "" {
		chromium.err = errors.New("Chromium is not installed, and these tests are people who use it: run make needs, or apt-get install chromium")
		return
	}
	dir, err := os.MkdirTemp("", "pocketchat-browser-")
	if err != nil {
		chromium.err = err
		return
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options(dir)...)
	ctx, stop := chromedp.NewContext(alloc)
	chromium.ctx = ctx
	chromium.cancel = func() {
		stop()
		stopAlloc()
		removeSoon(dir)
	}
	chromium.err = chromedp.Do(ctx)
}

func browserPath() string { return installed("chromium", "chromium-browser", "google-chrome") }

// options start a browser with its profile in dir.
func options(dir string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browserPath()), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(1280, 800), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		// The address bar's popups are pages too: a process a window, a third of all that Chromium costs.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"),
		// A mouse, as at a desk; screens with touch take it away again.
		chromedp.Flag("blink-settings", "primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"))
}

func installed(names ...string) string {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// removeSoon removes the profile; processes on their way out still write to it.
func removeSoon(dir string) {
	for range 50 {
		if os.RemoveAll(dir) == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}
