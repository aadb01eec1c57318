package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/web"
)

// routes are all routes of an app with the default config, once with and once
// without the slash at their end.
func routes() (all []web.Route) {
	for _, route := range web.Routes("/chat", "/ws/chat") {
		slashed := route
		slashed.Path += "/"
		all = append(all, route, slashed)
	}
	return all
}

func at(route web.Route, room string) string {
	return strings.NewReplacer("{id}", room, "{file}", "none.js").Replace(route.Path)
}

// ask sends the request that a route is for, with nothing in its body.
func ask(c *chattest.Client, route web.Route, room string, extra ...string) chattest.Answer {
	if route.Method == http.MethodPost {
		extra = append(extra, "Content-Type", "application/x-www-form-urlencoded")
		return c.Do(route.Method, at(route, room), strings.NewReader(""), extra...)
	}
	return c.Do(route.Method, at(route, room), nil, extra...)
}

var (
	asPage = []string{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Mode", "navigate"}
	asHTMX = []string{"Accept", "text/html", "HX-Request", "true"}
	asJSON = []string{"Accept", "application/json"}
)

func name(route web.Route) string { return route.Method + " " + route.Path }

func TestGuestsAreSentToSignIn(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	guest := app.Client(nil)
	for _, route := range routes() {
		if route.Access < web.SignedIn {
			continue
		}
		t.Run(name(route), func(t *testing.T) {
			page, htmx, json := ask(guest, route, room, asPage...), ask(guest, route, room, asHTMX...), ask(guest, route, room, asJSON...)
			if json.Status != 401 || json.Field("message") == "" || json.Field("status") != 401.0 {
				t.Errorf("JSON: %d %s", json.Status, json.Body)
			}
			if route.Socket {
				if page.Status != 401 {
					t.Errorf("a socket: %d", page.Status)
				}
				return
			}
			if to := page.Header.Get("Location"); page.Status != 303 || !strings.HasPrefix(to, "/chat/sign-in/") {
				t.Errorf("a page: %d to %q", page.Status, to)
			}
			if to := htmx.Header.Get("HX-Redirect"); htmx.Status != 401 || !strings.HasPrefix(to, "/chat/sign-in/") {
				t.Errorf("htmx: %d to %q", htmx.Status, to)
			}
		})
	}
	signIn := guest.Get("/chat/"+room+"/info/", asPage...).Header.Get("Location")
	if signIn != "/chat/sign-in/?next=%2Fchat%2F"+room+"%2Finfo%2F" {
		t.Errorf("the sign-in page leads back by %q", signIn)
	}
}

// TestF16_StrangersHearNothing walks every route about a room as somebody who
// is not in it. The answer is the one about a room that does not exist.
func TestF16_StrangersHearNothing(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob, eve := app.User("Ann"), app.User("Bob"), app.User("Eve")
	direct, group := app.Direct(ann, bob), app.Group("Secret", ann, bob)
	message := app.Message(group, ann, "for members")
	member, stranger := app.Client(ann), app.Client(eve)
	if got := member.Get("/chat/" + group + "/"); got.Status != 200 || !strings.Contains(got.Body, "for members") {
		t.Fatalf("a member sees the room: %d", got.Status)
	}
	const nowhere = "abcdefghijklmno"
	walked := 0
	for _, route := range routes() {
		if route.Access != web.Members {
			continue
		}
		walked++
		t.Run(name(route), func(t *testing.T) {
			for _, headers := range [][]string{asPage, asHTMX, asJSON} {
				unknown := ask(stranger, route, nowhere, headers...)
				if unknown.Status != 404 {
					t.Fatalf("an unknown room: %d %s", unknown.Status, unknown.Body)
				}
				for _, room := range []string{direct, group} {
					got := ask(stranger, route, room, headers...)
					if got.Status != 404 || strings.ReplaceAll(got.Body, room, nowhere) != unknown.Body {
						t.Errorf("%s: %d, not the 404 of an unknown room:\n%s\n%s", room, got.Status, got.Body, unknown.Body)
					}
					for header := range unknown.Header {
						if header != "Date" && header != "Content-Security-Policy" && got.Header.Get(header) != unknown.Header.Get(header) {
							t.Errorf("%s tells them apart: %q and %q", header, got.Header.Get(header), unknown.Header.Get(header))
						}
					}
				}
			}
		})
	}
	if walked < 30 {
		t.Fatalf("only %d routes were walked", walked)
	}
	for _, path := range []string{"/messages/?before=" + message.Id, "/messages/?after=0", "/messages/?around=" + message.Id, "/file/?m=" + message.Id + "&f=x"} {
		if got := stranger.Get("/chat/" + group + path); got.Status != 404 {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
	if app.Member(group, eve) != nil {
		t.Error("the stranger is a member now")
	}
}

// A removed member is a stranger like any other.
func TestF16_RemovedMembersAreStrangers(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	group := app.Group("Club", ann, bob)
	if got := app.Client(bob).Get("/chat/" + group + "/"); got.Status != 200 {
		t.Fatalf("a member: %d", got.Status)
	}
	if got := app.Client(ann).Post("/chat/"+group+"/edit/", chattest.Form("action", "remove", "user", bob.Id)); got.Status != 200 {
		t.Fatalf("removing: %d %s", got.Status, got.Body)
	}
	for _, route := range routes() {
		if route.Access == web.Members {
			if got := ask(app.Client(bob), route, group, asJSON...); got.Status != 404 {
				t.Errorf("%s: %d", name(route), got.Status)
			}
		}
	}
}

// Every route answers its member with and without the slash at the end, and
// never by a redirect that would lose a body.
func TestMembersAreAnswered(t *testing.T) {
	want := map[string]int{
		"POST /chat/new": 422, "POST /chat/new-group": 422, "POST /chat/{id}/edit": 422, "POST /chat/{id}/send": 422,
		"GET /chat/{id}/message": 404, "POST /chat/{id}/change": 404, "POST /chat/{id}/retract": 404, "POST /chat/{id}/react": 404,
		"POST /chat/{id}/read": 400, "POST /chat/{id}/typing": 204,
		"POST /chat/{id}/leave": 204, "POST /chat/{id}/delete": 204, "POST /chat/{id}/delete-group": 204,
		"GET /chat/{id}/avatar": 404, "GET /chat/{id}/file": 404, "GET /chat/assets/{file}": 404,
		"GET /chat/metrics":  404,                           // for operators
		"GET /ws/chat/inbox": 400, "GET /ws/chat/{id}": 400, // no handshake
		"POST /chat/sign-in": 422, "POST /chat/sign-up": 422, "POST /chat/sign-out": 204, "POST /chat/session": 204, "DELETE /chat/session": 204,
		"GET /chat/sign-in": 204, "GET /chat/sign-up": 204, // on to the inbox
	}
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	for _, route := range routes() {
		t.Run(name(route), func(t *testing.T) {
			ann := ann
			if route.Access == web.Everybody {
				ann = app.User("Ann") // whose session may end by this
			}
			room := app.Group("Club", ann, bob)
			status, ok := want[strings.TrimSuffix(strings.Replace(name(route), "/chat/widget/", "/chat/", 1), "/")]
			if !ok {
				status = 200
			}
			if got := ask(app.Client(ann), route, room, asHTMX...); got.Status != status {
				t.Errorf("%d, want %d: %s", got.Status, status, got.Body)
			}
		})
	}
}

func TestUnknownAddresses(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann := app.User("Ann")
	room := app.Group("Club", ann)
	for _, path := range []string{
		"/chat/" + room + "/fly/", "/chat/" + room + "/leave/", "/chat/" + room + "/info/more/", "/chat/a/b/c", "/chat/assets/none.js",
		"/chat/..%2f..%2fetc/", "/chat/%00/", "/chat/" + strings.Repeat("x", 5000) + "/", "/chat/ü/", "/chat/widget/ü/", "/ws/chat/ü/",
	} {
		for _, headers := range [][]string{asPage, asHTMX, asJSON} {
			if got := app.Client(ann).Get(path, headers...); got.Status != 404 || strings.Contains(got.Body, "panic") {
				t.Errorf("%s: %d", path, got.Status)
			}
		}
	}
}
