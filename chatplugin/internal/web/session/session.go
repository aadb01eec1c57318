// Package session signs people in and out of the chat pages, and tells who a
// request comes from.
//
// A session is a PocketBase auth token in a cookie, nothing else: PocketBase
// makes it, checks it and renews it, in requests that this package sends to
// PocketBase's own endpoints inside the process ([Inner]). So a host's hooks,
// auth rules, MFA, one-time codes and rate limits hold for the pages as they do
// for REST. The cookie is read by the routes that [Session.Load] is bound to
// and by no other, so PocketBase's /api/ never acts on it.
//
// In the cookie the token stands behind a random session id, by which the
// sockets of one browser are told from those of another: signing out closes the
// ones of that browser alone.
package session

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/chatplugin/internal/web/throttle"
	"pocketchat/templates"
)

// Views are the components of the sign-in and sign-up pages, whole and as the
// form alone. Hosts may replace them.
type Views struct {
	SignInPage func(templates.Page, templates.SignIn) templ.Component
	SignInForm func(templates.Site, templates.SignIn) templ.Component
	SignUpPage func(templates.Page, templates.SignUp) templ.Component
	SignUpForm func(templates.Site, templates.SignUp) templ.Component
}

// WithDefaults fills what is nil with our own.
func (v Views) WithDefaults() Views {
	if v.SignInPage == nil {
		v.SignInPage = templates.SignInPage
	}
	if v.SignInForm == nil {
		v.SignInForm = templates.SignInForm
	}
	if v.SignUpPage == nil {
		v.SignUpPage = templates.SignUpPage
	}
	if v.SignUpForm == nil {
		v.SignUpForm = templates.SignUpForm
	}
	return v
}

// Options are what a Session is made of.
type Options struct {
	App       core.App
	Base      string   // the base path without a trailing slash: "/chat"
	Users     string   // name or id of the collection whose records may chat
	NameField string   // its field of display names, "" if it has none
	Origins   []string // foreign origins whose requests are let in: "https://app.example"
	SignUp    bool     // whether strangers may make an account on our page
	Answers   *answer.Answers
	Throttle  *throttle.Throttle
	Views     Views // nil fields take our own
	Words     Words // zero fields take the default
	// Row is an account's row as it is during a request; nil where there is none.
	Row func(e *core.RequestEvent, users *core.Collection, id string) (dbx.NullStringMap, error)
	// OnSignOut is told of each end of a session, so that its sockets close. An
	// empty session means all of that user.
	OnSignOut func(user, session string)
	Now       func() time.Time // a test's clock; time.Now if nil
}

// Session has the middlewares and handlers. Make it with [New] and give it the
// router with [Session.Mount] before the first request.
type Session struct {
	Options
	Inner *Inner

	cross *http.CrossOriginProtection
	book  *book
	known *known
}

// New makes a Session. It fails where an origin isn't one.
func New(options Options) (*Session, error) {
	if options.App == nil || options.Answers == nil || options.Users == "" || options.Row == nil {
		return nil, errors.New("session: App, Answers, Users and Row are needed")
	}
	options.Base = strings.TrimRight(options.Base, "/")
	options.Words = options.Words.WithDefaults()
	options.Views = options.Views.WithDefaults()
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.OnSignOut == nil {
		options.OnSignOut = func(string, string) {}
	}
	s := &Session{Options: options, Inner: &Inner{}, cross: http.NewCrossOriginProtection(), book: newBook(options.Now), known: newKnown(options.Row)}
	for i, origin := range options.Origins {
		origin = strings.TrimRight(strings.ToLower(strings.TrimSpace(origin)), "/")
		if err := s.cross.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("allowed origin %d: %w", i+1, err)
		}
	}
	s.bindRefresh()
	s.bindKnown()
	return s, nil
}

// Mount gives the Session the router that its requests to PocketBase go
// through. Call it in OnServe after e.Next(), when every route is registered.
func (s *Session) Mount(e *core.ServeEvent) error { return s.Inner.Mount(e) }

// SignInPath is the sign-in page that leads back to next.
func (s *Session) SignInPath(next string) string { return s.path("/sign-in/", next) }

// SignUpPath is the sign-up page that leads back to next.
func (s *Session) SignUpPath(next string) string { return s.path("/sign-up/", next) }

func (s *Session) collection() (*core.Collection, error) {
	return s.App.FindCachedCollectionByNameOrId(s.Users)
}
