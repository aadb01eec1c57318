package session

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/chatplugin/internal/web/throttle"
	"pocketchat/templates"
)

// The steps of the sign-in page.
const (
	stepPassword = "password" // who it is, with a password or a wish for a code
	stepCode     = "otp"      // a code was mailed
	stepSecond   = "mfa"      // the code was right, now the password as well
)

// signInForm is what the page sends, in any step.
type signInForm struct {
	Identity string `form:"identity" json:"identity"`
	Password string `form:"password" json:"password"`
	Code     string `form:"code" json:"code"`
	MFA      string `form:"mfaId" json:"mfaId"`
	OTP      string `form:"otpId" json:"otpId"`
	Method   string `form:"method" json:"method"` // "code": mail me one
	Next     string `form:"next" json:"next"`
}

// step is where in the page the form came from.
func (f signInForm) step() string {
	switch {
	case f.OTP != "":
		return stepCode
	case f.MFA != "":
		return stepSecond
	}
	return stepPassword
}

// SignInForm answers GET /sign-in/.
func (s *Session) SignInForm(e *core.RequestEvent) error {
	query := e.Request.URL.Query()
	next := SafeNext(s.Base, query.Get("next"))
	if Viewer(e) != nil {
		return s.Answers.Redirect(e, next)
	}
	view := s.signInView(signInForm{Next: next})
	if query.Get("signed-out") != "" {
		view.Notice = s.Answers.Say(e, s.Words.SignedOut)
	}
	return s.Answers.HTML(e, http.StatusOK, s.signInComponent(e, view))
}

// SignIn answers POST /sign-in/, whichever step it comes from: on to next with
// a cookie, or the form again, or the next step's. A client without pages gets
// 204 with the cookie, or PocketBase's 401 with mfaId, and otpId beside it.
func (s *Session) SignIn(e *core.RequestEvent) error {
	var form signInForm
	if err := s.Throttle.Allow(throttle.SignIn, "", e.RealIP()); err != nil {
		return s.refuseSignIn(e, form, err)
	}
	if err := answer.Bind(e, &form); err != nil {
		return err
	}
	form.Identity = strings.TrimSpace(form.Identity)
	form.Code = strings.TrimSpace(form.Code)
	form.Next = SafeNext(s.Base, form.Next)
	if who := s.tried(form); who != "" {
		if err := s.Throttle.Allow(throttle.Identity, who, ""); err != nil {
			return s.refuseSignIn(e, form, err)
		}
	}
	switch {
	case form.Method == "code":
		return s.mailCode(e, form, form.Identity)
	case form.OTP != "":
		return s.withCode(e, form)
	}
	return s.withPassword(e, form)
}

// tried names the account or the code that is being guessed at.
func (s *Session) tried(form signInForm) string {
	who := strings.ToLower(form.Identity)
	if form.OTP != "" && form.Method != "code" {
		who = "otp " + form.OTP
	}
	return who[:min(len(who), maxIdentity)]
}

// maxIdentity is as much as PocketBase takes.
const maxIdentity = 255

func (s *Session) withPassword(e *core.RequestEvent, form signInForm) error {
	if form.Identity == "" || form.Password == "" {
		return s.refuseSignIn(e, form, chat.Refuse(chat.Invalid, "", s.Words.EnterBoth))
	}
	result, err := s.Inner.Post(e, s.endpoint("auth-with-password"), "", map[string]string{
		"identity": s.spelled(e.App, form.Identity), "password": form.Password, "mfaId": form.MFA,
	})
	if err != nil {
		return err
	}
	return s.signedIn(e, form, result)
}

func (s *Session) withCode(e *core.RequestEvent, form signInForm) error {
	if form.Code == "" {
		return s.refuseSignIn(e, form, chat.Refuse(chat.Invalid, "code", s.Words.EnterCode))
	}
	result, err := s.Inner.Post(e, s.endpoint("auth-with-otp"), "", map[string]string{
		"otpId": form.OTP, "password": form.Code, "mfaId": form.MFA,
	})
	if err != nil {
		return err
	}
	return s.signedIn(e, form, result)
}

