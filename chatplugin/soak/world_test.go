package soak

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// patience is how long a test waits for what must come, however busy the machine.
const patience = 4 * time.Minute

// world is an application with people in it, who have tabs open.
type world struct {
	t      *testing.T
	app    *chattest.App
	front  *chattest.App // where clients find the application
	people []*core.Record

	slowest atomic.Int64 // send, in nanoseconds

	mu    sync.Mutex
	rooms []string
	acked map[string]string // texts whose sending was acknowledged, and where
	tabs  []*tab
}

func newWorld(t *testing.T, config chatplugin.Config, names ...string) *world {
	t.Helper()
	config.Languages = []string{"en"} // frames write times alike in all languages, where there are several
	app := chattest.NewApp(t, config).Serve()
	return &world{t: t, app: app, front: app, people: app.Users(names...), acked: map[string]string{}}
}

func (w *world) url() string { return w.front.URL }

func (w *world) allRooms() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.rooms)
}

func (w *world) allTabs() []*tab {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.tabs)
}

// tab opens one more tab of somebody.
func (w *world) tab(who *core.Record, room string, attentive bool) *tab {
	w.t.Helper()
	token := w.app.Token(who)
	tab := &tab{world: w, who: who, token: token, client: w.front.WithToken(token), attentive: attentive}
	w.mu.Lock()
	w.tabs = append(w.tabs, tab)
	w.mu.Unlock()
	w.t.Cleanup(tab.close)
	tab.open(room)
	return tab
}

// group makes a group over HTTP and answers its id, "" when it was refused.
func (w *world) group(owner *tab, name string, members ...*core.Record) string {
	form := map[string]any{"name": name}
	var ids []string
	for _, member := range members {
		ids = append(ids, member.Id)
	}
	form["members"] = ids
	got := owner.client.JSON(http.MethodPost, "/chat/new-group/", form)
	room, _ := got.Field("room").(string)
	if room == "" {
		w.t.Errorf("no group: %d %s", got.Status, got.Body)
		return ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rooms = append(w.rooms, room)
	return room
}

// live waits until every tab is connected and shows its page.
func (w *world) live() {
	w.t.Helper()
	for _, tab := range w.allTabs() {
		eventually(w.t, "every tab is live", func() bool {
			tab.mu.Lock()
			defer tab.mu.Unlock()
			return tab.live
		})
	}
}

// close closes all tabs, before the application that they ask ends.
func (w *world) close() {
	for _, tab := range w.allTabs() {
		tab.close()
	}
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never happened: %s", what)
		}
	}
}

// settled waits until every tab shows what a page that is opened now shows.
func (w *world) settled() {
	w.t.Helper()
	for _, tab := range w.allTabs() {
		tab.awake()
		differs := ""
		for deadline := time.Now().Add(patience); ; time.Sleep(30 * time.Millisecond) {
			if differs = tab.differs(); differs == "" {
				break
			}
			if w.t.Failed() || time.Now().After(deadline) {
				w.t.Fatalf("%s's tab on %q does not show what a fresh page does:\n%s", tab.who.GetString("name"), tab.room, differs)
			}
		}
	}
}

// counted holds that all counters are what the rows say.
func (w *world) counted() {
	w.t.Helper()
	rooms, err := store.AllRooms(w.app)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, room := range rooms {
		found, err := store.Recount(w.app, room)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, difference := range found {
			w.t.Error(difference)
		}
	}
	people := store.New(store.Users{Collection: "users", NameField: "name", Avatar: "avatar"})
	for _, who := range w.people {
		found, err := people.RecountLists(w.app, who.Id)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, difference := range found {
			w.t.Error(difference)
		}
	}
}

