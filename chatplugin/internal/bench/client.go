package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pocketchat/chatplugin/internal/store"
)

// client is one person's connection to the server, kept open between requests.
// It does little: what a client costs is missing to the server beside it.
type client struct {
	Person
	address string
	head    string // headers of every request
	conn    net.Conn
	used    time.Time // last; servers close what is idle for long
	reader  *bufio.Reader
	out     []byte
	body    bytes.Buffer
	looked  map[*page]looked
}

// asProgram is a client that names who it is in a header, as SDKs do.
func asProgram(address string, person Person) *client {
	return &client{Person: person, address: address, head: "Host: " + address + "\r\nAuthorization: " + person.Token + "\r\nAccept: application/json\r\n"}
}

// asBrowser is a client with a cookie, which htmx sends requests for.
func asBrowser(l *link, person Person) (*client, error) {
	c := asProgram(l.Address, person)
	answer, _, err := c.do(http.MethodPost, l.BasePath+"/session/", "", nil)
	if err != nil {
		return nil, err
	}
	cookies := (&http.Response{Header: answer.Header}).Cookies()
	if answer.StatusCode != http.StatusNoContent || len(cookies) == 0 {
		return nil, fmt.Errorf("%s was not signed in: %s", person.ID, answer.Status)
	}
	c.head = "Host: " + l.Address + "\r\nCookie: " + cookies[0].Name + "=" + cookies[0].Value + "\r\nAccept: text/html\r\nHX-Request: true\r\n" +
		"Origin: http://" + l.Address + "\r\nSec-Fetch-Site: same-origin\r\n"
	return c, nil
}

const (
	answerPatience = time.Minute
	mostIdle       = time.Minute
)

// do sends a request and reads the whole answer, whose bytes are valid until
// the next one.
func (c *client) do(method, path, mime string, body []byte) (*http.Response, []byte, error) {
	if c.conn != nil && time.Since(c.used) > mostIdle {
		c.close()
	}
	if c.conn == nil {
		conn, err := dial(c.address)
		if err != nil {
			return nil, nil, err
		}
		c.conn, c.reader = conn, bufio.NewReaderSize(conn, readBytes)
	}
	c.out = append(append(append(append(c.out[:0], method...), ' '), path...), " HTTP/1.1\r\n"...)
	c.out = append(c.out, c.head...)
	if method == http.MethodPost {
		c.out = append(c.out, "Content-Length: "...)
		c.out = strconv.AppendInt(c.out, int64(len(body)), 10)
		if mime != "" {
			c.out = append(append(c.out, "\r\nContent-Type: "...), mime...)
		}
		c.out = append(c.out, "\r\n"...)
	}
	c.out = append(append(c.out, "\r\n"...), body...)
	_ = c.conn.SetDeadline(time.Now().Add(answerPatience))
	answer, err := c.exchange()
	c.used = time.Now()
	if err != nil {
		c.close()
		return nil, nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return answer, c.body.Bytes(), nil
}

func (c *client) exchange() (*http.Response, error) {
	if _, err := c.conn.Write(c.out); err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, err
	}
	c.body.Reset()
	if _, err := io.Copy(&c.body, answer.Body); err != nil {
		return nil, err
	}
	return answer, answer.Body.Close()
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// get asks for a page.
func (c *client) get(path string) ([]byte, error) {
	answer, body, err := c.do(http.MethodGet, path, "", nil)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %.200s", path, answer.Status, body)
	}
	return body, err
}

// create makes a record over REST, and answers it.
func (c *client) create(collection string, values map[string]string) (sent, error) {
	encoded, err := json.Marshal(values)
	if err != nil {
		return sent{}, err
	}
	answer, body, err := c.do(http.MethodPost, "/api/collections/"+collection+"/records", "application/json", encoded)
	if err != nil {
		return sent{}, err
	}
	if answer.StatusCode != http.StatusOK {
		return sent{}, fmt.Errorf("a record of %s was not made: %s: %.200s", collection, answer.Status, body)
	}
	var made sent
	if err := json.Unmarshal(body, &made); err != nil {
		return sent{}, err
	}
	if made.ID == "" || made.Author != c.ID || made.Body != values[store.FieldBody] {
		return sent{}, fmt.Errorf("a record of %s came back changed: %.200s", collection, body)
	}
	return made, nil
}

// say sends a message over REST.
func (c *client) say(room, text, id string) (sent, error) {
	made, err := c.create(store.Messages, map[string]string{store.FieldRoom: room, store.FieldBody: text, store.FieldClientID: id})
	if err == nil && made.Rev <= 0 {
		err = fmt.Errorf("message %s has no revision", made.ID)
	}
	return made, err
}

// note makes a record in the collection that the chat is compared with.
func (c *client) note(room, text, id string) (sent, error) {
	return c.create(plainNotes, map[string]string{store.FieldRoom: room, store.FieldAuthor: c.ID, store.FieldBody: text, store.FieldClientID: id})
}

// post sends a message as the page's form does, and reads the bubble that comes
// back.
func (c *client) post(base, room, text, id string) (sent, error) {
	form := url.Values{store.FieldBody: {text}, store.FieldClientID: {id}}
	answer, body, err := c.do(http.MethodPost, base+"/"+room+"/send/", "application/x-www-form-urlencoded", []byte(form.Encode()))
	if err != nil {
		return sent{}, err
	}
	if answer.StatusCode != http.StatusOK {
		return sent{}, fmt.Errorf("a message was not sent: %s: %.200s", answer.Status, body)
	}
	made := sent{ID: attribute(body, "data-message"), Author: attribute(body, "data-author"), Body: text}
	made.Rev, _ = strconv.ParseInt(attribute(body, "data-rev"), 10, 64)
	if made.ID == "" || made.Rev <= 0 || made.Author != c.ID || !bytes.Contains(body, unmarked(text)) {
		return sent{}, fmt.Errorf("the bubble of a message is not its own: %.300s", body)
	}
	return made, nil
}

// unmarked is what a message's HTML has as it was typed: what comes before the
// first word that is marked up.
func unmarked(text string) []byte {
	plain, _, _ := strings.Cut(text, "*")
	return []byte(plain)
}

// attribute is the first value of an attribute in HTML, "" without one.
func attribute(html []byte, name string) string {
	_, rest, _ := bytes.Cut(html, []byte(name+`="`))
	value, _, ok := bytes.Cut(rest, []byte(`"`))
	if !ok {
		return ""
	}
	return string(value)
}

// attributes are all values of an attribute, in their order.
func attributes(html []byte, name string) []string {
	var values []string
	mark := []byte(name + `="`)
	for {
		_, rest, ok := bytes.Cut(html, mark)
		if !ok {
			return values
		}
		value, after, ok := bytes.Cut(rest, []byte(`"`))
		if !ok {
			return values
		}
		values, html = append(values, string(value)), after
	}
}
