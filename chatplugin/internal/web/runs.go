package web

import (
	"maps"
	"strings"
	"sync"
	"time"

	"pocketchat/chatplugin/internal/bounded"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/view"
	"pocketchat/templates"
)

// A room's messages are read and drawn once for all who look at the same ones:
// they are as they were while the room's revision is, since every change of them
// takes a new one. Names of people change by themselves and are compared.

const (
	// runFor bounds the one thing that is written without a revision: an author
	// whose account is gone has no name in the meantime either.
	runFor = 10 * time.Second
	// runRows bounds the messages that are kept, some ten megabytes.
	runRows = 5000
)

// runs are what was read lately.
type runs struct {
	kept bounded.Map[runKey, *run]
}

func newRuns() runs {
	return runs{bounded.New(runRows, runFor, func(_ runKey, r *run) int { return 1 + len(r.rows) })}
}

// runKey says which messages are meant, as of which revision of their room.
type runKey struct {
	room        string
	rev, purged int64
	since       int64 // only what came after is seen
	how         string
	at          int64
}

// run is messages that were read, and what they look like. Many read it.
type run struct {
	store.Window
	rows  []store.Message // all of them, oldest first
	since int64
	named []string

	mu    sync.Mutex
	drawn map[drawing]drawn
}

// drawing is what bubbles depend on besides their messages.
type drawing struct {
	in    *view.View
	panel bool
}

type drawn struct {
	people map[string]store.Person
	slice  templates.Slice
}

// run answers what was read before, or reads it.
func (w *Web) run(v *visit, how string, at int64, read func() (store.Window, error)) (*run, error) {
	room, since := v.seat.Room, v.seat.Member.Since()
	key := runKey{room: room.ID, rev: room.Rev, purged: room.PurgedRev, since: since, how: how, at: at}
	if known, ok := w.runs.kept.Get(key); ok {
		return known, nil
	}
	window, err := read()
	if err != nil {
		return nil, err
	}
	made := newRun(window, since)
	w.runs.kept.Set(key, made)
	return made, nil
}

func newRun(window store.Window, since int64) *run {
	rows := append(window.Before[:len(window.Before):len(window.Before)], window.After...)
	return &run{Window: window, rows: rows, since: since, named: view.Named(rows), drawn: map[drawing]drawn{}}
}

// slice turns rows into bubbles.
func (w *Web) slice(v *visit, r *run) (templates.Slice, error) {
	people, err := v.view.Store.People(v.App, r.named...)
	if err != nil {
		return templates.Slice{}, err
	}
	site := v.view.Site
	site.Panel = w.inPanel(v.Request.URL.Path)
	r.mu.Lock()
	defer r.mu.Unlock()
	key := drawing{v.view, site.Panel}
	if known, ok := r.drawn[key]; ok && maps.Equal(known.people, people) {
		return known.slice, nil
	}
	slice := templates.Slice{
		Room: v.seat.Room.ID, Messages: v.view.Bubbles(r.rows, r.since, people), Older: r.Older, Newer: r.Newer,
	}
	var bubbles strings.Builder
	if err := templates.Bubbles(site, slice).Render(v.Request.Context(), &bubbles); err != nil {
		return templates.Slice{}, err
	}
	slice.Drawn = bubbles.String()
	r.drawn[key] = drawn{people, slice}
	return slice, nil
}
