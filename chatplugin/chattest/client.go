package chattest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// Client speaks HTTP to the server as one user: by the Authorization header, or
// as a browser by the cookie.
type Client struct {
	app     *App
	token   string
	browser bool

	mu      sync.Mutex
	cookies map[string]string
}

// Answer is what came back, read whole.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Client is a client that is signed in as user; nil makes a guest.
func (a *App) Client(user *core.Record) *Client {
	a.t.Helper()
	if user == nil {
		return &Client{app: a}
	}
	return &Client{app: a, token: a.Token(user)}
}

// WithToken is a client with any auth token.
func (a *App) WithToken(token string) *Client { return &Client{app: a, token: token} }

// At is the same user at another application on the same data.
func (c *Client) At(app *App) *Client { return app.WithToken(c.token) }

// Browser is a client that is signed in as user by a cookie of its own, and says
// of each request that a page of the chat sent it.
func (a *App) Browser(user *core.Record) *Client {
	a.t.Helper()
	c := &Client{app: a, browser: true, cookies: map[string]string{}}
	answer := c.Do(http.MethodPost, a.Chat.BasePath()+"/session/", nil, "Authorization", a.Token(user))
	if answer.Status != http.StatusNoContent || c.Cookie() == "" {
		a.t.Fatalf("the browser was not signed in: %d %s", answer.Status, answer.Body)
	}
	return c
}

// Cookie is what a browser sends as its Cookie header, "" when it has none.
func (c *Client) Cookie() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var pairs []string
	for name, value := range c.cookies {
		pairs = append(pairs, name+"="+value)
	}
	return strings.Join(pairs, "; ")
}

// sign puts onto a request who it is from.
func (c *Client) sign(header http.Header) {
	if c.token != "" {
		header.Set("Authorization", c.token)
	}
	if cookie := c.Cookie(); cookie != "" {
		header.Set("Cookie", cookie)
	}
	if c.browser {
		header.Set("Origin", c.app.URL)
		header.Set("Sec-Fetch-Site", "same-origin")
	}
}

func (c *Client) keep(response *http.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, cookie := range response.Cookies() {
		if cookie.MaxAge < 0 {
			delete(c.cookies, cookie.Name)
		} else if c.browser {
			c.cookies[cookie.Name] = cookie.Value
		}
	}
}

var transport = &http.Transport{MaxIdleConnsPerHost: 64}

var httpClient = &http.Client{
	Transport: transport, Timeout: time.Minute,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Do sends a request; extra are pairs of header names and values.
func (c *Client) Do(method, path string, body io.Reader, extra ...string) Answer {
	c.app.t.Helper()
	answer, err := c.Try(method, path, body, extra...)
	if err != nil {
		c.app.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer
}

// Try is Do that answers the network's error, for use in goroutines.
func (c *Client) Try(method, path string, body io.Reader, extra ...string) (Answer, error) {
	request, err := http.NewRequest(method, c.app.URL+path, body)
	if err != nil {
		return Answer{}, err
	}
	c.sign(request.Header)
	for i := 0; i+1 < len(extra); i += 2 {
		request.Header.Set(extra[i], extra[i+1])
	}
	response, err := httpClient.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	c.keep(response)
	content, err := io.ReadAll(response.Body)
	return Answer{Status: response.StatusCode, Header: response.Header, Body: string(content)}, err
}

// Get asks for a page.
func (c *Client) Get(path string, extra ...string) Answer {
	c.app.t.Helper()
	return c.Do(http.MethodGet, path, nil, extra...)
}

// Form is pairs of names and values; a name may be repeated.
func Form(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values
}

// Post sends a form as htmx does.
func (c *Client) Post(path string, form url.Values, extra ...string) Answer {
	c.app.t.Helper()
	extra = append([]string{"Content-Type", "application/x-www-form-urlencoded", "HX-Request", "true"}, extra...)
	return c.Do(http.MethodPost, path, strings.NewReader(form.Encode()), extra...)
}

// JSON sends data as JSON and asks for JSON.
func (c *Client) JSON(method, path string, data any, extra ...string) Answer {
	c.app.t.Helper()
	content, err := json.Marshal(data)
	if err != nil {
		c.app.t.Fatal(err)
	}
	extra = append([]string{"Content-Type", "application/json", "Accept", "application/json"}, extra...)
	return c.Do(method, path, bytes.NewReader(content), extra...)
}

// Field reads a field of a JSON answer.
func (a Answer) Field(name string) any {
	var fields map[string]any
	_ = json.Unmarshal([]byte(a.Body), &fields)
	return fields[name]
}