// signedIn answers what PocketBase said to one of the methods.
func (s *Session) signedIn(e *core.RequestEvent, form signInForm, result Result) error {
	if mfa := result.ID("mfaId"); result.Status == http.StatusUnauthorized && mfa != "" {
		first := form.step()
		form.MFA = mfa
		if first == stepCode {
			return s.askPassword(e, form)
		}
		return s.mailCode(e, form, s.secondAddress(e, mfa))
	}
	if result.Status != http.StatusOK {
		return s.refuseSignIn(e, form, s.explain(form, result))
	}
	if err := s.start(e, result.Token()); err != nil {
		return err
	}
	return s.done(e, form.Next)
}

// askPassword is the second step after a code.
func (s *Session) askPassword(e *core.RequestEvent, form signInForm) error {
	form.OTP = ""
	if users, err := s.collection(); err != nil || !users.PasswordAuth.Enabled {
		return s.refuseSignIn(e, signInForm{Next: form.Next}, chat.Refuse(chat.Forbidden, "", s.Words.NoSecond))
	}
	if answer.KindOf(e.Request) == answer.JSON {
		return s.Answers.JSON(e, http.StatusUnauthorized, map[string]string{"mfaId": form.MFA})
	}
	return s.Answers.HTML(e, http.StatusOK, s.signInComponent(e, s.signInView(form)))
}

// mailCode asks PocketBase to mail a code to the address: as the first step
// for whoever would rather not type a password, as the second where MFA is on,
// and again for whoever asks for another one.
func (s *Session) mailCode(e *core.RequestEvent, form signInForm, email string) error {
	users, err := s.collection()
	if err != nil {
		return err
	}
	if form.MFA != "" && email == form.Identity {
		email = s.secondAddress(e, form.MFA) // another code in the second step
	}
	switch {
	case !users.OTP.Enabled && form.MFA != "", form.MFA != "" && email == "":
		return s.refuseSignIn(e, signInForm{Next: form.Next}, chat.Refuse(chat.Forbidden, "", s.Words.NoSecond))
	case !users.OTP.Enabled:
		return s.refuseSignIn(e, form, chat.Refuse(chat.Forbidden, "", s.Words.MethodOff))
	case email == "":
		return s.refuseSignIn(e, form, chat.Refuse(chat.Invalid, "identity", s.Words.EnterEmail))
	}
	result, err := s.Inner.Post(e, s.endpoint("request-otp"), "", map[string]string{"email": s.spelled(e.App, email)})
	if err != nil {
		return err
	}
	if result.Status != http.StatusOK {
		refusal := s.explain(form, result)
		if result.Status == http.StatusBadRequest {
			refusal = chat.Refuse(chat.Invalid, "identity", s.Words.EmailInvalid)
		}
		return s.refuseSignIn(e, form, refusal)
	}
	form.OTP = result.ID("otpId")
	if answer.KindOf(e.Request) == answer.JSON {
		return s.codeMailedJSON(e, form)
	}
	view := s.signInView(form)
	view.Notice = s.Answers.Say(e, s.Words.CodeSent)
	return s.Answers.HTML(e, http.StatusOK, s.signInComponent(e, view))
}

func (s *Session) codeMailedJSON(e *core.RequestEvent, form signInForm) error {
	if form.MFA != "" {
		return s.Answers.JSON(e, http.StatusUnauthorized, map[string]string{"mfaId": form.MFA, "otpId": form.OTP})
	}
	return s.Answers.JSON(e, http.StatusOK, map[string]string{"otpId": form.OTP})
}

