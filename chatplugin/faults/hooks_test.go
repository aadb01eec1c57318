package faults

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// place is where a host binds to the sending of a message.
type place struct {
	name  string
	bind  func(app *chattest.App, do func(message *core.Record))
	saved bool // the message is committed by then
	holds bool // others cannot write meanwhile: it is inside the transaction
}

var places = []place{
	{"before", func(app *chattest.App, do func(*core.Record)) {
		app.Chat.OnMessageSend().BindFunc(func(e *chatplugin.MessageEvent) error {
			do(e.Message)
			return e.Next()
		})
	}, false, false},
	{"inside", func(app *chattest.App, do func(*core.Record)) {
		app.OnRecordCreateExecute("chat_messages").Bind(&hook.Handler[*core.RecordEvent]{Priority: 500, Func: func(e *core.RecordEvent) error {
			if err := e.Next(); err != nil {
				return err
			}
			do(e.Record)
			return nil
		}})
	}, false, true},
	{"after", func(app *chattest.App, do func(*core.Record)) {
		app.Chat.OnMessageSent().BindFunc(func(e *chatplugin.MessageEvent) error {
			do(e.Message)
			return e.Next()
		})
	}, true, false},
}

// A host's hook that takes its time holds up nobody's reading, and nobody's
// writing unless it sits inside the transaction; what waited comes, in order.
func TestSlowHook(t *testing.T) {
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			t.Parallel()
			slow, go_ := make(chan struct{}), make(chan struct{})
			w := newWorld(t, func(app *chattest.App) {
				place.bind(app, func(message *core.Record) {
					if message.GetString("body") == "Slow" {
						close(slow)
						<-go_
					}
				})
			})
			here, there := w.open(w.cid, w.group), w.open(w.bob, w.direct)
			starts := []int64{w.Rev(w.group), w.Rev(w.direct)}
			answers := make(chan chattest.Answer, 8)
			say := func(room, body string) {
				go func() {
					answer, err := send(w.Client(w.ann), room, body)
					if err != nil {
						t.Error(err)
					}
					answers <- answer
				}()
			}
			say(w.group, "Slow")
			<-slow
			for _, path := range []string{"/chat/", "/chat/" + w.group + "/", "/chat/" + w.direct + "/"} {
				if answer := w.Client(w.bob).Get(path); answer.Status != http.StatusOK {
					t.Errorf("GET %s: %d", path, answer.Status)
				}
			}
			w.open(w.bob, w.group)
			if place.saved {
				hears(here, "Slow")
			}
			for _, room := range []string{w.direct, w.group} {
				say(room, "Quick")
				if !place.holds {
					if answer := <-answers; answer.Status != http.StatusOK {
						t.Errorf("a quick one meanwhile: %d %s", answer.Status, answer.Body)
					}
				}
			}
			if !place.holds {
				hears(here, "Quick")
				hears(there, "Quick")
			}
			close(go_)
			waiting := 1
			if place.holds {
				waiting = 3
			}
			for range waiting {
				if answer := <-answers; answer.Status != http.StatusOK {
					t.Errorf("what waited: %d %s", answer.Status, answer.Body)
				}
			}
			for _, body := range []string{"Slow", "Quick"} {
				hears(here, body)
			}
			hears(there, "Quick")
			w.inOrder(here, starts[0])
			w.inOrder(there, starts[1])
			if !slices.Equal(heard(here), w.bodies(w.group)) || len(heard(here)) != 2 {
				t.Errorf("heard %v, stored %v", heard(here), w.bodies(w.group))
			}
			w.checked()
		})
	}
}

