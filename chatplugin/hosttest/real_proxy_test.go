package hosttest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// What the README says of proxies, with the real ones.
func TestBehindRealProxies(t *testing.T) {
	for name, start := range map[string]func(*testing.T, *chattest.App) *front{
		"nginx": func(t *testing.T, app *chattest.App) *front { return nginx(t, app, "") },
		"caddy": caddy,
	} {
		t.Run(name, func(t *testing.T) {
			app := behind(t, chatplugin.Config{})
			f := start(t, app)
			v := visit(t, app, f, "/chat")
			v.pages()
			v.sockets()
			v.streams()
			v.files()
		})
	}
}

// behind is an application that trusts its proxy, as the README says.
func behind(t *testing.T, config chatplugin.Config) *chattest.App {
	t.Helper()
	app := chattest.NewApp(t, config).Serve()
	settings := app.Settings()
	settings.TrustedProxy.Headers = []string{"X-Forwarded-For"}
	if err := app.Save(settings); err != nil {
		t.Fatal(err)
	}
	return app
}

// visitor is Ann, signed in through the proxy by its form.
type visitor struct {
	*front
	app                *chattest.App
	base, room, cookie string
	token              string
}

func visit(t *testing.T, app *chattest.App, f *front, base string) *visitor {
	t.Helper()
	ann, bob := app.User("Ann"), app.User("Bob")
	v := &visitor{front: f, app: app, base: base, room: app.Direct(ann, bob), token: app.Token(bob)}
	response, body := f.ask("POST", base+"/sign-in/", public, "", chattest.Form("identity", ann.Email(), "password", chattest.Password))
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != base+"/" {
		t.Fatalf("signing in: %d to %q: %s", response.StatusCode, response.Header.Get("Location"), body)
	}
	cookies := response.Cookies()
	if len(cookies) != 1 || !cookies[0].Secure || !strings.HasPrefix(cookies[0].Name, "__Host-") {
		t.Fatalf("the cookie is %v", cookies)
	}
	v.cookie = cookies[0].Name + "=" + cookies[0].Value
	return v
}

func (v *visitor) pages() {
	v.t.Helper()
	for _, page := range []string{"/", "/" + v.room + "/", "/" + v.room + "/info/", "/health/"} {
		if response, _ := v.ask("GET", v.base+page, "", v.cookie, nil); response.StatusCode != 200 {
			v.t.Errorf("%s: %d", page, response.StatusCode)
		}
	}
	if response, _ := v.ask("POST", v.base+"/"+v.room+"/send/", "https://evil.example", v.cookie, chattest.Form("body", "forged")); response.StatusCode != http.StatusForbidden {
		v.t.Errorf("another site's form: %d", response.StatusCode)
	}
}

func (v *visitor) send(body string) {
	v.t.Helper()
	if response, _ := v.ask("POST", v.base+"/"+v.room+"/send/", public, v.cookie, chattest.Form("body", body)); response.StatusCode >= 400 {
		v.t.Fatalf("sending: %d", response.StatusCode)
	}
}

// socket opens the room's, and waits until it is live.
func (v *visitor) socket() *websocket.Conn {
	v.t.Helper()
	conn, response, err := v.open("/ws"+v.base+"/"+v.room+"/", public, v.cookie)
	if err != nil {
		v.t.Fatalf("a socket: %v %v", err, response)
	}
	v.t.Cleanup(func() { conn.Close() })
	next(v.t, conn, "synced", v.room)
	return conn
}

func (v *visitor) sockets() {
	v.t.Helper()
	conn := v.socket()
	v.send("by socket")
	next(v.t, conn, "message", "by socket")
	if status := v.dial("/ws"+v.base+"/"+v.room+"/", "https://evil.example", v.cookie); status != http.StatusForbidden {
		v.t.Errorf("a socket from another site: %d", status)
	}
}

