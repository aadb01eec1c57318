package pb_public

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds every wait of a browser test. It is generous, since nothing
// is asserted about time.
const patience = 30 * time.Second

var chromium struct {
	once   sync.Once
	ctx    context.Context
	cancel func()
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.cancel != nil {
		chromium.cancel()
	}
	os.Exit(code)
}

// startChromium starts the one browser that all tests of the package share.
func startChromium() {
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		chromium.err = fmt.Errorf("chromium is not installed, and the scripts are tested in it: make test installs it, or apt-get install chromium")
		return
	}
	dir, err := os.MkdirTemp("", "pocketchat-chromium-")
	if err != nil {
		chromium.err = err
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		// The address bar's popups are pages too, a process a window.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(alloc)
	chromium.ctx = ctx
	chromium.cancel = func() {
		stop()
		stopAlloc()
		removeSoon(dir)
	}
	chromium.err = chromedp.Do(ctx)
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

// tab is one page of a fresh browser profile.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	problems []string
}

// newTab opens a tab, and fails the test for every error that a page writes to
// the console, unless it contains one of the allowed texts.
func newTab(t *testing.T, allowed ...string) *tab {
	t.Helper()
	chromium.once.Do(startChromium)
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	ctx, cancel := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		t.Fatalf("open a tab: %v", err)
	}
	bounded, stop := context.WithTimeout(ctx, 4*patience)
	b := &tab{t: t, ctx: bounded}
	done := b.listen(ctx, allowed)
	t.Cleanup(func() {
		stop()
		cancel()
		<-done
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, p := range b.problems {
			t.Errorf("the page's console: %s", p)
		}
	})
	return b
}

func (b *tab) listen(ctx context.Context, allowed []string) chan struct{} {
	messages := chromedp.Console(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for m, err := range messages {
			if err != nil {
				return
			}
			if !m.IsException() && string(m.Type) != "error" {
				continue
			}
			text := m.String()
			fine := false
			for _, a := range allowed {
				fine = fine || strings.Contains(text, a)
			}
			if !fine {
				b.mu.Lock()
				b.problems = append(b.problems, text+" "+m.URL)
				b.mu.Unlock()
			}
		}
	}()
	return done
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

// waitFor waits until an expression of the page is true, across navigations.
func (b *tab) waitFor(expression string) {
	b.t.Helper()
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var holds bool
		holds, err = chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if err == nil && holds {
			return
		}
	}
	text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body.innerText + `\\n` + JSON.stringify("+texts+")"))
	b.t.Fatalf("waited in vain for %s (%v); the page shows:\n%s", expression, err, text)
}

// eval is the value of an expression of the page; promises are waited for.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (b *tab) run(statements string) {
	b.t.Helper()
	eval[bool](b, "(async () => {"+statements+"; return true })()")
}
