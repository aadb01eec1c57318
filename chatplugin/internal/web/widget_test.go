package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/web"
)

func TestWidgetLoader(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	loader := app.Client(nil).Get("/chat/widget.js", "Accept-Encoding", "identity")
	if loader.Status != 200 || !strings.HasPrefix(loader.Header.Get("Content-Type"), "text/javascript") || strings.Contains(loader.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the loader: %d %v", loader.Status, loader.Header)
	}
	if loader.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Error("pages of allowed origins cannot load it")
	}
}

// A guest hears no more than that, with a status that no console complains of.
func TestWidgetState(t *testing.T) {
	const friend = "https://friend.example"
	app := chattest.NewApp(t, chatplugin.Config{AllowedOrigins: []string{"https://Friend.example/"}}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	app.Message(room, bob, "hello")
	app.Message(room, bob, "again")
	for _, path := range []string{"/chat/widget-state/", "/chat/widget-state", "/chat/widget-state/?rooms=1"} {
		guest := app.Client(nil).Get(path)
		if guest.Status != 200 || strings.TrimSpace(guest.Body) != `{"signedIn":false}` {
			t.Errorf("%s for a guest: %d %s", path, guest.Status, guest.Body)
		}
	}
	got := app.Client(ann).Get("/chat/widget-state/?rooms=1", "Origin", friend)
	if got.Status != 200 || got.Field("viewer") != ann.Id || got.Field("unread") != 2.0 || got.Field("socket") != "/ws/chat/inbox/" {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	rooms, _ := got.Field("rooms").([]any)
	if len(rooms) != 1 || rooms[0].(map[string]any)["id"] != room || rooms[0].(map[string]any)["unread"] != 2.0 {
		t.Errorf("rooms: %v", rooms)
	}
	for name, address := range got.Field("scripts").(map[string]any) {
		if script := app.Client(nil).Get(address.(string)); script.Status != 200 || script.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d %v", name, script.Status, script.Header)
		}
	}
	if got.Header.Get("Access-Control-Allow-Origin") != friend || got.Header.Get("Access-Control-Allow-Credentials") != "true" {
		t.Errorf("a page of an allowed origin cannot read it: %v", got.Header)
	}
	stranger := app.Client(ann).Get("/chat/widget-state/", "Origin", "https://stranger.example")
	if stranger.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Error("any page can read who is signed in")
	}
	if strings.Contains(got.Body, ann.Email()) || strings.Contains(got.Body, bob.Email()) {
		t.Error("it holds somebody's e-mail")
	}
}

// Who may show our pages in a frame is in the policy of every page.
func TestFramesOfAllowedOrigins(t *testing.T) {
	for _, test := range []struct {
		origins []string
		policy  string
		old     string // X-Frame-Options, which knows no list
	}{
		{nil, "frame-ancestors 'self';", "SAMEORIGIN"},
		{[]string{"https://a.example", "http://localhost:3000"}, "frame-ancestors 'self' https://a.example http://localhost:3000;", ""},
	} {
		app := chattest.NewApp(t, chatplugin.Config{AllowedOrigins: test.origins}).Serve()
		ann := app.Client(app.User("Ann"))
		for path, client := range map[string]*chattest.Client{"/chat/widget/": ann, "/chat/sign-in/": app.Client(nil), "/chat/nothing/at/all/": ann} {
			got := client.Get(path, asPage...)
			if !strings.Contains(got.Header.Get("Content-Security-Policy"), test.policy) || got.Header.Get("X-Frame-Options") != test.old {
				t.Errorf("%s: %q, %q", path, got.Header.Get("Content-Security-Policy"), got.Header.Get("X-Frame-Options"))
			}
		}
	}
}

// TestPanelStaysInItself walks every page of the panel: each link and form leads
// to the panel again, without a word about it in the request.
func TestPanelStaysInItself(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	group, direct := app.Group("Club", ann, bob), app.Direct(ann, bob)
	for range 60 {
		app.Message(group, bob, "hello")
	}
	client := app.Client(ann)
	pages := []string{
		"/chat/widget/", "/chat/widget/list-partial/", "/chat/widget/new/", "/chat/widget/new-group/",
		"/chat/widget/" + group + "/", "/chat/widget/" + group + "/info/", "/chat/widget/" + group + "/edit/",
		"/chat/widget/" + group + "/messages/", "/chat/widget/" + direct + "/", "/chat/widget/" + direct + "/info/",
		"/chat/widget/aaaaaaaaaaaaaaa/", "/chat/widget/nothing/here/",
	}
	links := 0
	for _, path := range pages {
		for _, headers := range [][]string{asPage, asHTMX} {
			doc := parse(t, client.Get(path, headers...).Body)
			doc.Find("a[href], form[action], [hx-get], [hx-post]").Each(func(_ int, s *goquery.Selection) {
				for _, name := range []string{"href", "action", "hx-get", "hx-post"} {
					to, ok := s.Attr(name)
					if !ok || strings.HasPrefix(to, "#") || strings.HasPrefix(to, "?") /* of the page it is on */ || s.AttrOr("target", "") == "_blank" {
						continue
					}
					links++
					if !strings.HasPrefix(to, "/chat/widget/") {
						t.Errorf("%s leads out of the panel by %s=%q", path, name, to)
					}
				}
			})
		}
		doc := parse(t, client.Get(path, asPage...).Body)
		if doc.Find("body").Length() > 0 && doc.Find("body[data-chat]").AttrOr("data-base", "/chat/widget") != "/chat/widget" {
			t.Errorf("%s: scripts ask elsewhere", path)
		}
	}
	if links < 50 {
		t.Fatalf("only %d links were looked at", links)
	}
	page := parse(t, client.Get("/chat/widget/"+group+"/info/", asPage...).Body)
	if to := page.Find("[data-panel-bar] a").AttrOr("href", ""); to != "/chat/"+group+"/info/" {
		t.Errorf("the way out of the panel leads to %q", to)
	}
	if full := parse(t, client.Get("/chat/"+group+"/", asPage...).Body); full.Find("[data-panel-bar], script[src*=panel]").Length() != 0 {
		t.Error("a full page has a part of the panel")
	}
}

