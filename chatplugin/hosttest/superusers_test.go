package hosttest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/migrated"
)

// With superusers alone there is nobody to chat: everything is shown to guests
// as to anybody, and a superuser is one of them.
func TestSuperusersOnly(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	root := app.Superuser()
	if n, err := app.CountRecords("users"); err != nil || n != 0 {
		t.Fatalf("premise: %d users, %v", n, err)
	}
	for path, status := range map[string]int{"/chat/": 303, "/chat/sign-in/": 200, "/chat/sign-up/": 200, "/chat/widget.js": 200} {
		for _, who := range []*chattest.Client{app.Client(nil), app.WithToken(root)} {
			if got := who.Get(path); got.Status != status {
				t.Errorf("%s: %d", path, got.Status)
			}
		}
	}
	if got := app.WithToken(root).Do(http.MethodPost, "/chat/session/", nil); got.Status < 400 {
		t.Errorf("a superuser got a session: %d", got.Status)
	}
	if socket, status, _ := app.WithToken(root).TrySocket("/ws/chat/inbox/"); socket != nil || status != http.StatusUnauthorized {
		t.Errorf("a superuser got a socket: %d", status)
	}
	for _, collection := range ours {
		if got := app.WithToken(root).Get(records(collection)); got.Status != 200 || !strings.Contains(got.Body, `"items":[]`) {
			t.Errorf("%s: %d %s", collection, got.Status, got.Body)
		}
	}
	if got := app.Client(nil).Post("/chat/sign-up/", chattest.Form("name", "Ann", "email", "ann@example.com",
		"password", chattest.Password, "passwordConfirm", chattest.Password)); got.Status >= 400 {
		t.Errorf("the first to sign up: %d %s", got.Status, got.Body)
	}
}

// Without a collection of people the start is refused, and says what to do.
func TestNoUsersCollection(t *testing.T) {
	for name, config := range map[string]chatplugin.Config{
		"a name that nothing has":  {Users: chatplugin.Users{Collection: "members"}},
		"one that cannot sign in":  {Users: chatplugin.Users{Collection: "plain"}},
		"the operators themselves": {Users: chatplugin.Users{Collection: core.CollectionNameSuperusers}},
	} {
		t.Run(name, func(t *testing.T) {
			app := migrated.App(t)
			if err := app.Save(core.NewBaseCollection("plain")); err != nil {
				t.Fatal(err)
			}
			_, err := chatplugin.Register(app, config)
			if err == nil {
				router, routerErr := apis.NewRouter(app)
				if routerErr != nil {
					t.Fatal(routerErr)
				}
				err = app.OnServe().Trigger(&core.ServeEvent{App: app, Router: router, Server: &http.Server{}}, func(*core.ServeEvent) error { return nil })
			}
			if err == nil || !strings.Contains(err.Error(), "Config.Users.Collection") || !strings.Contains(err.Error(), config.Users.Collection) {
				t.Errorf("started with %v", err)
			}
		})
	}
}
