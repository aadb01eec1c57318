package web

import (
	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/web/session"
	"pocketchat/templates"
)

// Views are all components that the pages are made of. A host replaces single
// ones; what stays nil is ours.
type Views struct {
	InboxPage func(templates.Page, templates.List) templ.Component
	RoomList  func(templates.Site, templates.List) templ.Component
	ListRows  func(templates.Site, templates.List) templ.Component

	NewDirectPage func(templates.Page, templates.Form) templ.Component
	NewDirectForm func(templates.Site, templates.Form) templ.Component
	NewGroupPage  func(templates.Page, templates.Form) templ.Component
	NewGroupForm  func(templates.Site, templates.Form) templ.Component
	CheckUser     func(templates.Site, templates.CheckUser) templ.Component

	RoomPage       func(templates.Page, templates.Room) templ.Component
	Composer       func(templates.Site, templates.Room) templ.Component
	Messages       func(templates.Site, templates.Slice) templ.Component
	InfoPage       func(templates.Page, templates.Info) templ.Component
	MessagePage    func(templates.Page, templates.MessagePage) templ.Component
	MessageActions func(templates.Site, templates.MessagePage) templ.Component
	EmojiGrid      func(templates.Site) templ.Component

	EditPage func(templates.Page, templates.Edit) templ.Component
	EditForm func(templates.Page, templates.Edit) templ.Component

	WidgetList func(templates.Page, templates.List) templ.Component
	WidgetRoom func(templates.Page, templates.Room) templ.Component

	SignInPage func(templates.Page, templates.SignIn) templ.Component
	SignInForm func(templates.Site, templates.SignIn) templ.Component
	SignUpPage func(templates.Page, templates.SignUp) templ.Component
	SignUpForm func(templates.Site, templates.SignUp) templ.Component

	FailurePage     func(templates.Page, templates.Failure) templ.Component
	FailureFragment func(templates.Site, templates.Failure) templ.Component
}

func (v Views) withDefaults() Views {
	pick(&v.InboxPage, templates.InboxPage)
	pick(&v.RoomList, templates.RoomList)
	pick(&v.ListRows, templates.ListRows)
	pick(&v.NewDirectPage, templates.NewDirectPage)
	pick(&v.NewDirectForm, templates.NewDirectForm)
	pick(&v.NewGroupPage, templates.NewGroupPage)
	pick(&v.NewGroupForm, templates.NewGroupForm)
	pick(&v.CheckUser, templates.CheckUserResult)
	pick(&v.RoomPage, templates.RoomPage)
	pick(&v.Composer, templates.Composer)
	pick(&v.Messages, templates.Messages)
	pick(&v.InfoPage, templates.InfoPage)
	pick(&v.MessagePage, templates.MessageView)
	pick(&v.MessageActions, templates.MessageActions)
	if v.EmojiGrid == nil {
		v.EmojiGrid = templates.EmojiGrid
	}
	pick(&v.EditPage, templates.EditPage)
	pick(&v.EditForm, templates.EditForm)
	pick(&v.WidgetList, templates.WidgetList)
	pick(&v.WidgetRoom, templates.WidgetRoom)
	pick(&v.SignInPage, templates.SignInPage)
	pick(&v.SignInForm, templates.SignInForm)
	pick(&v.SignUpPage, templates.SignUpPage)
	pick(&v.SignUpForm, templates.SignUpForm)
	pick(&v.FailurePage, templates.FailurePage)
	pick(&v.FailureFragment, templates.FailureFragment)
	return v
}

func pick[M, P any](field *func(M, P) templ.Component, ours func(M, P) templ.Component) {
	if *field == nil {
		*field = ours
	}
}

func (v Views) session() session.Views {
	return session.Views{SignInPage: v.SignInPage, SignInForm: v.SignInForm, SignUpPage: v.SignUpPage, SignUpForm: v.SignUpForm}
}
