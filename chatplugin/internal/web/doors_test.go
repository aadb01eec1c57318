package web_test

import (
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/pb_public"
)

func TestOtherSitesChangeNothing(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	b := app.Browser(ann)
	if got := b.Post("/chat/"+room+"/send/", chattest.Form("body", "mine")); got.Status != 200 {
		t.Fatalf("our own page: %d", got.Status)
	}
	for _, path := range []string{"/chat/" + room + "/send/", "/chat/" + room + "/delete", "/chat/new/", "/chat/sign-out/", "/chat/sign-in/"} {
		for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.example"}, {"Sec-Fetch-Site", "", "Origin", "null"}} {
			if got := b.Post(path, chattest.Form("body", "theirs"), headers...); got.Status != 403 {
				t.Errorf("%s with %v: %d", path, headers, got.Status)
			}
		}
	}
	if total, _ := app.CountRecords("chat_messages"); total != 1 {
		t.Errorf("%d messages", total)
	}
}

func TestSocketsLookAtTheOrigin(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{AllowedOrigins: []string{"https://friend.example"}}).Serve()
	ann, bob, eve := app.User("Ann"), app.User("Bob"), app.User("Eve")
	room, other := app.Direct(ann, bob), app.Direct(bob, eve)
	b := app.Browser(ann)
	tests := []struct {
		path, origin string
		status       int // 101 is open
	}{
		{"/ws/chat/inbox/", app.URL, 101}, {"/ws/chat/inbox", "", 101}, {"/ws/chat/" + room, app.URL, 101}, {"/ws/chat/" + room + "/?rev=0", app.URL, 101},
		{"/ws/chat/inbox/", "https://friend.example", 101},
		{"/ws/chat/inbox/", "https://evil.example", 403}, {"/ws/chat/" + room + "/", "https://evil.example", 403}, {"/ws/chat/inbox/", "null", 403},
		{"/ws/chat/" + other + "/", app.URL, 404}, {"/ws/chat/abcdefghijklmno/", app.URL, 404},
	}
	for _, test := range tests {
		extra := []string{"Cookie", b.Cookie()}
		if test.origin != "" {
			extra = append(extra, "Origin", test.origin)
		}
		if _, status, _ := app.Client(nil).TrySocket(test.path, extra...); status != test.status {
			t.Errorf("%s from %q: %d, want %d", test.path, test.origin, status, test.status)
		}
	}
	if _, status, _ := app.Client(nil).TrySocket("/ws/chat/inbox/"); status != 401 {
		t.Errorf("a guest: %d", status)
	}
	if _, status, _ := app.WithToken(app.Superuser()).TrySocket("/ws/chat/inbox/"); status != 401 {
		t.Errorf("a superuser: %d", status)
	}
}

func TestSocketsWithOddResumePoints(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	talk(app, room, bob, 3)
	for rev, want := range map[string]string{
		"": "synced", "?rev=3": "synced", "?rev=0": "synced", "?rev=4": "reload", "?rev=-1": "reload", "?rev=x": "reload", "?rev=": "reload",
		"?rev=99999999999999999999999": "reload", "?rev=9223372036854775807": "reload",
	} {
		socket := app.Client(ann).Socket("/ws/chat/" + room + "/" + rev)
		last := socket.Wait("an answer", func(f chattest.Frame) bool { return f.Type() == "synced" || f.Type() == "reload" })
		if last.Type() != want {
			t.Errorf("%q: %s, want %s", rev, last.Type(), want)
		}
	}
}

