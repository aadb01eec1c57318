package hosttest

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// front is a proxy at the edge: it ends TLS, and passes paths unchanged to the
// application.
type front struct {
	t       *testing.T
	address string
	roots   *tls.Config
	from    string // the address that visitors come from, if not any
}

// public is where browsers find the site, whatever the test's own addresses are.
const public = "https://example.com"

// dialer leads there.
func (f *front) dialer(ctx context.Context, network, _ string) (net.Conn, error) {
	dialer := &net.Dialer{}
	if f.from != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(f.from)}
	}
	return dialer.DialContext(ctx, network, f.address)
}

// fakeIP is the test's way of coming from elsewhere.
const fakeIP = "X-Test-Address"

// newFront passes three paths; everything else of the site is another one's.
func newFront(t *testing.T, app *chattest.App, base string, keepHost bool) *front {
	t.Helper()
	target, err := url.Parse(app.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		if keepHost {
			r.Out.Host = r.In.Host
		}
		r.SetXForwarded()
		if ip := r.In.Header.Get(fakeIP); ip != "" {
			r.Out.Header.Set("X-Forwarded-For", ip)
		}
	}}
	mux := http.NewServeMux()
	for _, path := range []string{base + "/", "/ws" + base + "/", "/api/files/"} {
		mux.Handle(path, proxy)
	}
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	return &front{t: t, address: server.Listener.Addr().String(), roots: server.Client().Transport.(*http.Transport).TLSClientConfig}
}

func (f *front) trust() *tls.Config { return f.roots.Clone() }

