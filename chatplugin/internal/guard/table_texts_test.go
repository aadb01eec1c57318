package guard_test

import (
	"strings"

	"pocketchat/chatplugin/internal/store"
)

// text is a rule about one text, at all four entrances.
func text(name, body string, answers [4]int, want string) rule {
	r := rule{name: "text: " + name, as: "bob", page: sendOnPage("body", body), rest: send(map[string]any{"body": body}), answers: answers}
	r.holds = func(s *scene) {
		if m := s.last(); m.Body != want {
			s.Errorf("saved as %q, want %q", m.Body, want)
		}
	}
	return r
}

var (
	taken   = [4]int{200, 200, 200, 200}
	refused = [4]int{422, 400, 400, 400}
)

var textRules = []rule{
	text("empty", "", refused, ""),
	text("only blanks", " \t\n  \u200b\ufeff", refused, ""),
	text("just long enough", strings.Repeat("ä", 4000), taken, strings.Repeat("ä", 4000)),
	text("too long", strings.Repeat("ä", 4001), refused, ""),
	text("with NUL", "a\x00b", taken, "ab"),
	text("only NUL", "\x00", refused, ""),
	{name: "text: not UTF-8", as: "bob", page: sendOnPage("body", "a\xffb"), rest: send(map[string]any{"body": "a\xffb"}), answers: [4]int{422, 0, 0, 400}},
	{name: "text: ten thousand marks", as: "bob", page: sendOnPage("body", "e"+strings.Repeat("\u0301", 10000)), rest: send(map[string]any{"body": "e" + strings.Repeat("\u0301", 10000)}),
		answers: taken, holds: func(s *scene) {
			if n := len([]rune(s.last().Body)); n > 20 {
				s.Errorf("%d marks are left", n)
			}
		}},
	{name: "name: turned round", as: "ann", page: &pageTry{"edit/", form("name", "gpj\u202Egnp")}, rest: update(store.Rooms, theGroup, map[string]any{"name": "gpj\u202Egnp"}),
		answers: [4]int{204, 200, 200, 200}, holds: func(s *scene) {
			if name := s.room(s.T, s.group).Name; strings.ContainsRune(name, '\u202E') {
				s.Errorf("the name is %q", name)
			}
		}},
	{name: "client_id: with spaces", as: "bob", page: sendOnPage("body", "Hi", "client_id", "a b"), rest: send(map[string]any{"body": "Hi", "client_id": "a b"}), answers: refused},
	{name: "client_id: too long", as: "bob", page: sendOnPage("body", "Hi", "client_id", strings.Repeat("c", 65)), rest: send(map[string]any{"body": "Hi", "client_id": strings.Repeat("c", 65)}), answers: refused},
	{name: "reply_to: no id at all", as: "bob", page: sendOnPage("body", "Hi", "reply_to", "'; DROP TABLE chat_rooms; --"), rest: send(map[string]any{"body": "Hi", "reply_to": "'; DROP TABLE chat_rooms; --"}), answers: refused},
	{name: "room: no id at all", as: "bob", page: &pageTry{"/chat/not%20an%20id%00/send/", form("body", "Hi")}, rest: send(map[string]any{"body": "Hi", "room": "../../\x00"}), answers: [4]int{404, 400, 400, 400}},
	{name: "id: chosen by the client", as: "bob", rest: create(store.Messages, func(s *scene) map[string]any {
		return map[string]any{"id": s.other.Id, "room": s.group, "author": s.bob.Id, "body": "In your place"}
	}), answers: [4]int{0, 400, 400, 400}},
}
