package chattest

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// Realtime is an open connection of PocketBase's realtime, as its SDKs have it.
// Frames carry in "topic" the subscription that they came for.
type Realtime struct {
	Stream
	client *Client
	ID     string // of the client, to subscribe with
	cancel context.CancelFunc
}

// Realtime connects. Nothing is subscribed yet.
func (c *Client) Realtime() *Realtime {
	c.app.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &Realtime{Stream: newStream(c.app), client: c, cancel: cancel}
	c.app.t.Cleanup(r.Cut)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.app.URL+"/api/realtime", nil)
	if err != nil {
		c.app.t.Fatal(err)
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		c.app.t.Fatalf("realtime: %v", err)
	}
	go r.read(response)
	r.ID = r.Wait("PB_CONNECT", func(f Frame) bool { return f.Text("topic") == "PB_CONNECT" }).Text("clientId")
	return r
}

// read takes the events of the stream: lines of a name and of data, ended by an
// empty one.
func (r *Realtime) read(response *http.Response) {
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 16<<20)
	name, data := "", ""
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "event:"):
			name = strings.TrimPrefix(line, "event:")
		case strings.HasPrefix(line, "data:"):
			data += strings.TrimPrefix(line, "data:")
		case line == "":
			if name != "" {
				r.take(name, []byte(data))
			}
			name, data = "", ""
		}
	}
	r.end(1006)
}

// Subscribe says which topics the connection has from now on, as SDKs do: all of
// them at once.
func (r *Realtime) Subscribe(topics ...string) Answer {
	r.app.t.Helper()
	return r.client.JSON(http.MethodPost, "/api/realtime", map[string]any{"clientId": r.ID, "subscriptions": topics})
}

// WithHTML is a topic that asks for fragments.
func WithHTML(topic string) string {
	options, _ := json.Marshal(map[string]any{"query": map[string]string{"html": "1"}})
	return topic + "?options=" + url.QueryEscape(string(options))
}

// Cut drops the connection without a goodbye.
func (r *Realtime) Cut() { r.cancel() }
