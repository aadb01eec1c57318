package session

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/chatplugin/internal/web/throttle"
	"pocketchat/templates"
)

// signUpForm is what the page sends.
type signUpForm struct {
	Name            string `form:"name" json:"name"`
	Email           string `form:"email" json:"email"`
	Password        string `form:"password" json:"password"`
	PasswordConfirm string `form:"passwordConfirm" json:"passwordConfirm"`
	Next            string `form:"next" json:"next"`
}

// signUpOpen reports whether strangers may make an account: our switch and
// PocketBase's create rule must both say so.
func (s *Session) signUpOpen() bool {
	users, err := s.collection()
	return err == nil && s.Options.SignUp && users.CreateRule != nil
}

// SignUpForm answers GET /sign-up/.
func (s *Session) SignUpForm(e *core.RequestEvent) error {
	next := SafeNext(s.Base, e.Request.URL.Query().Get("next"))
	if Viewer(e) != nil {
		return s.Answers.Redirect(e, next)
	}
	if !s.signUpOpen() {
		return chat.Refuse(chat.Forbidden, "", s.Words.SignUpClosed)
	}
	return s.Answers.HTML(e, http.StatusOK, s.signUpComponent(e, templates.SignUp{Next: next}))
}

// SignUp answers POST /sign-up/: it makes the account by PocketBase's own
// create request, and signs in. A client without pages gets 204 with the
// cookie, or 202 where the address has to be confirmed first.
//
// Whether an address has an account already shows here, as it does in
// PocketBase's create request: there a taken address is named as not unique.
// This page says a little less. It speaks of the address only if everything
// else is right, so that asking costs an account where the address is free, and
// it is throttled.
func (s *Session) SignUp(e *core.RequestEvent) error {
	var form signUpForm
	if !s.signUpOpen() {
		return chat.Refuse(chat.Forbidden, "", s.Words.SignUpClosed)
	}
	if err := s.Throttle.Allow(throttle.SignUp, "", e.RealIP()); err != nil {
		return s.refuseSignUp(e, form, err)
	}
	if err := answer.Bind(e, &form); err != nil {
		return err
	}
	form.Email = plainEmail(form.Email)
	form.Next = SafeNext(s.Base, form.Next)
	if len(form.Password) > maxPassword {
		return s.refuseSignUp(e, form, chat.Refuse(chat.Invalid, "password", s.Words.PasswordLong))
	}
	record := map[string]string{
		"email": form.Email, "password": form.Password, "passwordConfirm": form.PasswordConfirm,
	}
	if s.hasName() {
		name, err := cleanName(form.Name)
		if err != nil {
			return s.refuseSignUp(e, form, err)
		}
		record[s.NameField] = name
	}
	result, err := s.Inner.Post(e, s.endpoint("records"), "", record)
	if err != nil {
		return err
	}
	if result.Status != http.StatusOK {
		return s.refuseSignUp(e, form, s.explainSignUp(e, result))
	}
	return s.signInNew(e, form)
}

// maxPassword is what PocketBase's hash takes, in bytes; past it PocketBase
// refuses without a word about the password.
const maxPassword = 71

// maxName is PocketBase's own limit of a short text.
const maxName = 255

// cleanName is the display name to store; "" is PocketBase's to judge.
func cleanName(name string) (string, error) {
	if strings.TrimSpace(name) == "" {
		return "", nil
	}
	return chat.CleanName(name, maxName, "name")
}

func (s *Session) hasName() bool {
	users, err := s.collection()
	return err == nil && s.NameField != "" && users.Fields.GetByName(s.NameField) != nil
}

// signInNew opens the session of an account that was just made. Where
// PocketBase wants its address confirmed first, the mail is sent and the
// sign-in page says so.
func (s *Session) signInNew(e *core.RequestEvent, form signUpForm) error {
	signIn := signInForm{Identity: form.Email, Password: form.Password, Next: form.Next}
	result, err := s.Inner.Post(e, s.endpoint("auth-with-password"), "", map[string]string{
		"identity": form.Email, "password": form.Password,
	})
	if err != nil {
		return err
	}
	if result.Status == http.StatusOK || result.ID("mfaId") != "" {
		return s.signedIn(e, signIn, result)
	}
	notice := s.explain(signIn, result).Error()
	if result.Status == http.StatusForbidden && result.Err().Message == authRuleMessage {
		notice = s.Words.Confirm
		_, err := s.Inner.Post(e, s.endpoint("request-verification"), "", map[string]string{"email": form.Email})
		if err != nil {
			return err
		}
	}
	if answer.KindOf(e.Request) == answer.JSON {
		return s.Answers.JSON(e, http.StatusAccepted, map[string]string{"message": s.Answers.Say(e, notice)})
	}
	view := s.signInView(signInForm{Identity: form.Email, Next: form.Next})
	view.Notice = s.Answers.Say(e, notice)
	return s.Answers.HTML(e, http.StatusOK, s.signInComponent(e, view))
}

