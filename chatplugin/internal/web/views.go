package web

import (
	"pocketchat/chatplugin/internal/web/session"
	"pocketchat/templates"
)

// Views are all components that the pages are made of. A host replaces single
// ones; what stays nil is ours.
type Views = templates.Views

func sessionViews(v *Views) session.Views {
	return session.Views{SignInPage: v.SignInPage, SignInForm: v.SignInForm, SignUpPage: v.SignUpPage, SignUpForm: v.SignUpForm}
}
