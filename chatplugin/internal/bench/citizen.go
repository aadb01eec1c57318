package bench

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"pocketchat/chatplugin/internal/store"
)

// citizen is one of the people of a mixed day: a browser with a room open.
type citizen struct {
	Person
	town   *town
	home   *townRoom
	who    int // among the room's speakers
	client *client

	socket  *socket
	leaving *atomic.Bool // of the socket that is open
	reading sync.WaitGroup
}

// arrive signs in and opens the room.
func (c *citizen) arrive() (err error) {
	if c.client, err = asBrowser(c.town.link, c.Person); err != nil {
		return err
	}
	c.home.words.clients[c.who] = c.client
	return c.open()
}

// live does something every while until the day is over.
func (c *citizen) live(ctx context.Context, phase time.Duration, first int) {
	turns := []func() error{c.open, c.write, c.look}
	next := time.Now().Add(phase)
	for turn := first; ; turn++ {
		select {
		case <-time.After(time.Until(next)):
		case <-ctx.Done():
			return
		}
		if err := turns[turn%len(turns)](); err != nil {
			c.town.faults.add("%s: %v", c.ID, err)
			return
		}
		next = next.Add(c.town.Turn)
	}
}

// open shows the room and connects from where the page ends.
func (c *citizen) open() error {
	base := c.town.BasePath + "/" + c.home.ID + "/"
	body, err := c.client.get(base)
	if err != nil {
		return err
	}
	_, shown, ok := bytes.Cut(body, []byte(`data-room-page="`+c.home.ID+`"`))
	rev, err := strconv.ParseInt(attribute(shown, "data-rev"), 10, 64)
	if messages := len(attributes(shown, "data-message")); !ok || err != nil || messages != roomMessages {
		return fmt.Errorf("the room's page has %d messages and ends at revision %q", messages, attribute(shown, "data-rev"))
	}
	c.leave()
	path := "/ws" + base + "?rev=" + strconv.FormatInt(rev, 10)
	if c.socket, err = openSocket(c.town.Address, path, c.Token, c.ID, c.home.ledger); err != nil {
		return err
	}
	c.socket.next = rev + 1
	socket, leaving := c.socket, &atomic.Bool{}
	c.leaving = leaving
	c.reading.Go(func() {
		if err := socket.read(); !leaving.Load() {
			c.home.ledger.faults.add("%s: %v", socket.name, err)
		}
	})
	return c.form(base+"read/", store.FieldRev, strconv.FormatInt(rev, 10))
}

// write types and sends.
func (c *citizen) write() error {
	for range 2 {
		if err := c.form(c.town.BasePath + "/" + c.home.ID + "/typing/"); err != nil {
			return err
		}
	}
	begun := time.Now()
	if err := c.home.words.speak(c.who); err != nil {
		return err
	}
	took := time.Since(begun)
	c.town.took(&took)
	return nil
}

// look shows the list.
func (c *citizen) look() error {
	body, err := c.client.get(c.town.BasePath + "/list-partial/")
	if err == nil && attribute(body, "data-room") != c.home.ID {
		err = fmt.Errorf("the list does not begin with the room")
	}
	return err
}

// form posts pairs of names and values that nothing is answered to.
func (c *citizen) form(path string, pairs ...string) error {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	answer, body, err := c.client.do(http.MethodPost, path, "application/x-www-form-urlencoded", []byte(values.Encode()))
	if err == nil && answer.StatusCode != http.StatusNoContent {
		err = fmt.Errorf("%s: %s: %.200s", path, answer.Status, body)
	}
	return err
}

// leave hangs up.
func (c *citizen) leave() {
	if c.socket == nil {
		return
	}
	c.leaving.Store(true)
	c.socket.conn.Close()
	c.reading.Wait()
}
