package session

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
)

// filled are the fields of a good form with some changed.
func filled(changes ...string) []string {
	fields := map[string]string{
		"name": "Ann", "email": "ann@example.com", "password": password, "passwordConfirm": password, "next": "/chat/abc/",
	}
	for i := 0; i < len(changes); i += 2 {
		fields[changes[i]] = changes[i+1]
	}
	var pairs []string
	for name, value := range fields {
		pairs = append(pairs, name, value)
	}
	return pairs
}

func TestSignUp(t *testing.T) {
	h := newHouse(t)
	c := h.client()
	if page := c.get("/chat/sign-up/?next=/chat/abc/"); page.status != 200 || page.shown(t).SignUp.Next != "/chat/abc/" {
		t.Fatalf("%d %s", page.status, page.body)
	}
	got := c.post("/chat/sign-up/", filled("name", "  Ann \u202e of\tHouse ")...)
	if got.status != 303 || got.location() != "/chat/abc/" || c.get("/chat/").status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	ann, err := h.app.FindAuthRecordByEmail("users", "ann@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if name := ann.GetString("name"); name != "Ann of House" || !ann.ValidatePassword(password) || ann.EmailVisibility() || ann.Verified() {
		t.Errorf("made %q", name)
	}
	c = h.client()
	got = c.htmx().post("/chat/sign-up/", filled("email", "bob@example.com")...)
	if got.status != 204 || got.header.Get("HX-Redirect") != "/chat/abc/" || c.jarCookie() == nil {
		t.Errorf("htmx: %d %v", got.status, got.header)
	}
	c = h.client()
	got = c.json().post("/chat/sign-up/", filled("email", "eve@example.com")...)
	if got.status != 204 || c.jarCookie() == nil {
		t.Errorf("JSON: %d %s", got.status, got.body)
	}
}

func TestSignUpRefused(t *testing.T) {
	h := newHouse(t)
	h.user("taken@example.com", password)
	words := h.session.Words
	tests := []struct {
		name    string
		changes []string
		wrong   map[string]string // what is said of each field
	}{
		{"no address", []string{"email", ""}, map[string]string{"email": words.FieldRequired}},
		{"no real address", []string{"email", "ann"}, map[string]string{"email": words.EmailInvalid}},
		{"a short password", []string{"password", "abc", "passwordConfirm", "abc"}, map[string]string{"password": "Use at least 8 characters."}},
		{"a password too long", []string{"password", strings.Repeat("x", 80), "passwordConfirm", strings.Repeat("x", 80)},
			map[string]string{"password": words.PasswordLong}},
		{"no password", []string{"password", "", "passwordConfirm", ""},
			map[string]string{"password": words.FieldRequired, "passwordConfirm": words.FieldRequired}},
		{"two passwords", []string{"passwordConfirm", "battery staple"}, map[string]string{"passwordConfirm": words.PasswordDiffer}},
		{"a taken address", []string{"email", "taken@example.com"}, map[string]string{"email": words.EmailTaken}},
		{"a taken address and a short password", []string{"email", "taken@example.com", "password", "abc", "passwordConfirm", "abc"},
			map[string]string{"password": "Use at least 8 characters."}},
		{"a free address and a short password", []string{"password", "abc", "passwordConfirm", "abc"},
			map[string]string{"password": "Use at least 8 characters."}},
		{"a name of broken bytes", []string{"name", "A\xff"}, map[string]string{"name": "*"}},
		{"a name too long", []string{"name", strings.Repeat("n", 300)}, map[string]string{"name": "*"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := h.count()
			for _, client := range []*client{h.client(), h.client().htmx()} {
				got := client.post("/chat/sign-up/", filled(test.changes...)...)
				form := got.shown(t).SignUp
				if got.status != 422 || form.Form.Error == "" || form.Next != "/chat/abc/" {
					t.Errorf("%d %+v", got.status, form)
				}
				for _, name := range []string{"name", "email", "password", "passwordConfirm"} {
					problem := form.Form.Problem(name)
					if want := test.wrong[name]; problem != want && (want != "*" || problem == "") {
						t.Errorf("%s: %q, want %q", name, problem, want)
					}
				}
				if strings.Contains(got.body, password) || form.Form.Value("email") == "" && test.name != "no address" {
					t.Errorf("what comes back: %s", got.body)
				}
			}
			if got := h.client().json().post("/chat/sign-up/", filled(test.changes...)...); got.status != 400 || !strings.Contains(got.body, `"data":{"`) {
				t.Errorf("JSON: %d %s", got.status, got.body)
			}
			if after := h.count(); after != before {
				t.Errorf("%d accounts, were %d", after, before)
			}
		})
	}
}

// count is how many accounts there are.
func (h *house) count() int64 {
	h.Helper()
	n, err := h.app.CountRecords("users")
	if err != nil {
		h.Fatal(err)
	}
	return n
}