// A host's hook that panics refuses the message, or comes too late for that.
// Whatever else is sent then is saved and delivered as if nothing had been.
func TestPanickingHook(t *testing.T) {
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(app *chattest.App) {
				place.bind(app, func(message *core.Record) {
					if strings.HasPrefix(message.GetString("body"), "Boom") {
						panic("a host's mistake")
					}
				})
			})
			listener, start := w.open(w.cid, w.group), w.Rev(w.group)
			ann := w.Client(w.ann)
			var want []string
			for n := range 3 {
				for i, how := range []func(*chattest.Client, string, string) (chattest.Answer, error){send, create} {
					boom := fmt.Sprint("Boom ", n, i)
					answer, err := how(ann, w.group, boom)
					if err != nil || answer.Status < 400 || strings.Contains(answer.Body, "mistake") || strings.Contains(answer.Body, "goroutine") {
						t.Errorf("%s: %d %s %v", boom, answer.Status, answer.Body, err)
					}
					if place.saved {
						want = append(want, boom)
					}
					fine := fmt.Sprint("Fine ", n, i)
					if answer, err := how(ann, w.group, fine); err != nil || answer.Status != http.StatusOK {
						t.Errorf("%s: %d %s %v", fine, answer.Status, answer.Body, err)
					}
					want = append(want, fine)
					hears(listener, fine)
				}
			}
			if !slices.Equal(heard(listener), want) || !slices.Equal(w.bodies(w.group), want) {
				t.Errorf("heard %v and stored %v of %v", heard(listener), w.bodies(w.group), want)
			}
			w.inOrder(listener, start)
			if n := w.Unread(w.bob); n != len(want) {
				t.Errorf("Bob has %d unread of %d", n, len(want))
			}
			w.checked()
		})
	}
}

// A hook that panics in the middle of a removal keeps the person in the room,
// and they hear what is said there.
func TestPanicWhileRemoving(t *testing.T) {
	broken := true
	w := newWorld(t, func(app *chattest.App) {
		app.Chat.OnMessageSend().BindFunc(func(e *chatplugin.MessageEvent) error {
			if broken && e.Author == "" && strings.Contains(e.Message.GetString("body"), "removed") {
				panic("a host's mistake")
			}
			return e.Next()
		})
	})
	bob := w.open(w.bob, w.group)
	answer := w.Client(w.ann).Do(http.MethodDelete, "/api/collections/chat_members/records/"+w.Member(w.group, w.bob).Id, nil)
	if answer.Status < 400 || w.Member(w.group, w.bob) == nil {
		t.Fatalf("premise: he was removed: %d", answer.Status)
	}
	w.Message(w.group, w.ann, "Still with us")
	// His connection may have been closed, so that he comes back and resumes.
	within(t, "Bob hears", func() bool {
		if slices.Contains(heard(bob), "Still with us") {
			return true
		}
		again, _, err := w.Client(w.bob).TrySocket("/ws/chat/" + w.group + "/?rev=1")
		if err != nil {
			return false
		}
		defer again.Cut()
		_, err = again.TryWait("synced", func(f chattest.Frame) bool { return f.Type() == "synced" })
		return err == nil && slices.Contains(heard(again), "Still with us")
	})
	broken = false
	if err := w.Chat.Kick(w.group, w.bob.Id); err != nil || w.Member(w.group, w.bob) != nil {
		t.Errorf("he cannot be removed any more: %v", err)
	}
	w.checked()
}

// A host that catches a panic inside its own transaction and commits all the
// same commits nothing of what the panic cut off.
func TestPanicInAHostsTransaction(t *testing.T) {
	w := newWorld(t, func(app *chattest.App) {
		places[1].bind(app, func(message *core.Record) {
			if message.GetString("body") == "Boom" {
				panic("a host's mistake")
			}
		})
	})
	listener, start := w.open(w.cid, w.group), w.Rev(w.group)
	caught := 0
	save := func(tx core.App, body string) error {
		defer func() {
			if recover() != nil {
				caught++
			}
		}()
		collection, err := tx.FindCollectionByNameOrId("chat_messages")
		if err != nil {
			return err
		}
		message := core.NewRecord(collection)
		message.Load(map[string]any{"room": w.group, "author": w.ann.Id, "body": body})
		return tx.Save(message)
	}
	err := w.RunInTransaction(func(tx core.App) error {
		for _, body := range []string{"One", "Boom", "Two"} {
			if err := save(tx, body); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || caught != 1 {
		t.Fatalf("premise: %d panics, %v", caught, err)
	}
	hears(listener, "Two")
	if want := []string{"One", "Two"}; !slices.Equal(w.bodies(w.group), want) || !slices.Equal(heard(listener), want) {
		t.Errorf("stored %v, heard %v", w.bodies(w.group), heard(listener))
	}
	w.inOrder(listener, start)
	w.checked()
}
