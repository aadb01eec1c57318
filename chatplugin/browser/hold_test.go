package browser

import (
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// held is a request that the browser keeps back: before it leaves, or when its
// answer is there but the page doesn't have it yet.
type held struct {
	p  *person
	id fetch.RequestID
}

// holds has the browser keep back requests to addresses that fit a pattern. The
// answered ones come by the channel with their answer in hand.
func (p *person) holds(pattern string, stage fetch.RequestStage) <-chan held {
	p.t.Helper()
	came := make(chan held, 16)
	events := chromedp.Events(p.ctx, fetch.RequestPaused)
	go func() {
		for event, err := range events {
			if err != nil {
				return
			}
			came <- held{p: p, id: event.RequestID}
		}
	}()
	call(p, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: pattern, RequestStage: stage}}})
	return came
}

// lets ends the keeping back; what is held goes on.
func (p *person) lets() {
	p.t.Helper()
	call(p, fetch.Disable, cdp.Empty{})
}

// pass lets it go on.
func (h held) pass() {
	h.p.t.Helper()
	call(h.p, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: h.id})
}

// drop ends one that the page may have given up already.
func (h held) drop() {
	_, _ = chromedp.Call(h.p.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: h.id, ErrorReason: network.ErrorReasonAborted})
}

// lose ends it as a network does that dies.
func (h held) lose() {
	h.p.t.Helper()
	call(h.p, fetch.FailRequest, fetch.FailRequestParams{RequestID: h.id, ErrorReason: network.ErrorReasonConnectionReset})
}

// accepts says yes to the question whether the page may be left.
func (p *person) accepts() {
	p.t.Helper()
	events := chromedp.Events(p.ctx, page.JavascriptDialogOpening)
	go func() {
		for _, err := range events {
			if err != nil {
				return
			}
			_, _ = chromedp.Call(p.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}
	}()
}
