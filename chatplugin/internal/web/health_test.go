package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// word asks how the chat is doing, as a stranger or, with a token, as an operator.
func word(app *chattest.App, token string) (status int, body string) {
	headers := asJSON
	if token != "" {
		headers = []string{"Authorization", "Bearer " + token}
	}
	got := app.Client(nil).Get("/chat/health/", headers...)
	return got.Status, got.Body
}

// becomes waits for an operator's answer: one is good for a second.
func becomes(t *testing.T, app *chattest.App, status int, body string) {
	t.Helper()
	turns(t, app, scraper, status, body)
}

func turns(t *testing.T, app *chattest.App, token string, status int, body string) {
	t.Helper()
	last, said := 0, ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		last, said = word(app, token)
		if token != scraper && strings.Contains(said, "reasons") {
			t.Fatalf("a stranger hears %s", said)
		}
		if last == status && said == body+"\n" {
			return
		}
	}
	t.Fatalf("health is %d %s and does not become %d %s", last, said, status, body)
}

// strangers hear no more than the word.
func strangers(t *testing.T, app *chattest.App, person string, status int, body string) {
	t.Helper()
	for _, token := range []string{"", person, scraper + "x"} {
		turns(t, app, token, status, body)
	}
}

func TestHealthOfADatabase(t *testing.T) {
	app := watched(t)
	becomes(t, app, 200, `{"status":"ok"}`)
	ann, eve := app.User("Ann"), app.Token(app.User("Eve"))
	strangers(t, app, eve, 200, `{"status":"ok"}`)

	query := func(sql string) {
		if _, err := app.NonconcurrentDB().NewQuery(sql).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	query("PRAGMA query_only = ON") // on the one connection that writes
	becomes(t, app, 200, `{"status":"degraded","reasons":["read_only"]}`)
	strangers(t, app, eve, 200, `{"status":"degraded"}`)
	if got := app.Client(ann).Get("/chat/"); got.Status != 200 {
		t.Errorf("reading: %d", got.Status)
	}
	query("PRAGMA query_only = OFF")
	becomes(t, app, 200, `{"status":"ok"}`)

	// Somebody holds the only writer for longer than one waits.
	held, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- app.RunInTransaction(func(core.App) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	becomes(t, app, 200, `{"status":"degraded","reasons":["busy"]}`)
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	becomes(t, app, 200, `{"status":"ok"}`)
}

// A full disk takes what needs no room; the first message that it does not take
// tells.
func TestHealthOfAFullDisk(t *testing.T) {
	app := watched(t)
	ann := app.User("Ann")
	room := app.Group("Club", ann)
	becomes(t, app, 200, `{"status":"ok"}`)
	limit := func(pages string) {
		if _, err := app.NonconcurrentDB().NewQuery("PRAGMA max_page_count = " + pages).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	long := strings.Repeat("word ", 700)
	limit("1") // which means: no more than there are
	refused := 0
	for range 200 {
		if got := app.Client(ann).Post("/chat/"+room+"/send/", chattest.Form("body", long)); got.Status >= 500 {
			refused++
			break
		}
	}
	if refused == 0 {
		t.Fatal("premise: the disk never got full")
	}
	becomes(t, app, 200, `{"status":"degraded","reasons":["full"]}`)
	limit("1000000")
	if got := app.Client(ann).Post("/chat/"+room+"/send/", chattest.Form("body", long)); got.Status != 200 {
		t.Fatalf("sending again: %d", got.Status)
	}
	becomes(t, app, 200, `{"status":"ok"}`)
	has(t, figures(t, app), `pocketchat_sends_refused_total{reason="full"} 1`)
}

func TestHealthWithoutRedis(t *testing.T) {
	server := miniredis.RunT(t)
	app := chattest.NewApp(t, chatplugin.Config{
		Metrics:  chatplugin.Metrics{On: true, Token: scraper},
		Realtime: chatplugin.Realtime{Redis: chatplugin.Redis{Address: server.Addr()}},
	}).Serve()
	becomes(t, app, 200, `{"status":"ok"}`)
	has(t, figures(t, app), "pocketchat_nodes_reached 1", "pocketchat_nodes_lost_total 0")
	server.Close()
	becomes(t, app, 200, `{"status":"degraded","reasons":["redis"]}`)
	strangers(t, app, app.Token(app.User("Eve")), 200, `{"status":"degraded"}`)
	has(t, figures(t, app), "pocketchat_nodes_reached 0", "pocketchat_nodes_lost_total 1")
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	becomes(t, app, 200, `{"status":"ok"}`)
}

func TestHealthOfWhatIsDead(t *testing.T) {
	app := watched(t)
	ann := app.Token(app.User("Ann"))
	becomes(t, app, 200, `{"status":"ok"}`)
	if _, err := app.NonconcurrentDB().NewQuery("ALTER TABLE chat_rooms RENAME TO elsewhere").Execute(); err != nil {
		t.Fatal(err)
	}
	becomes(t, app, http.StatusServiceUnavailable, `{"status":"dead","reasons":["database"]}`)
	strangers(t, app, ann, http.StatusServiceUnavailable, `{"status":"dead"}`)
	if _, err := app.NonconcurrentDB().NewQuery("ALTER TABLE elsewhere RENAME TO chat_rooms").Execute(); err != nil {
		t.Fatal(err)
	}
	becomes(t, app, 200, `{"status":"ok"}`)
	app.Terminate()
	becomes(t, app, http.StatusServiceUnavailable, `{"status":"dead","reasons":["stopping"]}`)
}
