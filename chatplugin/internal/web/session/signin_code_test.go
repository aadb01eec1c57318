package session

import (
	"regexp"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
)

func (h *house) mailedCode(n int) string {
	h.Helper()
	h.mails(n)
	code := regexp.MustCompile(`\b\d{6,}\b`).FindString(h.app.TestMailer.Messages()[n-1].HTML)
	if code == "" {
		h.Fatal("no code in the mail")
	}
	return code
}

func TestSignInByCode(t *testing.T) {
	h := newHouse(t)
	h.users(func(users *core.Collection) { users.OTP.Enabled = true; users.OTP.Length = 8 })
	h.user("ann@example.com", password)
	c := h.client()

	got := c.post("/chat/sign-in/", "identity", "ann@example.com", "method", "code", "next", "/chat/abc/")
	asked := got.shown(t).SignIn
	if got.status != 200 || asked.Step != "otp" || asked.OTP == "" || asked.Notice != h.session.Words.CodeSent || asked.Next != "/chat/abc/" {
		t.Fatalf("%d %+v", got.status, asked)
	}
	code := h.mailedCode(1)
	if got := c.post("/chat/sign-in/", "otpId", asked.OTP, "code", ""); got.status != 422 || got.shown(t).SignIn.Form.Error != h.session.Words.EnterCode {
		t.Errorf("no code: %d %s", got.status, got.body)
	}
	wrong := c.post("/chat/sign-in/", "otpId", asked.OTP, "code", "0"+code, "identity", "ann@example.com")
	form := wrong.shown(t).SignIn
	if wrong.status != 422 || form.Form.Error != h.session.Words.WrongCode || form.Step != "otp" || form.OTP != asked.OTP || form.Identity != "ann@example.com" {
		t.Errorf("wrong code: %d %+v", wrong.status, form)
	}
	if got := c.post("/chat/sign-in/", "otpId", "nosuchotp000000", "code", code); got.status != 422 || got.shown(t).SignIn.Form.Error != h.session.Words.WrongCode {
		t.Errorf("unknown id: %d %s", got.status, got.body)
	}
	got = c.post("/chat/sign-in/", "otpId", asked.OTP, "code", " "+code, "next", "/chat/abc/")
	if got.status != 303 || got.location() != "/chat/abc/" || c.get("/chat/").status != 200 {
		t.Errorf("right code: %d %s", got.status, got.body)
	}
	for _, address := range []string{"", "ann"} {
		if got := c.post("/chat/sign-in/", "identity", address, "method", "code"); got.status != 422 {
			t.Errorf("a code for %q: %d", address, got.status)
		}
	}
}

func TestSecondStep(t *testing.T) {
	h := newHouse(t)
	h.users(func(users *core.Collection) { users.OTP.Enabled = true; users.OTP.Length = 8; users.MFA.Enabled = true })
	h.user("ann@example.com", password)
	h.user("bob@example.com", password)

	t.Run("password, then code", func(t *testing.T) {
		c := h.client()
		got := c.htmx().post("/chat/sign-in/", "identity", "ann@example.com", "password", password, "next", "/chat/abc/")
		second := got.shown(t).SignIn
		if got.status != 200 || got.cookie() != nil || second.Step != "otp" || second.MFA == "" || second.OTP == "" || second.Next != "/chat/abc/" {
			t.Fatalf("%d %+v", got.status, second)
		}
		code := h.mailedCode(1)
		if got := c.get("/chat/"); got.status != 303 {
			t.Fatal("signed in by half")
		}
		got = c.post("/chat/sign-in/", "mfaId", second.MFA, "otpId", second.OTP, "code", "1", "identity", "ann@example.com")
		if form := got.shown(t).SignIn; got.status != 422 || form.MFA != second.MFA || form.OTP != second.OTP {
			t.Errorf("wrong code: %d %+v", got.status, form)
		}
		got = c.post("/chat/sign-in/", "mfaId", second.MFA, "otpId", second.OTP, "code", code, "next", "/chat/abc/")
		if got.status != 303 || got.location() != "/chat/abc/" || c.get("/chat/").status != 200 {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("code, then password", func(t *testing.T) {
		c, mails := h.client(), h.app.TestMailer.TotalSend()
		asked := c.post("/chat/sign-in/", "identity", "ann@example.com", "method", "code").shown(t).SignIn
		got := c.post("/chat/sign-in/", "identity", "ann@example.com", "otpId", asked.OTP, "code", h.mailedCode(mails+1))
		second := got.shown(t).SignIn
		if got.status != 200 || second.Step != "mfa" || second.MFA == "" || second.OTP != "" || second.Identity != "ann@example.com" {
			t.Fatalf("%d %+v", got.status, second)
		}
		got = c.post("/chat/sign-in/", "identity", "ann@example.com", "password", "wrong", "mfaId", second.MFA)
		if form := got.shown(t).SignIn; got.status != 422 || form.Step != "mfa" || form.MFA != second.MFA {
			t.Errorf("wrong password: %d %+v", got.status, form)
		}
		got = c.post("/chat/sign-in/", "identity", "bob@example.com", "password", password, "mfaId", second.MFA)
		if form := got.shown(t).SignIn; got.status != 422 || form.Form.Error != h.session.Words.SecondFailed || form.Step != "password" {
			t.Errorf("another account's second step: %d %+v", got.status, form)
		}
		got = c.post("/chat/sign-in/", "identity", "ann@example.com", "password", password, "mfaId", second.MFA)
		if got.status != 303 || c.get("/chat/").status != 200 {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("another code", func(t *testing.T) {
		c, mails := h.client(), h.app.TestMailer.TotalSend()
		second := c.post("/chat/sign-in/", "identity", "ann@example.com", "password", password).shown(t).SignIn
		h.mailedCode(mails + 1)
		again := c.post("/chat/sign-in/", "identity", "bob@example.com", "mfaId", second.MFA, "otpId", second.OTP, "method", "code").shown(t).SignIn
		if again.OTP == second.OTP || again.MFA != second.MFA {
			t.Errorf("%+v", again)
		}
		h.mailedCode(mails + 2)
		if to := h.app.TestMailer.LastMessage().To[0].Address; to != "ann@example.com" {
			t.Errorf("the second code of ann's sign-in went to %s", to)
		}
	})
	t.Run("JSON", func(t *testing.T) {
		c, mails := h.client(), h.app.TestMailer.TotalSend()
		got := c.json().post("/chat/sign-in/", "identity", "ann@example.com", "password", password)
		if got.status != 401 || !strings.Contains(got.body, `"mfaId":`) || !strings.Contains(got.body, `"otpId":`) {
			t.Errorf("%d %s", got.status, got.body)
		}
		h.mailedCode(mails + 1)
	})
	t.Run("no second method", func(t *testing.T) {
		h.users(func(users *core.Collection) {
			users.OTP.Enabled = false
			users.OAuth2.Enabled = true
		})
		got := h.client().post("/chat/sign-in/", "identity", "ann@example.com", "password", password)
		if got.status != 403 || got.shown(t).SignIn.Form.Error != h.session.Words.NoSecond {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}
