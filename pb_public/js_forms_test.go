package pb_public

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestFormsAndDialogs(t *testing.T) {
	s := newFakeServer(t)
	page := newTab(t, "422", "429")
	page.open(s.URL + "/chat/")
	s.eventually("a socket", func() bool { return len(s.sockets) == 1 })
	fill := func(text string) {
		page.run(`document.querySelector("#new input").value = ""`)
		page.do(chromedp.SendKeys("#new input", text), chromedp.Click("#new button"))
	}

	page.do(chromedp.Click("#opener"))
	page.waitFor(`document.querySelector("#chat-new-direct").open`)
	page.do(chromedp.Click("[data-dialog-close]"))
	page.waitFor(`!document.querySelector("#chat-new-direct").open && document.activeElement.id === "opener"`)

	page.do(chromedp.Click("#opener"))
	fill("wrong")
	page.waitFor(`document.querySelector("#new [role=alert]").textContent === "Nobody has that address." && document.querySelector("#new input").value === "wrong"`)
	fill("often")
	page.waitFor(`document.querySelector("#new [data-form-error]").textContent === "Wait a little." && document.querySelector("#new input").value === "often"`)
	fill("ann@example.com")
	page.waitFor(`location.pathname === "/chat/room1/"`)
}
