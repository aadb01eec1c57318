package chattest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/migrated"
)

// Password is every test user's.
const Password = "correct horse battery"

// App is an application under test. It ends with its test.
type App struct {
	*tests.TestApp
	Chat *chatplugin.Chat
	URL  string // of the server, once Serve was called

	t      testing.TB
	people chatplugin.Users // as the config calls them
	shares bool             // the data folder is another's
	server *httptest.Server
}

// count makes names unique within a test binary.
var count atomic.Int64

// NewApp makes an application. Throttles are off unless the config sets rates.
func NewApp(t testing.TB, config chatplugin.Config) *App {
	t.Helper()
	a := &App{TestApp: migrated.Open(t), t: t}
	a.register(t, config)
	if err := migrated.QuickPasswords(a, a.people.Collection); err != nil {
		t.Fatal(err)
	}
	return a
}

// Serve starts a server on a free port, as `./app serve` does but for the
// installer and TLS.
func (a *App) Serve() *App {
	a.t.Helper()
	router, err := apis.NewRouter(a.TestApp)
	if err != nil {
		a.t.Fatal(err)
	}
	event := &core.ServeEvent{App: a.TestApp, Router: router, Server: &http.Server{ReadHeaderTimeout: time.Minute}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		a.t.Fatal(err)
	}
	event.Listener = listener
	err = a.OnServe().Trigger(event, func(e *core.ServeEvent) error {
		mux, err := e.Router.BuildMux()
		if err != nil {
			return err
		}
		e.Server.Handler = mux
		a.server = &httptest.Server{Listener: e.Listener, Config: e.Server}
		a.server.Start()
		return nil
	})
	if err != nil {
		a.t.Fatalf("the server did not start: %v", err)
	}
	a.URL = a.server.URL
	return a
}

// stop closes sockets first, as PocketBase does: a server waits for them.
func (a *App) stop() {
	if a.shares {
		a.end()
	} else {
		a.Cleanup()
	}
	if a.server != nil {
		a.server.CloseClientConnections()
		a.server.Close()
	}
}

// Terminate lets the application stop, as a signal does. The database stays open
// until the test ends.
func (a *App) Terminate() {
	a.t.Helper()
	event := &core.TerminateEvent{App: a.TestApp}
	if err := a.OnTerminate().Trigger(event, func(e *core.TerminateEvent) error { return e.Next() }); err != nil {
		a.t.Fatalf("the application did not stop: %v", err)
	}
}

// User makes a user who can sign in; the e-mail address is made from the name.
func (a *App) User(name string) *core.Record {
	a.t.Helper()
	collection, err := a.FindCollectionByNameOrId(a.people.Collection)
	if err != nil {
		a.t.Fatal(err)
	}
	user := core.NewRecord(collection)
	user.SetEmail(fmt.Sprintf("u%d@example.com", count.Add(1)))
	user.SetPassword(Password)
	user.SetVerified(true)
	user.Set(a.people.NameField, name)
	a.save(user)
	return user
}

// Users makes one user of each name.
func (a *App) Users(names ...string) []*core.Record {
	a.t.Helper()
	users := make([]*core.Record, len(names))
	for i, name := range names {
		users[i] = a.User(name)
	}
	return users
}

// Token is a user's auth token, as a sign-in answers it.
func (a *App) Token(user *core.Record) string {
	a.t.Helper()
	token, err := user.NewAuthToken()
	if err != nil {
		a.t.Fatal(err)
	}
	return token
}

// Superuser answers the auth token of a superuser.
func (a *App) Superuser() string {
	a.t.Helper()
	collection, err := a.FindCollectionByNameOrId(core.CollectionNameSuperusers)
	if err != nil {
		a.t.Fatal(err)
	}
	record := core.NewRecord(collection)
	record.SetEmail(fmt.Sprintf("root%d@example.com", count.Add(1)))
	record.SetPassword(Password)
	a.save(record)
	return a.Token(record)
}

func (a *App) save(record *core.Record) {
	a.t.Helper()
	if err := a.Save(record); err != nil {
		a.t.Fatalf("%s was not saved: %v", record.Collection().Name, err)
	}
}