// A session that ends takes its sockets along, and no other.
func TestSigningOutClosesSockets(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	open := func(b *chattest.Client) *chattest.Socket {
		socket, status, err := b.TrySocket("/ws/chat/" + room + "/")
		if err != nil {
			t.Fatalf("%d %v", status, err)
		}
		socket.WaitType("synced")
		return socket
	}
	home, work := app.Browser(ann), app.Browser(ann)
	atHome, atWork := open(home), open(work)
	if got := home.Post("/chat/sign-out/", nil); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if code := atHome.WaitClosed(); code != 4501 {
		t.Errorf("closed with %d", code)
	}
	app.Message(room, bob, "still there?")
	atWork.Wait("the message", func(f chattest.Frame) bool { return f.Type() == "message" })
	if got := home.Get("/chat/"); got.Status != 303 {
		t.Errorf("signed out, the page answers %d", got.Status)
	}
	ann.SetPassword("another password altogether")
	if err := app.Save(ann); err != nil {
		t.Fatal(err)
	}
	if code := atWork.WaitClosed(); code != 4501 {
		t.Errorf("after the password changed: %d", code)
	}
	if got := work.Get("/chat/"); got.Status != 303 {
		t.Errorf("after the password changed, the page answers %d", got.Status)
	}
}

func TestAssets(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	embedded, err := pb_public.New()
	if err != nil {
		t.Fatal(err)
	}
	guest := app.Client(nil)
	for _, name := range []string{"chat.css", "page.js", "favicon.svg"} {
		path := "/chat/assets/" + embedded.Name(name)
		raw, zipped := guest.Get(path, "Accept-Encoding", "identity"), guest.Get(path, "Accept-Encoding", "br;q=1, gzip;q=0.5")
		if raw.Status != 200 || zipped.Status != 200 || zipped.Header.Get("Content-Encoding") != "gzip" || raw.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d, %d %v", name, raw.Status, zipped.Status, zipped.Header)
		}
		if len(zipped.Body) >= len(raw.Body) || raw.Header.Get("ETag") == zipped.Header.Get("ETag") || raw.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %d bytes, %d gzipped; %v", name, len(raw.Body), len(zipped.Body), raw.Header)
		}
		if caching := raw.Header.Get("Cache-Control"); !strings.Contains(caching, "immutable") || !strings.Contains(caching, "max-age=31536000") {
			t.Errorf("%s is cached as %q", name, caching)
		}
		if again := guest.Get(path, "Accept-Encoding", "identity", "If-None-Match", `"x", `+raw.Header.Get("ETag")); again.Status != 304 || again.Body != "" {
			t.Errorf("%s again: %d", name, again.Status)
		}
		if none := guest.Get(path, "Accept-Encoding", "gzip;q=0"); none.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: gzip was refused and came", name)
		}
		if head := guest.Do("HEAD", path, nil, "Accept-Encoding", "identity"); head.Status != 200 || head.Body != "" {
			t.Errorf("%s: HEAD %d", name, head.Status)
		}
	}
	for _, name := range []string{"page.js", "page.0000000000000000.js", "..%2fembed.go", "embed.go", "%2e%2e"} {
		if got := guest.Get("/chat/assets/" + name); got.Status == 200 {
			t.Errorf("%s is served", name)
		}
	}
}

// Pages carry a policy that forbids inline scripts, and hold none.
func TestPagesKeepToTheirPolicy(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Group("Club", ann, bob)
	app.Message(room, bob, "hello")
	for _, path := range []string{"/chat/", "/chat/new/", "/chat/new-group/", "/chat/" + room + "/", "/chat/" + room + "/info/", "/chat/" + room + "/edit/", "/chat/widget/", "/chat/widget/" + room + "/"} {
		got := app.Client(ann).Get(path, asPage...)
		policy := got.Header.Get("Content-Security-Policy")
		if got.Status != 200 || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "script-src 'self'") {
			t.Errorf("%s: %d, %q", path, got.Status, policy)
		}
		doc := parse(t, got.Body)
		if n := doc.Find("script:not([src]), [style], [onclick], [onload], [onerror], [hx-on], [hx-vals^=js]").Length(); n != 0 {
			t.Errorf("%s holds %d things that the policy forbids", path, n)
		}
		nonce := doc.Find("style").AttrOr("nonce", "")
		if nonce == "" || !strings.Contains(policy, "'nonce-"+nonce+"'") {
			t.Errorf("%s: the style's nonce %q is not in %q", path, nonce, policy)
		}
		if got.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s may be cached: %q", path, got.Header.Get("Cache-Control"))
		}
		if strings.Contains(got.Body, bob.Email()) {
			t.Errorf("%s holds somebody's e-mail", path)
		}
	}
}