// streams holds that PocketBase's realtime comes as it is said, event by event.
func (v *visitor) streams() {
	v.t.Helper()
	stream, err := v.browse().Get(public + "/api/realtime")
	if err != nil {
		v.t.Fatal(err)
	}
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	lines.Buffer(nil, 1<<20)
	until := func(part string) string {
		for lines.Scan() {
			if line := lines.Text(); strings.HasPrefix(line, "data:") && strings.Contains(line, part) {
				return strings.TrimPrefix(line, "data:")
			}
		}
		v.t.Fatalf("the stream ended without %q: %v", part, lines.Err())
		return ""
	}
	var hello struct{ ClientID string }
	if err := json.Unmarshal([]byte(until("clientId")), &hello); err != nil {
		v.t.Fatal(err)
	}
	body := fmt.Sprintf(`{"clientId": %q, "subscriptions": ["chat/rooms/%s"]}`, hello.ClientID, v.room)
	request, err := http.NewRequest(http.MethodPost, public+"/api/realtime", strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", v.token)
	response, err := v.browse().Do(request)
	if err != nil || response.StatusCode != http.StatusNoContent {
		v.t.Fatalf("subscribing: %v %v", response, err)
	}
	response.Body.Close()
	until("synced")
	v.send("by stream")
	until("by stream")
}

// files of the size that Limits has go through.
func (v *visitor) files() {
	v.t.Helper()
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	file, err := parts.CreateFormFile("files", "large.bin")
	if err == nil {
		_, err = file.Write(make([]byte, 9<<20))
	}
	if err == nil {
		err = parts.Close()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, public+v.base+"/"+v.room+"/send/", &form)
	if err != nil {
		v.t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Content-Type": parts.FormDataContentType(), "Cookie": v.cookie, "Origin": public, "Accept": "application/json",
	} {
		request.Header.Set(name, value)
	}
	response, err := v.browse().Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	if content, _ := io.ReadAll(response.Body); response.StatusCode != 200 {
		v.t.Errorf("a file of 9 MiB: %d %s", response.StatusCode, content)
	}
}

// The README's line for a sub-path, in nginx.
func TestBehindNginxUnderASubPath(t *testing.T) {
	app := behind(t, chatplugin.Config{BasePath: "/app/chat"})
	const line = "location ~ ^(/app/chat|/ws/app/chat|/api/files)/ {"
	if _, text := readme(t, "nginx"); !strings.Contains(text, "`"+line+"`") {
		t.Fatal("the README shows another line")
	}
	v := visit(t, app, nginx(t, app, "location / { return 204; }\n", "  location / {\n    proxy_pass", line+"\n    proxy_pass"), "/app/chat")
	if response, _ := v.ask("GET", "/elsewhere/", "", "", nil); response.StatusCode != 204 {
		t.Fatalf("premise: the rest of the site is another's: %d", response.StatusCode)
	}
	v.pages()
	v.sockets()
}

// Each visitor counts by their own address, and cannot choose it.
func TestThrottlesBehindRealProxies(t *testing.T) {
	for name, start := range map[string]func(*testing.T, *chattest.App) *front{
		"nginx": func(t *testing.T, app *chattest.App) *front { return nginx(t, app, "") },
		"caddy": caddy,
	} {
		t.Run(name, func(t *testing.T) {
			app := behind(t, chatplugin.Config{Rates: chatplugin.Rates{SignIn: chatplugin.Limit{IP: chatplugin.Rate{Count: 1, Per: time.Hour, Burst: 2}}}})
			f := start(t, app)
			try := func(from string, extra ...string) int {
				f.from = from
				response, _ := f.ask("POST", "/chat/sign-in/", public, "", chattest.Form("identity", "x@example.com", "password", "wrong"), extra...)
				return response.StatusCode
			}
			if got := []int{try("127.0.0.1"), try("127.0.0.1"), try("127.0.0.1")}; got[0] == 429 || got[2] != 429 {
				t.Fatalf("premise: one address was answered %v", got)
			}
			if got := try("127.0.0.1", "X-Forwarded-For", "203.0.113.9"); got != 429 {
				t.Errorf("with an address of their own choice: %d", got)
			}
			if got := try("127.0.0.2"); got == 429 {
				t.Errorf("another address: %d", got)
			}
		})
	}
}

// nginx cuts what is silent for longer than its time-out. A heartbeat that is
// shorter keeps a socket open, on which nothing else goes; the default one is
// shorter than the time-out that nginx has by itself.
func TestF23_BehindNginx(t *testing.T) {
	block, _ := readme(t, "nginx")
	if strings.Contains(block, "proxy_read_timeout") || strings.Contains(block, "proxy_send_timeout") {
		t.Error("the README changes nginx's time-outs")
	}
	const short = "proxy_read_timeout 6s;\n"
	app := behind(t, chatplugin.Config{Realtime: chatplugin.Realtime{PingEvery: 200 * time.Millisecond}})
	silent := behind(t, chatplugin.Config{})
	v, w := visit(t, app, nginx(t, app, short), "/chat"), visit(t, silent, nginx(t, silent, short), "/chat")
	kept, cut := v.socket(), w.socket()
	// Reads what comes to it until nginx cuts it.
	_ = cut.SetReadDeadline(time.Now().Add(patience))
	began := time.Now()
	for {
		_, data, err := cut.ReadMessage()
		if err != nil {
			if !websocket.IsCloseError(err, websocket.CloseAbnormalClosure) {
				t.Fatalf("premise: nginx does not cut a silent socket: %v after %v", err, time.Since(began))
			}
			break
		}
		if strings.Contains(string(data), `"ping"`) {
			t.Fatal("premise: the heartbeat came before nginx's time-out")
		}
	}
	v.send("still here")
	next(t, kept, "message", "still here")
}