// explainSignUp puts PocketBase's refusal into words, field by field. It keeps
// PocketBase's shape, so that clients without pages find its codes.
func (s *Session) explainSignUp(e *core.RequestEvent, result Result) error {
	refusal := result.Err()
	switch result.Status {
	case http.StatusTooManyRequests:
		return &chat.Error{Code: chat.Throttled, Message: s.Words.TooMany, RetryAfter: result.RetryAfter()}
	case http.StatusForbidden, http.StatusUnauthorized:
		if refusal.Message == "Only superusers can perform this action." {
			return chat.Refuse(chat.Forbidden, "", s.Words.SignUpClosed)
		}
		return chat.Refuse(chat.Forbidden, "", refusal.Message)
	case http.StatusBadRequest:
	default:
		return &unexpected{result.Status, refusal.Message}
	}
	if len(refusal.Data) > 1 && code(refusal.Data["email"]) == notUnique {
		delete(refusal.Data, "email")
	}
	for name, value := range refusal.Data {
		if item, ok := value.(map[string]any); ok {
			item["message"] = s.fieldWords(e, name, item)
		}
	}
	if s.NameField != "name" && refusal.Data[s.NameField] != nil {
		refusal.Data["name"] = refusal.Data[s.NameField]
		delete(refusal.Data, s.NameField)
	}
	if refusal.Message == "Failed to create record." {
		refusal.Message = s.Words.SignUpFailed
	}
	return refusal
}

const notUnique = "validation_not_unique"

func code(item any) string {
	fields, _ := item.(map[string]any)
	text, _ := fields["code"].(string)
	return text
}

// fieldWords is what is wrong with an input, in a sentence.
func (s *Session) fieldWords(e *core.RequestEvent, name string, item map[string]any) string {
	message, _ := item["message"].(string)
	switch code := code(item); {
	case name == "email" && code == notUnique:
		return s.Words.EmailTaken
	case name == "passwordConfirm" && code != "validation_required":
		return s.Words.PasswordDiffer
	case code == "validation_required":
		return s.Words.FieldRequired
	case name == "email":
		return s.Words.EmailInvalid
	case code == "validation_min_text_constraint":
		return s.Answers.Say(e, s.Words.TooShort, "{n}", bound(item))
	case code == "validation_max_text_constraint":
		return s.Answers.Say(e, s.Words.TooLong, "{n}", bound(item))
	case message != "":
		return message
	}
	return s.Words.FieldInvalid
}

var digits = regexp.MustCompile(`[0-9]+`)

// bound is the number of characters that a limit speaks of. PocketBase gives it
// as a parameter for texts, and for passwords in its sentence alone.
func bound(item map[string]any) string {
	params, _ := item["params"].(map[string]any)
	for _, name := range []string{"min", "max"} {
		if n, ok := params[name].(float64); ok {
			return strconv.FormatFloat(n, 'f', 0, 64)
		}
	}
	message, _ := item["message"].(string)
	return digits.FindString(message)
}

// refuseSignUp shows the form again with what was typed, but no password.
func (s *Session) refuseSignUp(e *core.RequestEvent, form signUpForm, err error) error {
	return s.Answers.RefuseForm(e, err, func(refusal answer.Refusal) templ.Component {
		fields := map[string]templates.Field{
			"name":            {Value: form.Name},
			"email":           {Value: form.Email},
			"password":        {},
			"passwordConfirm": {},
		}
		view := templates.SignUp{Form: templates.Form{Error: refusal.Message, Fields: fields}, Next: SafeNext(s.Base, form.Next)}
		for name, problem := range refusal.Fields {
			field, known := fields[name]
			if !known {
				view.Form.Error = s.Answers.Say(e, s.Words.OtherField, "{field}", name, "{problem}", problem)
				continue
			}
			field.Error = problem
			fields[name] = field
		}
		return s.signUpComponent(e, view)
	})
}

func (s *Session) signUpComponent(e *core.RequestEvent, view templates.SignUp) templ.Component {
	if answer.KindOf(e.Request) == answer.Fragment {
		return s.Views.SignUpForm(s.Answers.Site(e), view)
	}
	return s.Views.SignUpPage(s.Answers.Model(e, s.Answers.Say(e, s.Words.SignUpTitle)), view)
}