// Answers of actions lead on in the panel too, and the fragments of it.
func TestPanelActionsLeadOnInIt(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob, cid := app.User("Ann"), app.User("Bob"), app.User("Cid")
	group, other := app.Group("Club", ann, bob), app.Group("Other", ann, bob)
	direct := app.Direct(ann, bob)
	client := app.Client(ann)
	for _, test := range []struct {
		path string
		form []string
		to   string
	}{
		{"/new/", []string{"email", bob.Email()}, "/chat/widget/" + direct + "/"},
		{"/new-group/", []string{"name", "New", "members", cid.Id}, "/chat/widget/"},
		{"/" + group + "/edit/", []string{"action", "details", "name", "Called"}, "/chat/widget/" + group + "/info/"},
		{"/" + group + "/leave/", nil, "/chat/widget/"},
		{"/" + direct + "/delete/", nil, "/chat/widget/"},
		{"/" + other + "/delete-group/", nil, "/chat/widget/"},
		{"/sign-out/", nil, "/chat/sign-in/"},
	} {
		got := client.Post("/chat/widget"+test.path, chattest.Form(test.form...))
		if to := got.Header.Get("HX-Redirect"); got.Status != 204 || !strings.HasPrefix(to, test.to) {
			t.Errorf("%s: %d to %q", test.path, got.Status, to)
		}
	}
	guest := app.Client(nil).Get("/chat/widget/sign-in/", asPage...)
	if guest.Status != 303 || guest.Header.Get("Location") != "/chat/sign-in/?next=%2Fchat%2Fwidget%2F" {
		t.Errorf("signing in for the panel: %d %q", guest.Status, guest.Header.Get("Location"))
	}
}

// Every page of a signed-in viewer is in the panel as well, under the same rules.
func TestPanelHasEveryRoute(t *testing.T) {
	all := map[string]web.Route{}
	for _, route := range web.Routes("/chat", "/ws/chat") {
		all[route.Method+" "+route.Path] = route
	}
	for key, route := range all {
		if route.Access < web.SignedIn || route.Socket || strings.HasPrefix(route.Path, "/chat/widget") {
			continue
		}
		twin, ok := all[strings.Replace(key, "/chat", "/chat/widget", 1)]
		if !ok || twin.Access != route.Access || twin.Bucket != route.Bucket || twin.Upload != route.Upload || twin.Late != route.Late {
			t.Errorf("%s is another thing in the panel: %+v", key, twin)
		}
	}
}

// The element's locale holds for the whole of the panel, and nowhere else.
func TestPanelKeepsItsLocale(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	client := app.Client(app.User("Ann"))
	set := client.Get("/chat/widget/?locale=de-CH", asPage...).Header.Get("Set-Cookie")
	if !strings.HasPrefix(set, "chat_locale=de-CH; Path=/chat/widget; HttpOnly; SameSite=Lax") {
		t.Errorf("the locale is kept as %q", set)
	}
	for _, bad := range []string{"", "x", "de%0d%0aSet-Cookie:a=b", strings.Repeat("a", 100), "<script>"} {
		got := client.Get("/chat/widget/?locale="+bad, asPage...)
		if got.Status != 200 || !strings.HasPrefix(got.Header.Get("Set-Cookie"), "chat_locale=; ") || !strings.Contains(got.Header.Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("locale %q: %d %q", bad, got.Status, got.Header.Get("Set-Cookie"))
		}
	}
	for _, path := range []string{"/chat/?locale=de", "/chat/widget/"} {
		if got := client.Get(path, asPage...).Header.Get("Set-Cookie"); strings.Contains(got, "locale") {
			t.Errorf("%s sets %q", path, got)
		}
	}
}

func TestWidgetStateQueries(t *testing.T) {
	s := newScene(t, 30)
	heard := listen(s.app)
	s.app.Serve()
	client := s.app.Client(s.ann)
	for path, most := range map[string]int{"/chat/widget-state/": 2, "/chat/widget-state/?rooms=1": 2, "/chat/widget/": 3, "/chat/widget/" + s.group + "/": 6} {
		s.forgetPeople(t)
		var got chattest.Answer
		ran := heard.during(func() { got = client.Get(path) })
		if got.Status != http.StatusOK || len(ran) == 0 || len(ran) > most {
			t.Errorf("%s: %d, %d statements, at most %d:\n%s", path, got.Status, len(ran), most, strings.Join(ran, "\n"))
		}
	}
}
