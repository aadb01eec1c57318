package faults

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pocketchat/chatplugin/chattest"
)

// A database that can take nothing more says so to whoever writes, is read as
// ever, loses nothing that was acknowledged, and goes on when it can.
func TestDatabaseTakesNothing(t *testing.T) {
	for name, fault := range map[string]struct{ begin, end func(*world) }{
		"full": {
			func(w *world) { w.statement(fmt.Sprint("PRAGMA max_page_count = ", w.number("PRAGMA page_count"))) },
			func(w *world) { w.statement("PRAGMA max_page_count = 1000000000") },
		},
		"read-only": {
			func(w *world) { w.statement("PRAGMA query_only = ON") },
			func(w *world) { w.statement("PRAGMA query_only = OFF") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			page, rest := w.Client(w.ann), w.Client(w.bob)
			listener := w.open(w.cid, w.group)
			start := w.Rev(w.group)
			var sent []string
			try := func(n int) (taken bool) {
				by, how := page, send
				if n%2 == 1 {
					by, how = rest, create
				}
				body := fmt.Sprint("Message ", n, " ", strings.Repeat("and so on ", 300))
				body = strings.TrimSpace(body)
				answer, err := how(by, w.group, body)
				if err != nil {
					t.Fatal(err)
				}
				if answer.Status == http.StatusOK {
					sent = append(sent, body)
					return true
				}
				if answer.Status != http.StatusServiceUnavailable || !strings.Contains(answer.Body, "cannot save anything at the moment") {
					t.Fatalf("message %d: %d %s", n, answer.Status, answer.Body)
				}
				return false
			}
			for n := range 6 {
				if !try(n) {
					t.Fatal("premise: the database takes nothing from the start")
				}
			}
			fault.begin(w)
			n, refused := 6, []int{}
			for ; len(refused) < 4 && n < 2000; n++ {
				if !try(n) {
					refused = append(refused, n)
				}
			}
			if len(refused) < 4 {
				t.Fatal("premise: the database took everything")
			}
			w.others(t)
			if got := w.bodies(w.group); !slices.Equal(got, sent) {
				t.Errorf("%d messages are there, %d were acknowledged", len(got), len(sent))
			}
			w.checked()

			fault.end(w)
			for _, n := range refused {
				if !try(n) {
					t.Fatalf("message %d does not go through now", n)
				}
			}
			hears(listener, sent[len(sent)-1])
			if !slices.Equal(heard(listener), sent) || !slices.Equal(w.bodies(w.group), sent) {
				t.Errorf("heard %d and stored %d of %d", len(heard(listener)), len(w.bodies(w.group)), len(sent))
			}
			w.inOrder(listener, start)
			w.checked()
		})
	}
}

// others are the ways in besides sending: what only reads goes on, and what
// writes is answered by the same sentence, or by nothing done.
func (w *world) others(t *testing.T) {
	t.Helper()
	ann := w.Client(w.ann)
	for _, path := range []string{"/chat/", "/chat/" + w.group + "/", "/chat/" + w.group + "/info/", "/chat/" + w.group + "/messages/?before=" + w.last()} {
		if answer := ann.Get(path); answer.Status != http.StatusOK {
			t.Errorf("GET %s: %d", path, answer.Status)
		}
	}
	w.open(w.bob, w.direct)
	for path, form := range map[string][]string{
		"/chat/" + w.group + "/read/":   {"rev", "2"}, // back: nothing to write
		"/chat/" + w.group + "/edit/":   {"name", "Another name"},
		"/chat/new-group/":              {"name", "More friends", "members", w.bob.Email()},
		"/chat/" + w.group + "/delete/": {},
	} {
		answer := ann.Post(path, chattest.Form(form...), "Accept", "application/json", "HX-Request", "")
		// A full database may have room for something small yet.
		fine := answer.Status < 300 || answer.Status == http.StatusServiceUnavailable && strings.Contains(answer.Body, "cannot save")
		if !fine {
			t.Errorf("POST %s: %d %s", path, answer.Status, answer.Body)
		}
	}
}

func (w *world) last() string {
	return w.Find("chat_rooms", w.group).GetString("last_message")
}
