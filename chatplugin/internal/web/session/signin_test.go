package session

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/web/throttle"
)

func TestSignIn(t *testing.T) {
	h := newHouse(t)
	ann := h.user("ann@example.com", password)

	c := h.client()
	got := c.post("/chat/sign-in/", "identity", " ann@example.com ", "password", password, "next", "/chat/abc/")
	if got.status != 303 || got.location() != "/chat/abc/" {
		t.Fatalf("page: %d %q %s", got.status, got.location(), got.body)
	}
	if me := c.get("/chat/"); !strings.HasPrefix(me.body, ann.Id+" ") {
		t.Errorf("signed in as %q", me.body)
	}
	if again := c.get("/chat/sign-in/?next=/chat/x/"); again.status != 303 || again.location() != "/chat/x/" {
		t.Errorf("the page for somebody signed in: %d %q", again.status, again.location())
	}
	if again := c.get("/chat/sign-up/"); again.status != 303 || again.location() != "/chat/" {
		t.Errorf("signing up while signed in: %d %q", again.status, again.location())
	}

	got = h.client().htmx().post("/chat/sign-in/", "identity", "ann@example.com", "password", password, "next", "//evil.example")
	if got.status != 204 || got.header.Get("HX-Redirect") != "/chat/" || got.cookie() == nil {
		t.Errorf("htmx: %d %v", got.status, got.header)
	}
	c = h.client()
	got = c.json().do("POST", "/chat/sign-in/", "application/json", `{"identity":"ann@example.com","password":"`+password+`"}`)
	if got.status != 204 || c.jarCookie() == nil {
		t.Errorf("JSON: %d %s", got.status, got.body)
	}
}

func TestSignInPage(t *testing.T) {
	h := newHouse(t)
	h.users(func(users *core.Collection) { users.OTP.Enabled = true })
	got := h.client().get("/chat/sign-in/?next=/chat/abc/")
	page := got.shown(t)
	if got.status != 200 || page.Page != "sign-in" || page.SignIn.Next != "/chat/abc/" || page.SignIn.Step != "password" ||
		!page.SignIn.Password || !page.SignIn.Code || page.SignIn.Notice != "" {
		t.Errorf("%d %+v", got.status, page)
	}
	if got := h.client().get("/chat/sign-in/?next=https://evil.example").shown(t); got.SignIn.Next != "/chat/" {
		t.Errorf("next %q", got.SignIn.Next)
	}
	if got := h.client().htmx().get("/chat/sign-in/").shown(t); got.Page != "" {
		t.Errorf("htmx got the whole page %q", got.Page)
	}
}

func TestSignInRefused(t *testing.T) {
	h := newHouse(t)
	h.users(func(users *core.Collection) { rule := "verified = true"; users.AuthRule = &rule })
	h.user("ann@example.com", password)
	unconfirmed := h.user("new@example.com", password)
	unconfirmed.SetVerified(false)
	if err := h.app.Save(unconfirmed); err != nil {
		t.Fatal(err)
	}
	banned := h.user("banned@example.com", password)
	h.app.OnRecordAuthWithPasswordRequest().BindFunc(func(e *core.RecordAuthWithPasswordRequestEvent) error {
		if e.Record != nil && e.Record.Id == banned.Id {
			return e.ForbiddenError("Your account rests until Monday", nil)
		}
		return e.Next()
	})
	words := h.session.Words
	tests := []struct {
		name, identity, password string
		status, json             int
		message                  string
	}{
		{"wrong password", "ann@example.com", "battery staple", 422, 400, words.Wrong},
		{"unknown address", "nobody@example.com", password, 422, 400, words.Wrong},
		{"no address", "nobody", password, 422, 400, words.Wrong},
		{"empty", "", "", 422, 400, words.EnterBoth},
		{"no password", "ann@example.com", "", 422, 400, words.EnterBoth},
		{"very long", strings.Repeat("a", 5000) + "@example.com", password, 422, 400, words.Wrong},
		{"very long password", "ann@example.com", strings.Repeat("p", 5000), 422, 400, words.Wrong},
		{"broken bytes", "ann\xff\x00@example.com", "\xff\x00", 422, 400, words.Wrong},
		{"not confirmed", "new@example.com", password, 403, 403, words.NotAllowed},
		{"a host's own refusal", "banned@example.com", password, 403, 403, "Your account rests until Monday."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := h.client()
			for _, client := range []*client{c, c.htmx()} {
				got := client.post("/chat/sign-in/", "identity", test.identity, "password", test.password, "next", "/chat/abc/")
				form := got.shown(t).SignIn
				if got.status != test.status || form.Form.Error != test.message {
					t.Errorf("%d %q", got.status, form.Form.Error)
				}
				if form.Next != "/chat/abc/" || form.Step != "password" || strings.ToValidUTF8(test.identity, "\uFFFD") != form.Form.Value("identity") {
					t.Errorf("what was typed is gone: %+v", form)
				}
				if test.password != "" && len(test.password) > 4 && strings.Contains(got.body, test.password) {
					t.Error("the password comes back")
				}
				if got.cookie() != nil {
					t.Error("a cookie all the same")
				}
			}
			got := c.json().post("/chat/sign-in/", "identity", test.identity, "password", test.password)
			if got.status != test.json || !strings.Contains(got.body, `"message":`) {
				t.Errorf("JSON: %d %s", got.status, got.body)
			}
		})
	}
}