func TestSignUpClosed(t *testing.T) {
	closeRule := func(h *house) {
		h.users(func(users *core.Collection) { users.CreateRule = nil })
	}
	tests := []struct {
		name  string
		off   bool
		close func(*house)
	}{
		{"by the switch", true, func(*house) {}},
		{"by PocketBase's create rule", false, closeRule},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t, func(_ *house, o *Options) { o.SignUp = !test.off })
			test.close(h)
			for _, got := range []reply{h.client().get("/chat/sign-up/"), h.client().post("/chat/sign-up/", filled()...)} {
				if got.status != 403 || got.shown(t).Failure.Message != h.session.Words.SignUpClosed {
					t.Errorf("%d %s", got.status, got.body)
				}
			}
			if h.count() != 0 {
				t.Error("an account was made")
			}
		})
	}
	t.Run("by a rule that refuses", func(t *testing.T) {
		h := newHouse(t)
		h.users(func(users *core.Collection) { rule := "email ~ '@inside.example'"; users.CreateRule = &rule })
		got := h.client().post("/chat/sign-up/", filled()...)
		if got.status != 422 || got.shown(t).SignUp.Form.Error != h.session.Words.SignUpFailed {
			t.Errorf("%d %s", got.status, got.body)
		}
		if got := h.client().post("/chat/sign-up/", filled("email", "ann@inside.example")...); got.status != 303 {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("by a host's hook", func(t *testing.T) {
		h := newHouse(t)
		h.app.OnRecordCreateRequest("users").BindFunc(func(e *core.RecordRequestEvent) error {
			return e.ForbiddenError("Ask Bob for an invitation", nil)
		})
		got := h.client().post("/chat/sign-up/", filled()...)
		if got.status != 403 || got.shown(t).SignUp.Form.Error != "Ask Bob for an invitation." {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}

func TestSignUpThatNeedsConfirming(t *testing.T) {
	h := newHouse(t)
	h.users(func(users *core.Collection) { rule := "verified = true"; users.AuthRule = &rule })
	got := h.client().post("/chat/sign-up/", filled()...)
	page := got.shown(t)
	if got.status != 200 || page.Page != "sign-in" || page.SignIn.Notice != h.session.Words.Confirm || page.SignIn.Identity != "ann@example.com" || got.cookie() != nil {
		t.Errorf("%d %+v", got.status, page)
	}
	if got := h.client().json().post("/chat/sign-up/", filled("email", "bob@example.com")...); got.status != http.StatusAccepted || got.cookie() != nil {
		t.Errorf("JSON: %d %s", got.status, got.body)
	}
	h.mails(2)
}

func TestSignUpWithMFA(t *testing.T) {
	h := newHouse(t)
	h.users(func(users *core.Collection) { users.OTP.Enabled = true; users.OTP.Length = 8; users.MFA.Enabled = true })
	c := h.client()
	got := c.post("/chat/sign-up/", filled()...)
	second := got.shown(t).SignIn
	if got.status != 200 || second.Step != "otp" || second.MFA == "" || second.Next != "/chat/abc/" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	got = c.post("/chat/sign-in/", "mfaId", second.MFA, "otpId", second.OTP, "code", h.mailedCode(1), "next", second.Next)
	if got.status != 303 || c.get("/chat/").status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestNameFields(t *testing.T) {
	t.Run("under another name", func(t *testing.T) {
		h := newHouse(t, func(_ *house, o *Options) { o.NameField = "nickname" })
		h.users(func(users *core.Collection) { users.Fields.Add(&core.TextField{Name: "nickname", Required: true}) })
		got := h.client().post("/chat/sign-up/", filled("name", " ")...)
		if form := got.shown(t).SignUp.Form; got.status != 422 || form.Problem("name") != h.session.Words.FieldRequired {
			t.Errorf("%d %+v", got.status, form)
		}
		if got := h.client().post("/chat/sign-up/", filled()...); got.status != 303 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		ann, err := h.app.FindAuthRecordByEmail("users", "ann@example.com")
		if err != nil || ann.GetString("nickname") != "Ann" || ann.GetString("name") != "" {
			t.Errorf("%v %v", ann, err)
		}
	})
	t.Run("one that does not exist", func(t *testing.T) {
		h := newHouse(t, func(_ *house, o *Options) { o.NameField = "nothing" })
		if got := h.client().post("/chat/sign-up/", filled()...); got.status != 303 {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("a field that the page has no place for", func(t *testing.T) {
		h := newHouse(t)
		h.users(func(users *core.Collection) { users.Fields.Add(&core.TextField{Name: "badge", Required: true}) })
		got := h.client().post("/chat/sign-up/", filled()...)
		if form := got.shown(t).SignUp.Form; got.status != 422 || !strings.Contains(form.Error, "badge") {
			t.Errorf("%d %+v", got.status, form)
		}
	})
}
