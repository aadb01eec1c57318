package hosttest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) String() string { return fmt.Sprint(a.status, " ", a.body) }

func (a answer) field(name string) string {
	var fields map[string]any
	_ = json.Unmarshal([]byte(a.body), &fields)
	text, _ := fields[name].(string)
	return text
}

// as is a client of the host: a person by their token, a superuser or a guest.
type as struct {
	*process
	id, token string
}

// do is one request; data goes as JSON, and JSON is asked for.
func (c as) do(method, path string, data any, extra ...string) answer {
	c.t.Helper()
	body := ""
	if data != nil {
		content, err := json.Marshal(data)
		if err != nil {
			c.t.Fatal(err)
		}
		body = string(content)
	}
	extra = append([]string{"Content-Type", "application/json", "Accept", "application/json"}, extra...)
	return c.send(method, path, body, extra...)
}

func (c as) send(method, path, body string, extra ...string) answer {
	c.t.Helper()
	request, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.token != "" {
		request.Header.Set("Authorization", c.token)
	}
	for i := 0; i+1 < len(extra); i += 2 {
		request.Header.Set(extra[i], extra[i+1])
	}
	client := http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}

// page is a form as a browser with htmx sends it.
func (c as) page(path string, pairs ...string) answer {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return c.send(http.MethodPost, path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "HX-Request", "true")
}

// want fails the test unless the answer has the status and all the parts.
func (a answer) want(t *testing.T, what string, status int, parts ...string) answer {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: answered %v, want %d", what, a, status)
	}
	for _, part := range parts {
		if !strings.Contains(a.body, part) {
			t.Errorf("%s: no %q in %v", what, part, a)
		}
	}
	return a
}

func records(collection string, id ...string) string {
	return "/api/collections/" + collection + "/records" + strings.Join(append([]string{""}, id...), "/")
}

const password = "correct horse battery"

// signUp makes a person and signs them in, by PocketBase's own endpoints.
func (p *process) signUp(nick string) as {
	p.t.Helper()
	guest, email := as{process: p}, strings.ToLower(nick)+"@harbour.example"
	made := guest.do(http.MethodPost, records("people"), map[string]any{"email": email, "password": password, "passwordConfirm": password, "nick": nick})
	if made.status != 200 {
		p.t.Fatalf("%s was not made: %v", nick, made)
	}
	return p.signIn("people", made.field("id"), email)
}

func (p *process) signIn(collection, id, email string) as {
	p.t.Helper()
	in := as{process: p}.do(http.MethodPost, "/api/collections/"+collection+"/auth-with-password", map[string]any{"identity": email, "password": password})
	if in.status != 200 {
		p.t.Fatalf("%s was not signed in: %v", email, in)
	}
	return as{p, id, in.field("token")}
}

type frame map[string]any

func (f frame) rev() int64 { n, _ := f["rev"].(float64); return int64(n) }

// listen opens a socket.
func (c as) listen(path string) *websocket.Conn {
	c.t.Helper()
	conn, response, err := websocket.DefaultDialer.Dial(strings.Replace(c.url, "http", "ws", 1)+path, http.Header{"Authorization": {c.token}})
	if err != nil {
		c.t.Fatalf("%s: %v (%v)", path, err, response)
	}
	c.t.Cleanup(func() { conn.Close() })
	return conn
}

// next waits for a frame of a type whose text holds a part.
func next(t *testing.T, conn *websocket.Conn, kind, part string) frame {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			t.Fatalf("no %s frame with %q: %v", kind, part, err)
		}
		got := frame{}
		if json.Unmarshal(data, &got) == nil && got["type"] == kind && strings.Contains(string(data), part) {
			return got
		}
	}
}
