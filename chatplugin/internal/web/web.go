// Package web answers the chat's pages, fragments and sockets. [Routes] is
// all there is, in one list; each action stands in a small file of its own.
//
// A handler reads by package store, changes by package act and answers by
// package answer. It holds no rule: who may do what is decided by package
// guard at the save, whichever entrance the change came by.
package web

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/act"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/live"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/view"
	"pocketchat/chatplugin/internal/watch"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/chatplugin/internal/web/session"
	"pocketchat/chatplugin/internal/web/throttle"
	"pocketchat/pb_public"
	"pocketchat/templates"
)

// Options are what the pages are made of.
type Options struct {
	App      core.App
	Acts     *act.Acts
	Store    *store.Store
	View     *view.View // its Site says where the pages are
	Live     *live.Live
	Hub      *hub.Hub
	Watch    *watch.Watch
	Assets   *pb_public.Assets
	Limits   chat.Limits
	Throttle *throttle.Throttle
	Origins  []string // foreign origins whose requests are let in

	Words        Words         // zero fields take the default
	AnswerWords  answer.Words  // zero fields take the default
	SessionWords session.Words // zero fields take the default
}

// Web has the handlers. Make it with [New], and bind it in OnServe.
type Web struct {
	Options
	Views   *Views
	base    string
	answers *answer.Answers
	session *session.Session
	thumbs  *thumbs
	runs    runs
	rows    rows
}

// New makes the pages. It fails where an origin isn't one.
func New(options Options) (*Web, error) {
	options.Limits = options.Limits.WithDefaults()
	options.Words = options.Words.WithDefaults()
	options.Origins = origins(options.Origins)
	w := &Web{Options: options, Views: options.View.Site.View(), base: options.View.Site.Base, thumbs: newThumbs(), runs: newRuns(), rows: newRows()}
	w.answers = answer.New(answer.Options{
		Views: answer.Views{FailurePage: w.Views.FailurePage, FailureFragment: w.Views.FailureFragment},
		Page:  w.page,
		Words: options.AnswerWords, Say: w.say, Origins: options.Origins,
	})
	people := options.Store.Users
	signing, err := session.New(session.Options{
		App: options.App, Base: w.base, Users: people.Collection, NameField: people.NameField,
		Origins: options.Origins, SignUp: options.View.Site.SignUp, Answers: w.answers, Throttle: options.Throttle,
		Views: sessionViews(w.Views), Words: options.SessionWords, OnSignOut: w.signedOut,
		Row: w.rows.account,
	})
	w.session = signing
	if err == nil {
		w.bindTopics()
		w.Live.OnEnd(signing.Ended)
	}
	return w, err
}

// origins are as browsers spell them.
func origins(written []string) []string {
	spelt := make([]string, len(written))
	for i, origin := range written {
		spelt[i] = strings.TrimRight(strings.ToLower(strings.TrimSpace(origin)), "/")
	}
	return spelt
}

// signedOut closes the sockets of a session that ended; of all of the user's,
// where no session is named.
func (w *Web) signedOut(user, session string) {
	if session == "" {
		w.Hub.Disconnect(user, hub.CodeRevoked)
		return
	}
	w.Hub.DisconnectSession(user, session, hub.CodeRevoked)
}

// page is what every page knows of the request: where it stands and whose it is.
func (w *Web) page(e *core.RequestEvent) templates.Page {
	spoken := w.speaking(e)
	page := templates.Page{Site: spoken.Site, Viewer: spoken.Viewer(session.Viewer(e))}
	if page.Panel = w.inPanel(e.Request.URL.Path); page.Panel {
		page.Outside, page.Origins = w.outside(e.Request.URL.Path), w.Origins
	}
	if page.App == "" {
		page.App = appName(e.App)
	}
	return page
}

// appName is how the host calls itself in PocketBase's settings, unless it has
// left PocketBase's own example there.
func appName(app core.App) string {
	if name := app.Settings().Meta.AppName; name != "" && name != "Acme" {
		return name
	}
	return "Chat"
}