// differs compares a tab with a fresh page of the same, "" for no difference.
func (t *tab) differs() string {
	t.mu.Lock()
	page, room, live, part := t.page, t.room, t.live, t.timeline.part
	t.mu.Unlock()
	if !live {
		return "it is not connected"
	}
	if part { // somebody scrolls down
		t.more(false)
		return "it ends before the room does"
	}
	var whole map[string]bubble
	if room != "" {
		var status int
		if whole, status = t.wholeRoom(room); status != 200 {
			return fmt.Sprintf("a fresh page answers %d", status)
		}
	}
	list, err := t.client.Try(http.MethodGet, "/chat/list-partial/", nil, "Accept", "text/html", "HX-Request", "true")
	if err != nil || list.Status != 200 {
		return fmt.Sprintf("the list answers %d, %v", list.Status, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.page != page {
		return "it went on to another page"
	}
	var differs []string
	if room != "" {
		differs = t.timeline.differs(whole)
	}
	return strings.Join(append(differs, t.rooms.differs(list.Body)...), "\n")
}

// wholeRoom reads all of a room as the tab's reader may.
func (t *tab) wholeRoom(room string) (map[string]bubble, int) {
	whole, path := &timeline{known: map[string]*bubble{}}, "/chat/"+room+"/?latest=1"
	for path != "" {
		got, err := t.client.Try(http.MethodGet, path, nil, "Accept", "text/html")
		if err != nil || got.Status != 200 {
			return nil, got.Status
		}
		page := parse(got.Body)
		whole.upsertAll(page)
		path = page.Find("[data-load-older]").AttrOr("href", "")
	}
	bubbles := map[string]bubble{}
	for id, b := range whole.known {
		bubbles[id] = *b
	}
	return bubbles, 200
}

func (t *timeline) differs(whole map[string]bubble) (differs []string) {
	from := int64(0)
	if t.older != "" {
		from = t.firstSeq()
	}
	for id, b := range whole {
		switch mine := t.known[id]; {
		case mine == nil && b.seq >= from:
			differs = append(differs, "missing: "+b.String())
		case mine != nil && mine.String() != b.String():
			differs = append(differs, "shown:   "+mine.String()+"\ninstead: "+b.String())
		}
	}
	for id, b := range t.known {
		if _, there := whole[id]; !there {
			differs = append(differs, "too much: "+b.String())
		}
	}
	return differs
}

func (r *rooms) differs(list string) (differs []string) {
	page := parse(list)
	if total := number(page.Find("[data-rooms]"), "data-unread-total"); total != r.counts.total() {
		differs = append(differs, fmt.Sprintf("unread in all: %d instead of %d", r.counts.total(), total))
	}
	fresh := map[string]row{}
	for _, li := range page.Find("[data-room]").EachIter() {
		fresh[li.AttrOr("data-room", "")] = rowOf(li)
	}
	for room, want := range fresh {
		if mine := r.rows[room]; mine == nil {
			differs = append(differs, "not in the list: "+room)
		} else if mine.unread != want.unread || mine.preview != want.preview {
			differs = append(differs, fmt.Sprintf("room %s shows %d unread, %q instead of %d, %q", room, mine.unread, mine.preview, want.unread, want.preview))
		}
	}
	for room := range r.rows {
		if _, there := fresh[room]; !there {
			differs = append(differs, "in the list: "+room)
		}
	}
	return differs
}

// acknowledged holds that everything that was acknowledged is there once, unless
// its room is gone.
func (w *world) acknowledged() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var rows []struct {
		Room  string `db:"room"`
		ID    string `db:"client_id"`
		Count int    `db:"n"`
	}
	err := w.app.DB().NewQuery("SELECT [[room]], [[client_id]], COUNT(*) [[n]] FROM {{" + store.Messages + "}} WHERE [[client_id]] != '' GROUP BY [[room]], [[client_id]]").All(&rows)
	if err != nil {
		w.t.Fatal(err)
	}
	there := map[string]int{}
	for _, row := range rows {
		there[row.ID+" "+row.Room] = row.Count
	}
	for id, room := range w.acked {
		if _, err := w.app.FindRecordById(store.Rooms, room); err == nil && there[id+" "+room] != 1 {
			w.t.Errorf("%s was acknowledged and is there %d times", id, there[id+" "+room])
		}
	}
}

// pick answers one of several.
func pick[T any](r *rand.Rand, of []T) (one T) {
	if len(of) > 0 {
		one = of[r.IntN(len(of))]
	}
	return one
}
