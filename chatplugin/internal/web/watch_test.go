package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/migrated"
)

const scraper = "a token that scrapers know"

func watched(t *testing.T) *chattest.App {
	return chattest.NewApp(t, chatplugin.Config{Metrics: chatplugin.Metrics{On: true, Token: scraper}}).Serve()
}

// figures asks for the metrics as a scraper does.
func figures(t *testing.T, app *chattest.App) string {
	t.Helper()
	got := app.Client(nil).Get("/chat/metrics/", "Authorization", "Bearer "+scraper)
	if got.Status != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/plain") {
		t.Fatalf("%d %s", got.Status, got.Header.Get("Content-Type"))
	}
	return got.Body
}

func has(t *testing.T, body string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains("\n"+body, "\n"+line+"\n") {
			name, _, _ := strings.Cut(line, " ")
			t.Errorf("no %q but %q", line, regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(strings.SplitN(name, "{", 2)[0])+`[{ ].*$`).FindAllString(body, -1))
		}
	}
}

// The figures are for superusers and for who has the token. For everybody else
// they do not exist, as for all where nobody switched them on.
func TestMetricsAreForOperators(t *testing.T) {
	on, off := watched(t), chattest.NewApp(t, chatplugin.Config{}).Serve()
	has(t, figures(t, on), "pocketchat_people 0")
	for _, path := range []string{"/chat/metrics", "/chat/metrics/"} {
		if got := on.Client(nil).Get(path, "Authorization", on.Superuser()); got.Status != http.StatusOK {
			t.Errorf("a superuser: %d", got.Status)
		}
		nothing := on.Client(nil).Get("/chat/no/such/page/", asJSON...)
		ann := on.User("Ann")
		for who, client := range map[string]chattest.Answer{
			"a guest":               on.Client(nil).Get(path, asJSON...),
			"a wrong token":         on.Client(nil).Get(path, append(asJSON, "Authorization", "Bearer "+scraper+"x")...),
			"no token":              on.Client(nil).Get(path, append(asJSON, "Authorization", "Bearer ")...),
			"a person":              on.Client(ann).Get(path, asJSON...),
			"a person by the token": on.WithToken(on.Token(ann)).Get(path, asJSON...),
			"a superuser, off":      off.Client(nil).Get(path, append(asJSON, "Authorization", off.Superuser())...),
			"an empty token, off":   off.Client(nil).Get(path, append(asJSON, "Authorization", "Bearer ")...),
		} {
			if client.Status != http.StatusNotFound || client.Body != nothing.Body {
				t.Errorf("%s: %d %s", who, client.Status, client.Body)
			}
		}
	}
	if got := on.Client(nil).Do(http.MethodPost, "/chat/metrics/", nil, "Authorization", "Bearer "+scraper); got.Status < 400 {
		t.Errorf("a POST: %d", got.Status)
	}
}

func TestMetricsTokenIsNoWord(t *testing.T) {
	app := migrated.App(t)
	if _, err := chatplugin.Register(app, chatplugin.Config{Metrics: chatplugin.Metrics{On: true, Token: "scraper"}}); err == nil || !strings.Contains(err.Error(), "Metrics.Token") {
		t.Errorf("a short token: %v", err)
	}
	if _, err := chatplugin.Register(app, chatplugin.Config{Metrics: chatplugin.Metrics{On: true, Token: scraper}}); err != nil {
		t.Errorf("a long token: %v", err)
	}
}

