package guard_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// A rule is tried at every entrance: by a user on the page and over REST, by a
// superuser over REST, and by app.Save. answers are the statuses in this order;
// 0 says that the entrance has no such thing. Whatever is refused must leave
// the database as it was.
type rule struct {
	name    string
	as      string // who asks on the page and over REST
	page    *pageTry
	rest    *restTry // also what the superuser and app.Save try
	answers [4]int
	holds   func(s *scene) // must hold after it was answered without a refusal
}

type pageTry struct {
	path string // below the room; absolute with a slash in front
	form func(s *scene) []string
}

type restTry struct {
	method     string
	collection string
	id         func(s *scene) string
	data       func(s *scene) map[string]any
}

// scene is one try of one rule: its own group and direct room.
type scene struct {
	*house
	*testing.T
	entrance      string
	group, direct string
	message, note *core.Record // Bob's in the group; the group's first system message
	other         *core.Record // Ann's in the direct room with Bob
	base          string       // the database before the try
	got           chattest.Answer
}

const (
	onPage = iota
	overREST
	asRoot
	bySave
)

var entrances = [4]string{"page", "REST", "superuser", "app.Save"}

// size is the most members that a group of these tests may have.
const size = 5

func TestRules(t *testing.T) {
	h := newHouse(t, chatplugin.Config{Limits: chatplugin.Limits{GroupMembers: size}})
	for _, rules := range [][]rule{memberRules, roleRules, roomRules, messageRules, textRules, reactionRules, hiddenRules} {
		for _, r := range rules {
			for i, want := range r.answers {
				if want == 0 {
					continue
				}
				t.Run(r.name+"/"+entrances[i], func(t *testing.T) { r.try(h.scene(t, entrances[i]), i, want) })
			}
		}
	}
}

func (h *house) scene(t *testing.T, entrance string) *scene {
	t.Helper()
	s := &scene{house: h, T: t, entrance: entrance}
	s.group, s.message = h.friends(t)
	s.direct = h.Direct(h.ann, h.bob)
	s.other = h.Message(s.direct, h.ann, "Between us")
	notes, err := h.FindRecordsByFilter(store.Messages, "room = {:room} && kind = 'system'", "seq", 1, 0, map[string]any{"room": s.group})
	must(t, err)
	s.note = notes[0]
	return s
}

func (r rule) try(s *scene, entrance, want int) {
	s.base = s.dump(s.T, s.group, s.direct)
	got := 0
	switch entrance {
	case onPage:
		got = s.onPage(r)
	case overREST:
		got = s.overREST(r.rest, s.client(r.as))
	case asRoot:
		got = s.overREST(r.rest, s.client("root"))
	case bySave:
		got = statusOf(s.bySave(r.rest))
	}
	if got != want {
		s.Errorf("answered %d %s, want %d", got, s.got.Body, want)
	}
	if want >= 400 {
		if after := s.dump(s.T, s.group, s.direct); after != s.base {
			s.Errorf("refused, and yet the database changed:\n%s\nto\n%s", s.base, after)
		}
		return
	}
	if r.holds != nil {
		r.holds(s)
	}
	s.recount(s.T, s.direct)
	if room, err := store.FindRoom(s, s.group); err == nil && !room.Closed {
		s.recount(s.T, s.group)
	}
}

func (s *scene) onPage(r rule) int {
	path := r.page.path
	if !strings.HasPrefix(path, "/") {
		path = "/chat/" + s.group + "/" + path
	}
	if r.page.form == nil {
		s.got = s.client(r.as).Get(path)
	} else {
		s.got = s.client(r.as).Post(path, chattest.Form(r.page.form(s)...))
	}
	return s.got.Status
}

func (s *scene) overREST(try *restTry, client *chattest.Client) int {
	path := records(try.collection)
	if try.id != nil {
		path = records(try.collection, try.id(s))
	}
	if try.data == nil {
		s.got = client.Do(try.method, path, nil)
	} else {
		s.got = client.JSON(try.method, path, try.data(s))
	}
	return s.got.Status
}

func (s *scene) bySave(try *restTry) error {
	var record *core.Record
	if try.id == nil {
		collection, err := s.FindCollectionByNameOrId(try.collection)
		must(s.T, err)
		record = core.NewRecord(collection)
	} else {
		record = s.Find(try.collection, try.id(s))
	}
	if try.method == http.MethodDelete {
		return s.Delete(record)
	}
	record.Load(try.data(s))
	return s.Save(record)
}

// Shorthands of the tables.

func form(pairs ...string) func(*scene) []string { return func(*scene) []string { return pairs } }

func create(collection string, data func(s *scene) map[string]any) *restTry {
	return &restTry{http.MethodPost, collection, nil, data}
}

func update(collection string, id func(s *scene) string, data map[string]any) *restTry {
	return &restTry{http.MethodPatch, collection, id, func(*scene) map[string]any { return data }}
}

func remove(collection string, id func(s *scene) string) *restTry {
	return &restTry{http.MethodDelete, collection, id, nil}
}

func view(collection string, id func(s *scene) string) *restTry {
	return &restTry{http.MethodGet, collection, id, nil}
}

func theGroup(s *scene) string   { return s.group }
func theDirect(s *scene) string  { return s.direct }
func theMessage(s *scene) string { return s.message.Id }
func theNote(s *scene) string    { return s.note.Id }

// place is somebody's membership in the group.
func place(who string) func(*scene) string {
	return func(s *scene) string { return s.Member(s.group, s.person(who)).Id }
}

func directPlace(who string) func(*scene) string {
	return func(s *scene) string { return s.Member(s.direct, s.person(who)).Id }
}
