package web

import (
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/bounded"
	"pocketchat/chatplugin/internal/store"
)

// What was read from the database, and made of it, is as it was for as long as
// nobody has written to it: see [store.Moment]. So a page that is asked for again
// reads no row. Names of people come from [store.Store.People], which knows them
// for a while, so nothing is kept for longer than keptFor: nor would it be with a
// host's driver that counted wrongly.

const keptFor = 5 * time.Second

// memory holds values of one kind, each as it was in some moment.
type memory[K comparable, V any] struct {
	values bounded.Map[K, asOf[V]]
}

type asOf[V any] struct {
	moment store.Moment
	value  V
}

// newMemory keeps values of so many bytes in all, roughly.
func newMemory[K comparable, V any](bytes uint64, size func(V) int) memory[K, V] {
	return memory[K, V]{bounded.New(bytes, keptFor, func(_ K, of asOf[V]) int { return size(of.value) })}
}

// get answers what was read in this moment, or reads it: many share the value.
func (m memory[K, V]) get(now store.Moment, key K, read func() (V, error)) (V, error) {
	if now == (store.Moment{}) {
		return read()
	}
	if known, ok := m.values.Get(key); ok && known.moment == now {
		return known.value, nil
	}
	value, err := read()
	if err == nil {
		m.values.Set(key, asOf[V]{now, value})
	}
	return value, err
}

// now is the moment in which a visit began to look at the database. One that may
// change something has none: it has to see what it did.
func (v *visit) now() store.Moment {
	if !v.looked {
		v.looked = true
		if v.Request.Method == http.MethodGet || v.Request.Method == http.MethodHead {
			v.moment = momentOf(v.RequestEvent).With(v.view.Store.Changes())
		}
	}
	return v.moment
}

// momentOf is the moment in which a request began to look at the database.
func momentOf(e *core.RequestEvent) store.Moment {
	now, ok := e.Get(momentKey).(store.Moment)
	if !ok {
		now, _ = store.Now(e.App)
		e.Set(momentKey, now)
	}
	return now
}

const momentKey = "chatMoment"
