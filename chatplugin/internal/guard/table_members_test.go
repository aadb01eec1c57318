package guard_test

import (
	"net/http"
	"strings"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func joinAs(who, role string) *restTry {
	return create(store.Members, func(s *scene) map[string]any {
		return map[string]any{"room": s.group, "user": s.person(who).Id, "role": role,
			"read_rev": 999, "notify": "none", "pinned": true}
	})
}

func addOnPage(who string) *pageTry {
	return &pageTry{"edit/", func(s *scene) []string { return []string{"members", s.person(who).Id} }}
}

func removeOnPage(who string) *pageTry {
	return &pageTry{"edit/", func(s *scene) []string { return []string{"remove", s.person(who).Id} }}
}

func roleOnPage(who, role string) *pageTry {
	return &pageTry{"edit/", func(s *scene) []string { return []string{"user", s.person(who).Id, "role", role} }}
}

func isMember(who string) func(*scene) {
	return func(s *scene) {
		member := s.Member(s.group, s.person(who))
		if member == nil {
			s.Fatalf("%s is no member", who)
		}
		room := s.room(s.T, s.group)
		// The system message about it comes after the mark, and counts for nobody.
		if mark := int64(member.GetInt("read_rev")); mark != room.Rev-1 || member.GetString("role") != "member" {
			s.Errorf("%s is %s with mark %d at revision %d", who, member.GetString("role"), mark, room.Rev)
		}
		if s.entrance == "REST" && (member.GetString("notify") != "all" || member.GetBool("pinned")) {
			s.Error("somebody else chose the new member's settings")
		}
		s.told(chat.Joined, chat.Added)
	}
}

func isNoMember(who string) func(*scene) {
	return func(s *scene) {
		if s.Member(s.group, s.person(who)) != nil {
			s.Errorf("%s is still a member", who)
		}
		s.told(chat.Left, chat.Removed, chat.RoleSet) // the last when an heir was made owner
	}
}

func hasRole(who string, role chat.Role) func(*scene) {
	return func(s *scene) {
		if got := s.Member(s.group, s.person(who)).GetString("role"); got != string(role) {
			s.Errorf("%s is %s", who, got)
		}
		s.told(chat.RoleSet)
	}
}

// told reports whether the last message of the group is about one of the events.
func (s *scene) told(types ...chat.EventType) {
	s.Helper()
	last, err := s.FindRecordsByFilter(store.Messages, "room = {:room}", "-seq", 1, 0, map[string]any{"room": s.group})
	must(s.T, err)
	for _, kind := range types {
		if strings.Contains(last[0].GetString("event"), `"type":"`+string(kind)+`"`) && last[0].GetString("kind") == "system" {
			return
		}
	}
	s.Errorf("the group last heard %q %s", last[0].GetString("body"), last[0].GetString("event"))
}

var memberRules = []rule{
	{name: "an outsider sees no room", as: "eve", page: &pageTry{"", nil}, rest: view(store.Rooms, theGroup), answers: [4]int{404, 404, 200, 0}},
	{name: "a guest sees no room", as: "", page: &pageTry{"", nil}, rest: view(store.Rooms, theGroup), answers: [4]int{303, 404, 200, 0}},
	{name: "a member sees the room", as: "bob", page: &pageTry{"", nil}, rest: view(store.Rooms, theGroup), answers: [4]int{200, 200, 200, 0}},
	{name: "an outsider sees no member", as: "eve", page: &pageTry{"info/", nil}, rest: view(store.Members, place("bob")), answers: [4]int{404, 404, 200, 0}},
	{name: "an outsider sees no message", as: "eve", page: &pageTry{"messages/", nil}, rest: view(store.Messages, theMessage), answers: [4]int{404, 404, 200, 0}},
	{name: "an outsider sends nothing", as: "eve", page: &pageTry{"send/", form("body", "Hi")}, rest: create(store.Messages, func(s *scene) map[string]any {
		return map[string]any{"room": s.group, "author": s.eve.Id, "body": "Hi"}
	}), answers: [4]int{404, 400, 404, 404}},
	{name: "a guest sends nothing", as: "", page: &pageTry{"send/", form("body", "Hi")}, rest: create(store.Messages, func(s *scene) map[string]any {
		return map[string]any{"room": s.group, "body": "Hi"}
	}), answers: [4]int{401, 400, 0, 0}},
	{name: "nobody adds themselves", as: "eve", page: addOnPage("eve"), rest: joinAs("eve", ""), answers: [4]int{404, 400, 0, 0}},
	{name: "a member adds nobody", as: "bob", page: addOnPage("eve"), rest: joinAs("eve", ""), answers: [4]int{403, 403, 0, 0}},
	{name: "an admin adds people", as: "adam", page: addOnPage("eve"), rest: joinAs("eve", "member"), answers: [4]int{200, 200, 200, 200}, holds: isMember("eve")},
	{name: "an admin adds no owner", as: "adam", rest: joinAs("eve", "owner"), answers: [4]int{0, 403, 0, 0}},
	{name: "somebody is a member once", as: "ann", rest: joinAs("bob", ""), answers: [4]int{0, 400, 400, 400}},
	{name: "nobody who does not exist", as: "ann", page: &pageTry{"edit/", form("members", "nobodyhasthisid")}, rest: create(store.Members, func(s *scene) map[string]any {
		return map[string]any{"room": s.group, "user": "nobodyhasthisid"}
	}), answers: [4]int{422, 400, 400, 400}},
	{name: "no third in a direct room", as: "ann", rest: create(store.Members, func(s *scene) map[string]any {
		return map[string]any{"room": s.direct, "user": s.eve.Id}
	}), answers: [4]int{0, 403, 403, 403}},
	{name: "a member removes nobody", as: "bob", page: removeOnPage("carl"), rest: remove(store.Members, place("carl")), answers: [4]int{403, 403, 204, 200}, holds: isNoMember("carl")},
	{name: "an admin removes members", as: "adam", page: removeOnPage("carl"), rest: remove(store.Members, place("carl")), answers: [4]int{200, 204, 0, 0}, holds: isNoMember("carl")},
	{name: "an admin removes no owner", as: "adam", page: removeOnPage("ann"), rest: remove(store.Members, place("ann")), answers: [4]int{403, 403, 0, 0}},
	{name: "an outsider removes nobody", as: "eve", page: removeOnPage("carl"), rest: remove(store.Members, place("carl")), answers: [4]int{404, 404, 0, 0}},
	{name: "everybody may leave", as: "bob", page: &pageTry{"leave/", form()}, rest: remove(store.Members, place("bob")), answers: [4]int{204, 204, 204, 200}, holds: isNoMember("bob")},
	{name: "the last owner's place is filled", as: "ann", page: &pageTry{"leave/", form()}, rest: remove(store.Members, place("ann")), answers: [4]int{204, 204, 204, 200}, holds: func(s *scene) {
		isNoMember("ann")(s)
		hasRole("adam", chat.Owner)(s)
	}},
	{name: "a direct room cannot be left", as: "bob", rest: remove(store.Members, directPlace("bob")), answers: [4]int{0, 403, 403, 403}},
	{name: "a direct room's other is not removed", as: "ann", rest: remove(store.Members, directPlace("bob")), answers: [4]int{0, 403, 403, 403}},
}

func setRole(who, role string) *restTry {
	return update(store.Members, place(who), map[string]any{"role": role})
}

var roleRules = []rule{
	{name: "a member makes nobody admin", as: "bob", page: roleOnPage("bob", "admin"), rest: setRole("bob", "admin"), answers: [4]int{403, 403, 200, 200}, holds: hasRole("bob", chat.Admin)},
	{name: "an admin makes admins", as: "adam", page: roleOnPage("bob", "admin"), rest: setRole("bob", "admin"), answers: [4]int{200, 200, 0, 0}, holds: hasRole("bob", chat.Admin)},
	{name: "an admin makes no owner", as: "adam", page: roleOnPage("adam", "owner"), rest: setRole("adam", "owner"), answers: [4]int{403, 403, 0, 0}},
	{name: "an admin demotes no owner", as: "adam", page: roleOnPage("ann", "member"), rest: setRole("ann", "member"), answers: [4]int{403, 403, 403, 403}},
	{name: "an owner makes owners", as: "ann", page: roleOnPage("adam", "owner"), rest: setRole("adam", "owner"), answers: [4]int{200, 200, 200, 200}, holds: hasRole("adam", chat.Owner)},
	{name: "the last owner stays one", as: "ann", page: roleOnPage("ann", "member"), rest: setRole("ann", "member"), answers: [4]int{403, 403, 403, 403}},
	{name: "an admin steps down", as: "adam", page: roleOnPage("adam", "member"), rest: setRole("adam", "member"), answers: [4]int{204, 200, 200, 200}, holds: hasRole("adam", chat.Member)},
	{name: "no other roles", as: "ann", page: roleOnPage("bob", "king"), rest: setRole("bob", "king"), answers: [4]int{422, 400, 400, 400}},
	{name: "no role at all", as: "ann", rest: setRole("bob", ""), answers: [4]int{0, 400, 400, 400}},
	{name: "no roles in a direct room", as: "ann", rest: update(store.Members, directPlace("ann"), map[string]any{"role": "owner"}), answers: [4]int{0, 403, 403, 403}},
	{name: "an outsider sets no role", as: "eve", page: roleOnPage("bob", "admin"), rest: setRole("bob", "admin"), answers: [4]int{404, 404, 0, 0}},
	{name: "a place stays where it is", as: "bob", rest: &restTry{http.MethodPatch, store.Members, place("bob"), func(s *scene) map[string]any {
		return map[string]any{"room": s.direct, "user": s.eve.Id, "joined_rev": 4, "created": "2001-01-01 00:00:00.000Z"}
	}}, answers: [4]int{0, 200, 200, 200}, holds: func(s *scene) {
		place := s.Member(s.group, s.bob)
		if place == nil || s.Member(s.group, s.eve) != nil || place.GetInt("joined_rev") != 0 || place.GetDateTime("created").Time().Year() == 2001 {
			s.Errorf("the place moved: %v", place)
		}
	}},
	{name: "marks are each one's own", as: "ann", rest: update(store.Members, place("carl"), map[string]any{"read_rev": 99}), answers: [4]int{0, 403, 200, 200}, holds: marks("carl")},
	{name: "settings are each one's own", as: "ann", rest: update(store.Members, place("carl"), map[string]any{"notify": "none"}), answers: [4]int{0, 403, 200, 200}},
	{name: "a mark stops at the end", as: "carl", page: &pageTry{"read/", form("rev", "99")}, rest: update(store.Members, place("carl"), map[string]any{"read_rev": 99}), answers: [4]int{204, 200, 200, 200}, holds: marks("carl")},
	{name: "a mark never goes back", as: "bob", page: &pageTry{"read/", form("rev", "1")}, rest: update(store.Members, place("bob"), map[string]any{"read_rev": 1}), answers: [4]int{204, 200, 200, 200}, holds: marks("bob")},
	{name: "no mark before the beginning", as: "carl", page: &pageTry{"read/", form("rev", "-1")}, rest: update(store.Members, place("carl"), map[string]any{"read_rev": -1}), answers: [4]int{400, 400, 400, 400}},
	{name: "no mark between", as: "carl", page: &pageTry{"read/", form("rev", "1.5")}, rest: update(store.Members, place("carl"), map[string]any{"read_rev": 1.5}), answers: [4]int{400, 400, 400, 400}},
}

// marks holds that somebody has read everything.
func marks(who string) func(*scene) {
	return func(s *scene) {
		room, member := s.room(s.T, s.group), s.Member(s.group, s.person(who))
		if int64(member.GetInt("read_rev")) != room.Rev || int64(member.GetInt("read_posts")) != room.Posts {
			s.Errorf("%s has read to %d, %d posts; the room ends at %d, %d", who, member.GetInt("read_rev"), member.GetInt("read_posts"), room.Rev, room.Posts)
		}
	}
}
