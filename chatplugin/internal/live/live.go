// Package live is the bridge from records to sockets, and the only publisher:
// PocketBase's after-success hooks tell it what was committed, it renders the
// fragment once, and the hub carries the same bytes to everybody. It never
// refuses anything, and an error of its own never makes a committed save look
// failed: it is logged, and clients read what they missed from the rows.
//
// Nothing is rendered that nobody would hear. Whoever subscribes a moment later
// reads the rows after that, and finds there what was not told.
package live

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/view"
)

// Options are what publishing needs.
type Options struct {
	App   core.App
	Store *store.Store
	View  *view.View
	// Replay is how many missed messages a socket replays before it says
	// reload; 500 if zero.
	Replay int
	Hub    hub.Options
}

// Live publishes.
type Live struct {
	app     core.App
	store   *store.Store
	view    *view.View
	tongues []tongue // the first one is that of view
	log     *slog.Logger
	hub     *hub.Hub
	replay  int

	counts  counts
	lists   memberLists
	rows    rowPace
	gather  *gather
	reads   highest
	typists typists
	revs    revCache
	told    toldRows
	sweep   *sweep
	ended   atomic.Pointer[func(user, session string)]
	running sync.Once
}

const (
	hookID = "pocketchat_live_"
	// Ours run before a host's after hooks: one of those that returns an error
	// or forgets e.Next() must not silence the sockets.
	first = -100
	// Inside the transaction that package guard opens at 100.
	inside = 105
	// Around all of a change, the transaction that PocketBase opens for it included.
	outside = -1000
	// The bar goes up as the last step inside a removing transaction.
	last = 110
)

// New makes the publisher and its hub; Bind and Run start them.
func New(options Options) (*Live, error) {
	l := &Live{
		app: options.App, store: options.Store, view: options.View, tongues: tonguesOf(options.View), log: options.App.Logger(), replay: options.Replay,
		lists: newMemberLists(), rows: newRowPace(), revs: newRevCache(),
	}
	if l.replay == 0 {
		l.replay = 500
	}
	options.Hub.Logger = l.log
	options.Hub.Rev = RevOf
	options.Hub.About = aboutOf
	options.Hub.OnPresence = l.presence
	options.Hub.People = l.people
	options.Hub.Owner = ownerOf
	options.Hub.Farewell = l.farewell
	options.Hub.OnEnd = l.endedElsewhere
	options.Hub.OnForeign = l.foreign
	tell := options.Hub.OnNodes
	options.Hub.OnNodes = func(err error) {
		if tell != nil {
			tell(err)
		}
		l.sweep.reached(err)
	}
	l.sweep = newSweep(l)
	var err error
	l.hub, err = hub.New(options.Hub)
	l.gather = newGather(l.log)
	return l, err
}

// Hub is the carrier, for the doors.
func (l *Live) Hub() *hub.Hub { return l.hub }

// Run starts the hub; only the first call does. Where it is never called, as in
// commands, nothing is published.
func (l *Live) Run() (err error) {
	l.running.Do(func() {
		if err = l.hub.Run(); err == nil {
			l.gather.start()
			l.sweep.start()
		}
	})
	return err
}

// Shutdown closes every socket, with a code on which clients come back. When it
// has returned, nothing here reads the database by itself any more.
func (l *Live) Shutdown(ctx context.Context) error {
	l.running.Do(func() {}) // too late for Run
	l.sweep.stop()
	l.gather.stop()
	return l.hub.Shutdown(ctx)
}

// Reserve implements guard.Timeline: it is called inside the transaction that
// allots a revision.
func (l *Live) Reserve(room string, rev int64) { l.hub.Reserve(roomTopic(room), rev) }

// Purged implements guard.Timeline: lists show the room anew, and what is unread
// in it. Open pages see by the next heartbeat that they are behind, and load
// the room anew.
func (l *Live) Purged(room string, rev int64) {
	l.revs.saw(room, rev)
	members, err := store.ShownTo(l.app, room)
	if err != nil || !l.anyHeard(userTopics(members)) {
		l.warn("a room's row", room, err)
		return
	}
	l.rowSoon(room)
	for _, user := range members {
		l.unreadSoon(room, user)
	}
}

// Bind listens to what is committed.
func (l *Live) Bind(app core.App) {
	l.bindMessages(app)
	l.bindRooms(app)
	l.bindMembers(app)
	l.bindRemoval(app)
	l.bindUsers(app)
}

func on[T hook.Resolver](h interface{ Bind(*hook.Handler[T]) string }, name string, priority int, do func(T) error) {
	h.Bind(&hook.Handler[T]{Id: hookID + name, Priority: priority, Func: do})
}

func (l *Live) warn(what string, room string, err error) {
	if err != nil {
		l.log.Warn("chat: "+what+" was not published; clients read it from the rows", "room", room, "error", err)
	}
}