// TestF17_SignInTellsNothing: a known and an unknown address get equal answers.
func TestF17_SignInTellsNothing(t *testing.T) {
	h := newHouse(t)
	h.users(func(users *core.Collection) { users.OTP.Enabled = true })
	h.user("ann@example.com", password)
	id := regexp.MustCompile(`"OTP":"[a-z0-9]{15}"`)
	for _, fields := range [][]string{{"password", "wrong"}, {"method", "code"}} {
		var answers []string
		for _, address := range []string{"ann@example.com", "bob@example.com"} {
			got := h.client().post("/chat/sign-in/", append(fields, "identity", address)...)
			body := strings.ReplaceAll(got.body, address, "ADDRESS")
			answers = append(answers, http.StatusText(got.status)+id.ReplaceAllString(body, "OTP"))
		}
		if answers[0] != answers[1] {
			t.Errorf("known:   %s\nunknown: %s", answers[0], answers[1])
		}
	}
}

func TestMethodsThatAreOff(t *testing.T) {
	h := newHouse(t)
	h.user("ann@example.com", password)
	got := h.client().post("/chat/sign-in/", "identity", "ann@example.com", "method", "code")
	if got.status != 403 || got.shown(t).SignIn.Form.Error != h.session.Words.MethodOff {
		t.Errorf("a code: %d %s", got.status, got.body)
	}
	h.users(func(users *core.Collection) { users.PasswordAuth.Enabled = false; users.OTP.Enabled = true })
	got = h.client().post("/chat/sign-in/", "identity", "ann@example.com", "password", password)
	if got.status != 403 || got.shown(t).SignIn.Form.Error != h.session.Words.MethodOff || got.shown(t).SignIn.Password {
		t.Errorf("a password: %d %s", got.status, got.body)
	}
}

// mailedCode is the code in the n-th mail that PocketBase sent.
func TestThrottledSignIn(t *testing.T) {
	h := newHouse(t, func(_ *house, o *Options) {
		o.Throttle = throttle.New(throttle.Options{Rates: throttle.Rates{
			SignIn:   throttle.Limit{IP: throttle.Rate{Count: 1, Per: time.Hour, Burst: 6}},
			Identity: throttle.Limit{User: throttle.Rate{Count: 1, Per: time.Hour, Burst: 3}},
			SignUp:   throttle.Limit{IP: throttle.Rate{Count: 1, Per: time.Hour, Burst: 1}},
		}})
	})
	h.user("ann@example.com", password)
	c := h.client()
	try := func(identity string) reply {
		return c.post("/chat/sign-in/", "identity", identity, "password", "wrong")
	}
	for range 3 {
		if got := try("ann@example.com"); got.status != 422 {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	got := try("ANN@example.com")
	form := got.shown(t).SignIn
	if got.status != 429 || got.header.Get("Retry-After") == "" || !strings.Contains(form.Form.Error, "this account") || form.Identity == "" {
		t.Errorf("the account: %d %v %+v", got.status, got.header, form)
	}
	try("bob@example.com")
	try("eve@example.com")
	got = try("dan@example.com")
	if got.status != 429 || !strings.Contains(got.shown(t).SignIn.Form.Error, "your network") {
		t.Errorf("the address: %d %s", got.status, got.body)
	}
	if got := c.json().post("/chat/sign-in/"); got.status != 429 || got.header.Get("Retry-After") == "" {
		t.Errorf("JSON: %d", got.status)
	}
	c.post("/chat/sign-up/")
	if got := c.post("/chat/sign-up/"); got.status != 429 || got.header.Get("Retry-After") == "" {
		t.Errorf("signing up: %d", got.status)
	}
}

func TestPocketBasesOwnRateLimit(t *testing.T) {
	h := newHouse(t)
	h.user("ann@example.com", password)
	limits := &h.app.Settings().RateLimits
	limits.Enabled = true
	limits.Rules = []core.RateLimitRule{{Label: "*:auth", MaxRequests: 2, Duration: 3600}}
	c := h.client()
	for range 2 {
		if got := c.post("/chat/sign-in/", "identity", "ann@example.com", "password", "wrong"); got.status != 422 {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	got := c.post("/chat/sign-in/", "identity", "ann@example.com", "password", password)
	if got.status != 429 || got.header.Get("Retry-After") == "" || got.shown(t).SignIn.Form.Error != h.session.Words.TooMany || got.cookie() != nil {
		t.Errorf("%d %s", got.status, got.body)
	}
}
