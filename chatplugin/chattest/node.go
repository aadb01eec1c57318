package chattest

import (
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"

	"pocketchat/chatplugin"
)

// Node makes another application on this one's data folder, as a second process
// would be: nothing is common to both but the database. It ends before this one.
func (a *App) Node(config chatplugin.Config) *App {
	a.t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{
		DataDir: a.DataDir(), EncryptionEnv: a.EncryptionEnv(), DBConnect: connect,
	})
	if err := app.Bootstrap(); err != nil {
		a.t.Fatalf("a second app could not be made: %v", err)
	}
	app.Settings().Logs.MaxDays = 0
	node := &App{
		TestApp: &tests.TestApp{BaseApp: app, TestMailer: &tests.TestMailer{}}, t: a.t, shares: true,
	}
	node.register(a.t, config)
	return node
}

// connect takes the write lock when a transaction begins, as several writers need.
func connect(path string) (*dbx.DB, error) {
	return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)"+
		"&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(ON)&_txlock=immediate")
}

func (a *App) register(t testing.TB, config chatplugin.Config) {
	t.Helper()
	if config.Rates == (chatplugin.Rates{}) {
		config.Rates.Off = true
	}
	chat, err := chatplugin.Register(a.TestApp, config)
	if err != nil {
		t.Fatalf("the chat could not be registered: %v", err)
	}
	a.Chat, a.people = chat, config.Users
	if a.people.Collection == "" {
		a.people.Collection = "users"
	}
	if a.people.NameField == "" {
		a.people.NameField = "name"
	}
	t.Cleanup(a.stop)
}

// end is what a process does at its end that leaves the folder to others.
func (a *App) end() {
	a.Terminate()
	if err := a.ResetBootstrapState(); err != nil {
		a.t.Errorf("the second app did not end: %v", err)
	}
}

// At stands for an application that runs elsewhere, as a process of its own: it
// has a URL, and clients by [App.WithToken].
func At(t testing.TB, url string) *App { return &App{URL: url, t: t} }
