package browser

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestZZ(t *testing.T) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.WindowSize(1440, 900))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	defer cancel()
	ctx, cancel2 := chromedp.NewContext(ctx)
	defer cancel2()
	base := os.Getenv("ZZ_BASE")
	shot := func(name string) {
		time.Sleep(2 * time.Second)
		raw, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil { t.Fatal(err) }
		os.WriteFile("/tmp/seedtry/"+name+".png", raw, 0o644)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/chat/sign-in/"), chromedp.SendKeys("[name=identity]", os.Getenv("ZZ_MAIL")), chromedp.SendKeys("[name=password]", "open sesame\r"), chromedp.WaitVisible("[data-room]")); err != nil { t.Fatal(err) }
	shot("list")
	ids, err := chromedp.Run(ctx, chromedp.Evaluate[[]string]("[...document.querySelectorAll('[data-room]')].map(e => e.dataset.room)"))
	if err != nil { t.Fatal(err) }
	for i, n := range []int{0, 2, 5, 9, 12} {
		if n >= len(ids) { break }
		if err := chromedp.Do(ctx, chromedp.Navigate(base+"/chat/"+ids[n]+"/")); err != nil { t.Fatal(err) }
		shot("room" + string(rune('a'+i)))
	}
}
