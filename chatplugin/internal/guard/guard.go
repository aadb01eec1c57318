// Package guard is the doors of the chat: it binds the rules of package chat
// to PocketBase's record hooks, so that every entrance (pages, REST, SDKs, the
// admin UI and app.Save) passes the same ones.
//
// What must always hold binds to the Create-, Update- and DeleteExecute hooks,
// which no kind of save skips. They run inside the transaction of the change,
// whose first statement writes the room's row: changes of one room go one after
// the other, and counters commit together with what they count. What depends on
// who asks is decided there as well, by the actor that the entrance put on the
// record (As): a decision made before the transaction could be out of date.
package guard

import (
	"errors"
	"sync"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// Timeline is told of each revision while its transaction runs, so that frames
// can leave in the order of revisions. Whatever comes of the transaction is
// told by PocketBase's after hooks.
type Timeline interface {
	Reserve(room string, rev int64)
	// Purged is told that messages of a room, which people could still read,
	// are gone for good, and that the room's revision is rev now.
	Purged(room string, rev int64)
	// Erased is told that many messages of a room became tombstones at once.
	Erased(room string)
}

// Options are what the rules need to know of the host.
type Options struct {
	Store    *store.Store
	Limits   chat.Limits
	History  chat.History
	Timeline Timeline
	// Erase has what a deleted account wrote go with it.
	Erase bool
	// Throttle refuses what REST clients do too often; bucket is "send", "read"
	// or "newroom". Pages throttle by their routes.
	Throttle func(bucket, user, ip string) error
	// Word words a refusal as a REST client wishes, by its Accept-Language header;
	// nil leaves all English.
	Word func(wish string, refusal *chat.Error) string
}

// Guard holds the rules that are bound to an app.
type Guard struct {
	Options
	background sync.WaitGroup
	counts     counts

	mu       sync.Mutex
	stopping bool // nothing more is begun in the background
}

// hookID prefixes the ids of all hooks: binding twice replaces, never doubles.
const hookID = "pocketchat_"

// Priorities: PocketBase stores files and opens its delete transaction at 99.
const (
	first      = -10_000 // where PocketBase tries its rules: before anything else hears of a request
	early      = -50     // before a host's own hooks, which then see completed records
	beforeTx   = 90      // after a host's hooks agreed, before PocketBase's transaction
	insideTx   = 100     // inside PocketBase's own transaction, files stored
	afterOther = 50
)

// ours are the collections that the rules are about.
var ours = []string{store.Rooms, store.Members, store.Messages, store.Reactions}

// Bind binds every rule to the app and answers the guard.
func Bind(app core.App, options Options) *Guard {
	g := &Guard{Options: options}
	g.bindRooms(app)
	g.bindMembers(app)
	g.bindMessages(app)
	g.bindReactions(app)
	g.bindUsers(app)
	g.bindRequests(app)
	g.bindListing(app)
	g.bindCounts(app)
	for name, hook := range map[string]*hook.TaggedHook[*core.RecordErrorEvent]{
		"create_undone": app.OnRecordAfterCreateError(ours...), "update_undone": app.OnRecordAfterUpdateError(ours...),
	} {
		on(hook, name, afterOther, unknow)
	}
	return g
}

// Wait waits for deletions that go on in the background.
func (g *Guard) Wait() { g.background.Wait() }

// Stop has the deletions in the background end after the piece that they are
// at, and waits for that: the database closes next. What is left is found by
// its flag at the next start.
func (g *Guard) Stop() {
	g.mu.Lock()
	g.stopping = true
	g.mu.Unlock()
	g.background.Wait()
}

// goOn is nil until Stop was called; asked between the pieces of a deletion.
func (g *Guard) goOn() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopping {
		return errStopping
	}
	return nil
}

var errStopping = errors.New("the server is stopping")

// on binds one record hook under a fixed id.
func on[T hook.Resolver](h interface{ Bind(*hook.Handler[T]) string }, name string, priority int, do func(T) error) {
	h.Bind(&hook.Handler[T]{Id: hookID + name, Priority: priority, Func: do})
}

// inTransaction runs do inside a transaction whose app the event carries on:
// what e.Next() does later in it commits or rolls back with it. PocketBase
// opens none by itself for a create or update.
func inTransaction(e *core.RecordEvent, do func(tx core.App) error) error {
	outer := e.App
	defer func() { e.App = outer }()
	store.Ready(outer)
	return outer.RunInTransaction(func(tx core.App) error {
		e.App = store.Quick(tx)
		if !outer.IsTransactional() {
			return do(tx)
		}
		return wholly(tx, do)
	})
}

// wholly makes do all or nothing inside a transaction that is not ours. Whoever
// opened it may go on after a refusal and commit, and must not commit counters
// that count what was refused.
func wholly(tx core.App, do func(tx core.App) error) error {
	run := func(statement string) error {
		_, err := tx.NonconcurrentDB().NewQuery(statement).Execute()
		return err
	}
	if err := run("SAVEPOINT pocketchat"); err != nil {
		return err
	}
	undo := func() error { return errors.Join(run("ROLLBACK TO pocketchat"), run("RELEASE pocketchat")) }
	finished := false
	defer func() {
		if !finished { // a host's hook panicked, and the host may go on all the same
			_ = undo()
		}
	}()
	err := do(tx)
	finished = true
	if err == nil {
		return run("RELEASE pocketchat")
	}
	if undone := undo(); undone != nil {
		return errors.Join(err, undone)
	}
	return err
}
