package session

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// newRealHouse shows our own pages instead of the test's.
func newRealHouse(t *testing.T) *house {
	return newHouse(t, func(_ *house, o *Options) {
		o.Views = Views{}
		o.Answers = answer.New(answer.Options{Page: func(*core.RequestEvent) templates.Page {
			return templates.Page{Site: templates.Site{
				App: "Test", Base: "/chat", Socket: "/ws/chat", Labels: templates.English(), Lang: "en", Dir: "ltr",
				SignUp: true, Asset: func(name string) string { return "/chat/assets/" + name },
			}}
		}})
	})
}

// document is the answer as a browser without script sees it.
func document(t *testing.T, got reply) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// submit fills the page's form and sends it, with what it carries hidden.
func (c *client) submit(page reply, typed ...string) reply {
	c.h.Helper()
	form := document(c.h.T, page).Find("form").First()
	action, ok := form.Attr("action")
	if !ok {
		c.h.Fatalf("%d, no form: %s", page.status, page.body)
	}
	values := url.Values{}
	form.Find("input[name]").Each(func(_ int, input *goquery.Selection) {
		values.Set(input.AttrOr("name", ""), input.AttrOr("value", ""))
	})
	for i := 0; i < len(typed); i += 2 {
		if form.Find(`[name="`+typed[i]+`"]`).Length() == 0 {
			c.h.Fatalf("the form has no %q: %s", typed[i], page.body)
		}
		values.Set(typed[i], typed[i+1])
	}
	return c.do("POST", action, "application/x-www-form-urlencoded", values.Encode())
}

// TestThePagesThemselves walks our own forms as a browser without script does.
func TestThePagesThemselves(t *testing.T) {
	h := newRealHouse(t)
	c := h.client()
	page := c.get("/chat/sign-up/?next=/chat/abc/")
	wrong := c.submit(page, "name", "Ann", "email", "ann@example.com", "password", password, "passwordConfirm", "other")
	doc := document(t, wrong)
	if wrong.status != 422 || doc.Find(`[role="alert"]`).Length() == 0 || doc.Find(`[name="email"]`).AttrOr("value", "") != "ann@example.com" {
		t.Fatalf("%d %s", wrong.status, wrong.body)
	}
	got := c.submit(wrong, "password", password, "passwordConfirm", password)
	if got.status != 303 || got.location() != "/chat/abc/" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	c.post("/chat/sign-out/")

	page = c.get("/chat/sign-in/?next=/chat/abc/")
	wrong = c.submit(page, "identity", "ann@example.com", "password", "other horse")
	doc = document(t, wrong)
	if wrong.status != 422 || doc.Find(`[role="alert"]`).Length() == 0 || strings.Contains(wrong.body, "other horse") {
		t.Fatalf("%d %s", wrong.status, wrong.body)
	}
	if got := c.submit(wrong, "password", password); got.status != 303 || got.location() != "/chat/abc/" {
		t.Fatalf("%d %s", got.status, got.body)
	}
}

func TestThePagesOfTwoSteps(t *testing.T) {
	h := newRealHouse(t)
	h.users(func(users *core.Collection) { users.OTP.Enabled = true; users.OTP.Length = 8; users.MFA.Enabled = true })
	h.user("ann@example.com", password)
	c := h.client()
	second := c.submit(c.get("/chat/sign-in/?next=/chat/abc/"), "identity", "ann@example.com", "password", password)
	wrong := c.submit(second, "code", "1")
	if wrong.status != 422 || document(t, wrong).Find(`[role="alert"]`).Length() == 0 {
		t.Fatalf("%d %s", wrong.status, wrong.body)
	}
	if got := c.submit(wrong, "code", h.mailedCode(1)); got.status != 303 || got.location() != "/chat/abc/" {
		t.Errorf("password, then code: %d %s", got.status, got.body)
	}

	c = h.client()
	mailed := c.submit(c.get("/chat/sign-in/"), "identity", "ann@example.com", "method", "code")
	second = c.submit(mailed, "code", h.mailedCode(2))
	if got := c.submit(second, "password", password); got.status != 303 || got.location() != "/chat/" {
		t.Errorf("code, then password: %d %s", got.status, got.body)
	}
}
