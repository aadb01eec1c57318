package session

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"
	"github.com/pocketbase/pocketbase/tools/security"

	"pocketchat/chatplugin/internal/migrated"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/chatplugin/internal/web/throttle"
	"pocketchat/templates"
)

// house is a real PocketBase application with our routes, on a real server.
type house struct {
	*testing.T
	app     *tests.TestApp
	session *Session
	server  *httptest.Server
	clock   *clock

	mu    sync.Mutex
	ended []string // "user/session" of each OnSignOut
}

// clock is the time of the session, ahead of the real one by what a test says.
// PocketBase keeps the real one.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

func newHouse(t *testing.T, options ...func(*house, *Options)) *house {
	t.Helper()
	app := migrated.App(t)
	h := &house{T: t, app: app, clock: &clock{}}
	answers := answer.New(answer.Options{Views: shownFailures, Page: func(e *core.RequestEvent) templates.Page {
		return templates.Page{Site: templates.Site{Base: "/chat"}}
	}})
	opts := Options{
		App: app, Base: "/chat", Users: "users", NameField: "name", SignUp: true,
		Answers: answers, Views: shownViews, Now: h.clock.Now, Row: row,
		Throttle: throttle.New(throttle.Options{Rates: throttle.Rates{Off: true}}),
		OnSignOut: func(user, session string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.ended = append(h.ended, user+"/"+session)
		},
	}
	for _, option := range options {
		option(h, &opts)
	}
	var err error
	if h.session, err = New(opts); err != nil {
		t.Fatal(err)
	}
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		h.routes(e, opts.Answers)
		if err := e.Next(); err != nil {
			return err
		}
		return h.session.Mount(e)
	})
	router, err := apis.NewRouter(app)
	if err != nil {
		t.Fatal(err)
	}
	event := &core.ServeEvent{App: app, Router: router}
	var mux http.Handler
	err = app.OnServe().Trigger(event, func(e *core.ServeEvent) error {
		mux, err = e.Router.BuildMux()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.server = httptest.NewServer(mux)
	t.Cleanup(h.server.Close)
	return h
}

// row is an account's row, as the store answers it.
func row(e *core.RequestEvent, users *core.Collection, id string) (dbx.NullStringMap, error) {
	found := dbx.NullStringMap{}
	err := e.App.ConcurrentDB().Select("*").From(users.Name).Where(dbx.HashExp{"id": id}).One(found)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return found, err
}

// routes binds the handlers as the web package does.
func (h *house) routes(e *core.ServeEvent, answers *answer.Answers) {
	s := h.session
	g := e.Router.Group("/chat")
	g.Bind(answers.Middleware(), s.Recall(), s.Load(), s.Protect())
	g.GET("/sign-in/", s.SignInForm)
	g.POST("/sign-in/", s.SignIn)
	g.GET("/sign-up/", s.SignUpForm)
	g.POST("/sign-up/", s.SignUp)
	g.POST("/sign-out/", s.SignOut)
	g.POST("/session/", s.Create)
	g.DELETE("/session/", s.Delete)
	g.GET("/", h.whoAmI).Bind(s.Require())
	g.POST("/act/", h.whoAmI).Bind(s.Require())
	g.GET("/watch/", h.watch).Bind(s.Require())
	e.Router.GET("/api/who", func(e *core.RequestEvent) error {
		if e.Auth == nil {
			return e.String(200, "guest")
		}
		return e.String(200, e.Auth.Id)
	})
}

func (h *house) whoAmI(e *core.RequestEvent) error {
	return e.String(200, Viewer(e).Id+" "+SessionID(e))
}

// watch answers what the renewer of this request's session says.
func (h *house) watch(e *core.RequestEvent) error {
	watchers.Store(e.Request.URL.Query().Get("as"), h.session.Renewer(e))
	return e.NoContent(204)
}

var watchers sync.Map

type renewer = func(context.Context) (time.Time, bool)

// watched returns the renewer that the client's request left under a name.
func (h *house) watched(c *client, name string) renewer {
	h.Helper()
	name = h.Name() + name
	if got := c.get("/chat/watch/?as=" + url.QueryEscape(name)); got.status != 204 {
		h.Fatalf("watch: %d %s", got.status, got.body)
	}
	renew, _ := watchers.Load(name)
	return renew.(renewer)
}

// user makes an account of the users collection.
func (h *house) user(email, password string) *core.Record {
	h.Helper()
	return h.account("users", email, password)
}

func (h *house) account(collection, email, password string) *core.Record {
	h.Helper()
	c, err := h.app.FindCollectionByNameOrId(collection)
	if err != nil {
		h.Fatal(err)
	}
	record := core.NewRecord(c)
	record.SetEmail(email)
	record.SetPassword(password)
	record.SetVerified(true)
	if err := h.app.Save(record); err != nil {
		h.Fatal(err)
	}
	return record
}

func (h *house) users(change func(*core.Collection)) {
	h.Helper()
	users, err := h.app.FindCollectionByNameOrId("users")
	if err != nil {
		h.Fatal(err)
	}
	change(users)
	if err := h.app.Save(users); err != nil {
		h.Fatal(err)
	}
}

func (h *house) token(record *core.Record) string {
	h.Helper()
	token, err := record.NewAuthToken()
	if err != nil {
		h.Fatal(err)
	}
	return token
}

// life is how long PocketBase's tokens of users last.
func (h *house) life() time.Duration {
	users, err := h.app.FindCachedCollectionByNameOrId("users")
	if err != nil {
		h.Fatal(err)
	}
	return users.AuthToken.DurationTime()
}

// aged is a token of the record's as PocketBase made it some time ago: so much
// of its life is left.
func (h *house) aged(record *core.Record, left time.Duration) string {
	h.Helper()
	token, err := security.NewJWT(map[string]any{
		core.TokenClaimType:         core.TokenTypeAuth,
		core.TokenClaimId:           record.Id,
		core.TokenClaimCollectionId: record.Collection().Id,
		core.TokenClaimRefreshable:  true,
	}, record.TokenKey()+record.Collection().AuthToken.Secret, left)
	if err != nil {
		h.Fatal(err)
	}
	return token
}

// endings are the ends of sessions told so far.
func (h *house) endings() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.ended...)
}

// client is a browser: it keeps cookies and follows no redirect by itself.
// clientWith is a browser that has a session already.
// as is the same browser with other headers.
// cookie is the session cookie that the answer sets, or nil.
// shown is the view model that the test's own page prints.
// signIn signs in and checks that it worked: a test's premise.
// jarCookie is the session as this browser keeps it.
// shown is what the test's pages print instead of HTML.
// mails waits until so many were sent: PocketBase sends in the background.
func (h *house) mails(n int) {
	h.Helper()
	for deadline := time.Now().Add(10 * time.Second); h.app.TestMailer.TotalSend() < n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.Fatalf("%d mails, want %d", h.app.TestMailer.TotalSend(), n)
		}
	}
}