// What happens is counted, and two applications in one process count by
// themselves.
func TestMetricsCount(t *testing.T) {
	app, other := watched(t), watched(t)
	ann, bob, eve := app.User("Ann"), app.User("Bob"), app.User("Eve")
	room := app.Group("Ghosts", ann, bob)
	const sockets = `pocketchat_requests_total{code="101",route="GET /ws/{id}/"} 3`
	has(t, figures(t, app), `pocketchat_connections{kind="room"} 0`, `pocketchat_sends_total{result="created"} 0`)

	socket := app.Client(bob).Socket("/ws/chat/" + room + "/")
	socket.Synced()
	inbox := app.Client(ann).Socket("/ws/chat/inbox/")
	inbox.Synced()
	for range 2 { // the second one is the same message
		if got := app.Client(ann).Post("/chat/"+room+"/send/", chattest.Form("body", "boo", "client_id", "c1")); got.Status != 200 {
			t.Fatalf("sending: %d", got.Status)
		}
	}
	socket.Wait("the message", func(f chattest.Frame) bool { return f.Message().Text("body") == "boo" })
	if got := app.Client(ann).Post("/chat/"+room+"/send/", chattest.Form("body", " ")); got.Status != 422 {
		t.Fatalf("an empty one: %d", got.Status)
	}
	if got := app.Client(eve).Post("/chat/"+room+"/send/", chattest.Form("body", "boo")); got.Status != 404 {
		t.Fatalf("a stranger's: %d", got.Status)
	}
	for range 2 {
		got := app.Client(ann).JSON(http.MethodPost, "/api/collections/chat_messages/records", map[string]any{"room": room, "body": "boo", "client_id": "c2"})
		if got.Status != 200 {
			t.Fatalf("sending over REST: %d %s", got.Status, got.Body)
		}
	}
	for _, resume := range []string{"?rev=0", "?rev=999999"} {
		s := app.Client(ann).Socket("/ws/chat/" + room + "/" + resume)
		s.Wait("an answer", func(f chattest.Frame) bool { return f.Type() == "synced" || f.Type() == "reload" })
		s.Cut()
	}
	body := figures(t, app)
	// A socket is counted once it was handed over, which its first frame may overtake.
	for begun := time.Now(); !strings.Contains(body, sockets) && time.Since(begun) < chattest.Patience; body = figures(t, app) {
		time.Sleep(time.Millisecond)
	}
	has(t, body,
		`pocketchat_connections{kind="list"} 1`, `pocketchat_people 2`,
		`pocketchat_sends_total{result="created"} 2`, `pocketchat_sends_total{result="repeated"} 2`, `pocketchat_sends_total{result="refused"} 2`,
		`pocketchat_sends_refused_total{reason="invalid"} 1`, `pocketchat_sends_refused_total{reason="not_found"} 1`, `pocketchat_sends_refused_total{reason="busy"} 0`,
		`pocketchat_resumes_total{answer="nothing"} 1`, `pocketchat_resumes_total{answer="missed"} 1`, `pocketchat_resumes_total{answer="reload"} 1`,
		`pocketchat_requests_total{code="200",route="POST /{id}/send/"} 2`, `pocketchat_requests_total{code="422",route="POST /{id}/send/"} 1`,
		`pocketchat_requests_total{code="404",route="POST /{id}/send/"} 1`, `pocketchat_request_seconds_count{route="POST /{id}/send/"} 4`,
		sockets, `pocketchat_requests_total{code="101",route="GET /ws/inbox/"} 1`,
		`pocketchat_revisions_reserved 0`, `pocketchat_frames_dropped_total 0`,
	)
	for _, name := range []string{"go_goroutines", "go_sql_open_connections", "pocketchat_frames_delivered_total", "pocketchat_frame_bytes_total"} {
		if !regexp.MustCompile(`(?m)^` + name + `(\{.*\})? [1-9]`).MatchString(body) {
			t.Errorf("no %s above 0", name)
		}
	}
	if strings.Contains(body, "pocketchat_nodes") {
		t.Error("other nodes are counted where there are none")
	}
	has(t, figures(t, other), `pocketchat_sends_total{result="created"} 0`, `pocketchat_people 0`)
	nobodyInLabels(t, body, room, ann.Id, bob.Id, eve.Id, ann.Email(), "boo", "Ghosts", "c1")
}

// nobodyInLabels holds that figures name nobody, and that their labels are few.
func nobodyInLabels(t *testing.T, body string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(body, secret) {
			t.Errorf("the figures hold %q", secret)
		}
	}
	if series := strings.Count(body, "\npocketchat_"); series > 1500 {
		t.Errorf("%d series", series)
	}
}

// Addresses that nobody foresaw make no new series.
func TestMetricsKnowRoutesAlone(t *testing.T) {
	app := watched(t)
	ann := app.Client(app.User("Ann"))
	before := strings.Count(figures(t, app), "\npocketchat_requests_total")
	for _, path := range []string{"/chat/whatever1/", "/chat/whatever2/info/", "/chat/whatever3/fly/", "/chat/widget/whatever4/", "/chat/a/b/c/d/", "/ws/chat/whatever5/", "/chat/%00/"} {
		if got := ann.Get(path); got.Status != 404 {
			t.Errorf("premise: %s: %d", path, got.Status)
		}
	}
	body := figures(t, app)
	if strings.Contains(body, "whatever") {
		t.Error("an address is a label")
	}
	// The metrics themselves, a room, its details, a socket, and all others.
	if after := strings.Count(body, "\npocketchat_requests_total"); after-before > 5 {
		t.Errorf("%d series before, %d after", before, after)
	}
	has(t, body, `pocketchat_requests_total{code="404",route="other"} 2`, `pocketchat_requests_total{code="404",route="GET /{id}/"} 3`)
}