// browse is a client that follows nothing.
func (f *front) browse() *http.Client {
	return &http.Client{
		Timeout:       patience,
		Transport:     &http.Transport{DialContext: f.dialer, TLSClientConfig: f.trust(), DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ask sends what a browser would send from a page of the site.
func (f *front) ask(method, path, origin, cookie string, form url.Values, extra ...string) (*http.Response, string) {
	f.t.Helper()
	request, err := http.NewRequest(method, public+path, strings.NewReader(form.Encode()))
	if err != nil {
		f.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", origin)
	}
	if cookie != "" {
		request.Header.Set("Cookie", cookie)
	}
	for i := 0; i+1 < len(extra); i += 2 {
		request.Header.Set(extra[i], extra[i+1])
	}
	response, err := f.browse().Do(request)
	if err != nil {
		f.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return response, string(body)
}

func (f *front) open(path, origin, cookie string) (*websocket.Conn, *http.Response, error) {
	dialer := websocket.Dialer{NetDialContext: f.dialer, TLSClientConfig: f.trust()}
	return dialer.Dial("wss"+strings.TrimPrefix(public, "https")+path, http.Header{"Origin": {origin}, "Cookie": {cookie}})
}

// dial opens a socket through the proxy and answers the status.
func (f *front) dial(path, origin, cookie string) int {
	f.t.Helper()
	conn, response, err := f.open(path, origin, cookie)
	if response == nil {
		f.t.Fatal(err)
	}
	if err == nil {
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		if _, data, err := conn.ReadMessage(); err != nil {
			f.t.Errorf("the socket said nothing: %v %s", err, data)
		}
		conn.Close()
	}
	return response.StatusCode
}

// addresses are where a page's links, forms and pictures lead.
var addresses = regexp.MustCompile(`(?:href|src|action|hx-get|hx-post|content)="(/[^"]*)"`)

// The chat at https://example.com/app/chat/, where a proxy ends TLS: BasePath is
// the public path, and the proxy passes it, the sockets and PocketBase's files.
func TestBehindAProxyUnderASubPath(t *testing.T) {
	for _, test := range []struct {
		name             string
		keepHost, appURL bool // the proxy passes Host on; the settings name the public address
		trusted          bool // the settings name the proxy's header
		open             bool // signing in and sockets work
	}{
		{"as it should be", true, true, true, true},
		{"with another Host and the public address in the settings", false, true, true, true},
		{"with nothing in the settings", true, false, false, true},
		{"with another Host and nothing in the settings", false, false, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			app := chattest.NewApp(t, chatplugin.Config{BasePath: "/app/chat"}).Serve()
			ann, bob := app.User("Ann"), app.User("Bob")
			room := app.Direct(ann, bob)
			f := newFront(t, app, "/app/chat", test.keepHost)
			settings := app.Settings()
			if test.appURL {
				settings.Meta.AppURL = public
			}
			if test.trusted {
				settings.TrustedProxy.Headers = []string{"X-Forwarded-For"}
			}
			if err := app.Save(settings); err != nil {
				t.Fatal(err)
			}
			form := chattest.Form("identity", ann.Email(), "password", chattest.Password)
			response, body := f.ask("POST", "/app/chat/sign-in/", public, "", form)
			if !test.open {
				if response.StatusCode != http.StatusForbidden {
					t.Errorf("signing in was answered %d", response.StatusCode)
				}
				return
			}
			if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/app/chat/" {
				t.Fatalf("signing in: %d to %q: %s", response.StatusCode, response.Header.Get("Location"), body)
			}
			cookies := response.Cookies()
			if len(cookies) != 1 || !cookies[0].Secure || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode ||
				cookies[0].Path != "/" || !strings.HasPrefix(cookies[0].Name, "__Host-") {
				t.Fatalf("the cookie is %v", cookies)
			}
			cookie := cookies[0].Name + "=" + cookies[0].Value

			for _, page := range []string{"/app/chat/", "/app/chat/" + room + "/", "/app/chat/" + room + "/info/"} {
				response, body = f.ask("GET", page, "", cookie, nil)
				if response.StatusCode != 200 {
					t.Errorf("%s: %d", page, response.StatusCode)
				}
				for _, found := range addresses.FindAllStringSubmatch(body, -1) {
					if !strings.HasPrefix(found[1], "/app/chat/") && !strings.HasPrefix(found[1], "/ws/app/chat/") {
						t.Errorf("%s leads to %s, which the proxy does not pass", page, found[1])
					}
				}
			}
			if response, _ = f.ask("POST", "/app/chat/"+room+"/send/", public, cookie, chattest.Form("body", "hello")); response.StatusCode >= 400 {
				t.Errorf("sending: %d", response.StatusCode)
			}
			const foreign = "https://evil.example"
			if response, _ = f.ask("POST", "/app/chat/"+room+"/send/", foreign, cookie, chattest.Form("body", "forged")); response.StatusCode != http.StatusForbidden {
				t.Errorf("another site's form: %d", response.StatusCode)
			}
			for _, path := range []string{"/ws/app/chat/inbox/", "/ws/app/chat/" + room + "/"} {
				if status := f.dial(path, public, cookie); status != http.StatusSwitchingProtocols {
					t.Errorf("%s: %d", path, status)
				}
				if status := f.dial(path, foreign, cookie); status != http.StatusForbidden {
					t.Errorf("%s from another site: %d", path, status)
				}
				if status := f.dial(path, public, ""); status != http.StatusUnauthorized {
					t.Errorf("%s for a guest: %d", path, status)
				}
			}
			if response, body = f.ask("GET", "/", "", cookie, nil); response.StatusCode != 404 || strings.Contains(body, "chat") {
				t.Errorf("premise: the proxy passes more than it should: %d", response.StatusCode)
			}
		})
	}
}

// Addresses are throttled one by one once the settings name the proxy's header,
// and as one until then.
func TestThrottlesBehindAProxy(t *testing.T) {
	for _, trusted := range []bool{true, false} {
		rates := chatplugin.Rates{SignIn: chatplugin.Limit{IP: chatplugin.Rate{Count: 1, Per: time.Hour, Burst: 2}}}
		app := chattest.NewApp(t, chatplugin.Config{BasePath: "/app/chat", Rates: rates}).Serve()
		if trusted {
			settings := app.Settings()
			settings.TrustedProxy.Headers = []string{"X-Forwarded-For"}
			if err := app.Save(settings); err != nil {
				t.Fatal(err)
			}
		}
		f := newFront(t, app, "/app/chat", true)
		try := func(ip string) int {
			response, _ := f.ask("POST", "/app/chat/sign-in/", public, "", chattest.Form("identity", "x@example.com", "password", "wrong"), fakeIP, ip)
			return response.StatusCode
		}
		first := []int{try("203.0.113.1"), try("203.0.113.1"), try("203.0.113.1")}
		if first[0] == 429 || first[2] != 429 {
			t.Fatalf("premise: one address was answered %v", first)
		}
		if other := try("203.0.113.2"); (other == 429) == trusted {
			t.Errorf("trusted %v: another address was answered %d", trusted, other)
		}
	}
}
