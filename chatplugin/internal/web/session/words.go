package session

// Words are the sentences of signing in, up and out.
type Words struct {
	SignInTitle string
	SignUpTitle string

	SignInFirst   string
	CrossSite     string
	NoChatAccount string // a superuser's, a static or another collection's token

	EnterBoth    string // e-mail and password
	EnterEmail   string
	EnterCode    string
	Wrong        string // identity or password
	WrongCode    string
	SecondFailed string // the second step took too long or was another account's
	NotAllowed   string // PocketBase's auth rule refuses
	MethodOff    string // this way of signing in is switched off
	NoSecond     string // a second method is asked for that these pages don't have
	TooMany      string
	TooManyCodes string

	CodeSent  string // notices
	SignedOut string
	Confirm   string // an account is made but its e-mail address needs confirming

	SignUpClosed   string
	SignUpFailed   string
	FieldRequired  string
	EmailInvalid   string
	EmailTaken     string
	TooShort       string // {n}
	TooLong        string // {n}
	PasswordLong   string
	PasswordDiffer string
	FieldInvalid   string
	OtherField     string // {field} {problem}: a field that the form doesn't have
}

// WithDefaults fills what is empty with English.
func (w Words) WithDefaults() Words {
	fill(&w.SignInTitle, "Sign in")
	fill(&w.SignUpTitle, "Create an account")
	fill(&w.SignInFirst, "Sign in to go on.")
	fill(&w.CrossSite, "This request came from another site and was refused. Open the page here and try again.")
	fill(&w.NoChatAccount, "This account cannot use the chat. Sign in with an ordinary account.")
	fill(&w.EnterBoth, "Type your e-mail address and your password.")
	fill(&w.EnterEmail, "Type your e-mail address.")
	fill(&w.EnterCode, "Type the code from the e-mail.")
	fill(&w.Wrong, "The e-mail address or the password is wrong.")
	fill(&w.WrongCode, "The code is wrong or too old. Check it, or ask for a new one.")
	fill(&w.SecondFailed, "This took too long, or began with another account. Sign in again from the start.")
	fill(&w.NotAllowed, "This account may not sign in yet. If it is new, confirm its e-mail address first.")
	fill(&w.MethodOff, "This way of signing in is switched off here.")
	fill(&w.NoSecond, "This account needs a second way to sign in that this page does not offer.")
	fill(&w.TooMany, "There were many tries to sign in. Wait a little and try again.")
	fill(&w.TooManyCodes, "There were too many tries with this code. Wait a few minutes and ask for a new one.")
	fill(&w.CodeSent, "If there is an account with this address, a code is on its way to it. Type it here.")
	fill(&w.SignedOut, "You are signed out.")
	fill(&w.Confirm, "Your account is made. Confirm it by the link in the e-mail that we sent you, then sign in.")
	fill(&w.SignUpClosed, "New accounts cannot be made here. Ask whoever runs this site for one.")
	fill(&w.SignUpFailed, "The account could not be made with these details. Check them and try again.")
	fill(&w.FieldRequired, "Fill this in.")
	fill(&w.EmailInvalid, "This is not an e-mail address that can be used here.")
	fill(&w.EmailTaken, "This e-mail address cannot be used for a new account. If it is yours, sign in instead.")
	fill(&w.TooShort, "Use at least {n} characters.")
	fill(&w.TooLong, "Use at most {n} characters.")
	fill(&w.PasswordLong, "This password is too long. Use a shorter one.")
	fill(&w.PasswordDiffer, "The two passwords are not the same.")
	fill(&w.FieldInvalid, "This cannot be used. Change it and try again.")
	fill(&w.OtherField, "This site asks for something that this page has no place for ({field}). Ask whoever runs it for an account.")
	return w
}

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}