// secondAddress is where the code of the second step goes: the address of the
// account whose first step this MFA session is. The password may have come with
// a user name, and the address itself is never shown.
func (s *Session) secondAddress(e *core.RequestEvent, mfaID string) string {
	mfa, err := e.App.FindMFAById(mfaID)
	if err != nil {
		return ""
	}
	record, err := e.App.FindRecordById(mfa.CollectionRef(), mfa.RecordRef())
	if err != nil || !s.mayChat(record) {
		return ""
	}
	return record.Email()
}

// authRuleMessage is what PocketBase says where its auth rule refuses.
const authRuleMessage = "The request doesn't satisfy the collection requirements to authenticate."

// unexpected is an answer of PocketBase that no form leads to.
type unexpected struct {
	status  int
	message string
}

func (u *unexpected) Error() string {
	return fmt.Sprintf("session: PocketBase answered %d: %s", u.status, u.message)
}

// explain puts PocketBase's refusal into words for people. Sentences that are
// not PocketBase's own come from a host's hook and are shown as they are.
func (s *Session) explain(form signInForm, result Result) error {
	refusal := result.Err()
	words, known := map[string]string{
		"Failed to authenticate.":                                s.Words.Wrong,
		"An error occurred while validating the submitted data.": s.Words.Wrong,
		"Invalid or expired OTP.":                                s.Words.WrongCode,
		"Invalid or expired MFA session.":                        s.Words.SecondFailed,
		"Invalid MFA session.":                                   s.Words.SecondFailed,
		authRuleMessage:                                          s.Words.NotAllowed,
		"The collection is not configured to allow password authentication.": s.Words.MethodOff,
		"The collection is not configured to allow OTP authentication.":      s.Words.MethodOff,
		"Too many attempts, please try again later with a new OTP.":          s.Words.TooManyCodes,
		router.NewTooManyRequestsError("", nil).Message:                      s.Words.TooMany,
	}[refusal.Message]
	if known && words == s.Words.Wrong && form.OTP != "" {
		words = s.Words.WrongCode
	}
	if !known {
		words = refusal.Message
	}
	switch {
	case result.Status == http.StatusTooManyRequests:
		return &chat.Error{Code: chat.Throttled, Message: words, RetryAfter: result.RetryAfter()}
	case result.Status == http.StatusForbidden:
		return chat.Refuse(chat.Forbidden, "", words)
	case result.Status == http.StatusBadRequest:
		return chat.Refuse(chat.Invalid, "", words)
	}
	// Nothing that a person typed leads here: a missing collection, a fault.
	return &unexpected{result.Status, refusal.Message}
}

// refuseSignIn shows the form again with what was typed, but never the password.
func (s *Session) refuseSignIn(e *core.RequestEvent, form signInForm, err error) error {
	return s.Answers.RefuseForm(e, err, func(refusal answer.Refusal) templ.Component {
		if refusal.Message == s.Answers.Say(e, s.Words.SecondFailed) {
			form.MFA, form.OTP = "", ""
		}
		view := s.signInView(form)
		view.Form.Error = refusal.Message
		return s.signInComponent(e, view)
	})
}

func (s *Session) signInView(form signInForm) templates.SignIn {
	view := templates.SignIn{
		Form:     templates.Form{Fields: map[string]templates.Field{"identity": {Value: form.Identity}}},
		Next:     SafeNext(s.Base, form.Next),
		Step:     form.step(),
		MFA:      form.MFA,
		OTP:      form.OTP,
		Identity: form.Identity,
	}
	if users, err := s.collection(); err == nil {
		view.Password, view.Code = users.PasswordAuth.Enabled, users.OTP.Enabled
	}
	return view
}

func (s *Session) signInComponent(e *core.RequestEvent, view templates.SignIn) templ.Component {
	if answer.KindOf(e.Request) == answer.Fragment {
		return s.Views.SignInForm(s.Answers.Site(e), view)
	}
	return s.Views.SignInPage(s.Answers.Model(e, s.Answers.Say(e, s.Words.SignInTitle)), view)
}
