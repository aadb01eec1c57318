package guard_test

import (
	"net/http"
	"slices"
	"strings"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func openAs(first, second string) *restTry {
	return create(store.Rooms, func(s *scene) map[string]any {
		key := []string{s.person(first).Id, s.person(second).Id}
		slices.Sort(key)
		return map[string]any{"type": "direct", "direct_key": strings.Join(key, ":"), "name": "Ours", "rev": 7, "posts": 7, "members": 7, "last_seq": 7}
	})
}

func named(name string) func(*scene) {
	return func(s *scene) {
		room := s.room(s.T, s.group)
		if room.Name != name {
			s.Errorf("the group is called %q", room.Name)
		}
		s.told(chat.Renamed)
	}
}

var roomRules = []rule{
	{name: "one direct room a pair", as: "ann", rest: openAs("ann", "bob"), answers: [4]int{0, 403, 400, 400}},
	{name: "a direct room has both in it", as: "ann", rest: openAs("bob", "eve"), answers: [4]int{0, 403, 200, 0}, holds: func(s *scene) {
		key := chat.DirectKey(s.bob.Id, s.eve.Id)
		room, err := store.FindDirect(s, key)
		must(s.T, err)
		if room.Members != 2 || room.Rev != 0 || room.Posts != 0 || room.Name != "" || s.Member(room.ID, s.bob) == nil || s.Member(room.ID, s.eve) == nil {
			s.Errorf("the room began as %+v", room)
		}
	}},
	{name: "no direct room with oneself", as: "ann", page: &pageTry{"/chat/new/", func(s *scene) []string { return []string{"email", s.ann.Email()} }},
		rest: openAs("ann", "ann"), answers: [4]int{422, 403, 400, 400}},
	{name: "no direct room with nobody", as: "ann", page: &pageTry{"/chat/new/", form("email", "nobody@example.com")},
		rest: create(store.Rooms, func(s *scene) map[string]any {
			return map[string]any{"type": "direct", "direct_key": s.ann.Id + ":zzzzzzzzzzzzzzz"}
		}), answers: [4]int{422, 403, 400, 400}},
	{name: "a room has a type", as: "ann", rest: create(store.Rooms, func(s *scene) map[string]any {
		return map[string]any{"type": "party", "name": "Party"}
	}), answers: [4]int{0, 403, 400, 400}},
	{name: "a group has a name", as: "ann", page: &pageTry{"/chat/new-group/", form("name", " \t\u200b ")}, rest: create(store.Rooms, func(s *scene) map[string]any {
		return map[string]any{"type": "group", "name": " \t "}
	}), answers: [4]int{422, 403, 400, 400}},
	{name: "a group is not too large", as: "ann", page: &pageTry{"/chat/new-group/", func(s *scene) []string {
		fields := []string{"name", "Crowd"}
		for _, name := range []string{"1", "2", "3", "4", "5"} {
			fields = append(fields, "members", s.User(name).Id)
		}
		return fields
	}}, answers: [4]int{422, 0, 0, 0}},
	{name: "a member renames nothing", as: "bob", page: &pageTry{"edit/", form("name", "Mine")}, rest: update(store.Rooms, theGroup, map[string]any{"name": "Mine"}),
		answers: [4]int{403, 403, 200, 200}, holds: named("Mine")},
	{name: "an admin renames", as: "adam", page: &pageTry{"edit/", form("name", "  Better\n name ")}, rest: update(store.Rooms, theGroup, map[string]any{"name": "  Better\n name "}),
		answers: [4]int{204, 200, 200, 200}, holds: named("Better name")},
	{name: "an outsider renames nothing", as: "eve", page: &pageTry{"edit/", form("name", "Mine")}, rest: update(store.Rooms, theGroup, map[string]any{"name": "Mine"}),
		answers: [4]int{404, 404, 0, 0}},
	{name: "a name is not too long", as: "ann", page: &pageTry{"edit/", form("name", strings.Repeat("n", 81))}, rest: update(store.Rooms, theGroup, map[string]any{"name": strings.Repeat("n", 81)}),
		answers: [4]int{422, 400, 400, 400}},
	{name: "a description is not too long", as: "ann", page: &pageTry{"edit/", form("description", strings.Repeat("n", 501))}, rest: update(store.Rooms, theGroup, map[string]any{"description": strings.Repeat("n", 501)}),
		answers: [4]int{422, 400, 400, 400}},
	{name: "a direct room has no name", as: "ann", rest: update(store.Rooms, theDirect, map[string]any{"name": "Us"}), answers: [4]int{0, 403, 403, 403}},
	{name: "the server counts", as: "ann", rest: &restTry{http.MethodPatch, store.Rooms, theGroup, func(s *scene) map[string]any {
		return map[string]any{"type": "direct", "rev": 999, "posts": 999, "members": 999, "members_rev": 999, "last_seq": 999,
			"last_message": s.other.Id, "last_activity": "2001-01-01 00:00:00.000Z", "direct_key": "a:b", "created": "2001-01-01 00:00:00.000Z"}
	}}, answers: [4]int{0, 200, 200, 200}, holds: func(s *scene) {
		room := s.room(s.T, s.group)
		if room.Type != chat.Group || room.LastMessage != s.message.Id || room.DirectKey != "" || room.MembersRev > 100 ||
			room.LastActivity.Time().Year() == 2001 || room.Created.Time().Year() == 2001 {
			s.Errorf("the room became %+v", room)
		}
	}},
	{name: "a member deletes no group", as: "bob", page: &pageTry{"delete-group/", form()}, rest: remove(store.Rooms, theGroup), answers: [4]int{403, 403, 204, 200}, holds: isGone},
	{name: "an admin deletes a group", as: "adam", page: &pageTry{"delete-group/", form()}, rest: remove(store.Rooms, theGroup), answers: [4]int{204, 204, 0, 0}, holds: isGone},
	{name: "an outsider deletes no group", as: "eve", page: &pageTry{"delete-group/", form()}, rest: remove(store.Rooms, theGroup), answers: [4]int{404, 404, 0, 0}},
	{name: "nobody deletes a direct room", as: "ann", rest: remove(store.Rooms, theDirect), answers: [4]int{0, 403, 0, 0}},
	{name: "a deletion does not stop half-way", as: "ann", rest: update(store.Rooms, theGroup, map[string]any{"closed": true}), answers: [4]int{0, 200, 200, 200}, holds: func(s *scene) {
		if s.entrance == "REST" { // a hidden field, which only an operator can set
			if s.room(s.T, s.group).Closed {
				s.Error("a user closed the room by a hidden field")
			}
			return
		}
		isGone(s)
	}},
}

// isGone holds that a room exists for nobody from the answer on, whether its
// rows are there or not.
func isGone(s *scene) {
	for _, who := range []string{"ann", "bob"} {
		if got := s.client(who).Get("/chat/" + s.group + "/"); got.Status != 404 {
			s.Errorf("the page answers %s %d", who, got.Status)
		}
		if got := s.client(who).Get(records(store.Rooms, s.group)); got.Status != 404 {
			s.Errorf("REST answers %s %d", who, got.Status)
		}
	}
	if _, err := store.FindSeat(s, s.group, s.ann.Id); err != chat.ErrNoRoom {
		s.Errorf("a seat is left: %v", err)
	}
}
