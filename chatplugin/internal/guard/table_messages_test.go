package guard_test

import (
	"net/http"
	"strings"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/store"
)

func send(fields map[string]any) *restTry {
	return create(store.Messages, func(s *scene) map[string]any {
		data := map[string]any{"room": s.group, "author": s.bob.Id}
		for name, value := range fields {
			data[name] = value
		}
		return data
	})
}

func sendOnPage(pairs ...string) *pageTry { return &pageTry{"send/", form(pairs...)} }

// last is the newest message of the group, as the database holds it.
func (s *scene) last() store.Message {
	s.Helper()
	rows, _, err := store.Before(s, s.group, 0, 1<<60, 1)
	must(s.T, err)
	return rows[0]
}

var messageRules = []rule{
	{name: "the server sets author and counters", as: "carl", page: sendOnPage("body", "Hi", "author", "ann", "seq", "999", "rev", "999", "kind", "system", "deleted", "1"),
		rest: create(store.Messages, func(s *scene) map[string]any {
			author := s.carl.Id
			if s.entrance == "REST" {
				author = s.ann.Id // a forgery; an operator may write for others
			}
			return map[string]any{"room": s.group, "author": author, "body": "Hi", "seq": 999, "rev": 999, "kind": "system",
				"edited": "2001-01-01 00:00:00.000Z", "deleted": "2001-01-01 00:00:00.000Z", "event": map[string]any{"type": "created"}}
		}), answers: [4]int{200, 200, 200, 200}, holds: func(s *scene) {
			m, room := s.last(), s.room(s.T, s.group)
			if m.Author != s.carl.Id || m.Seq != room.Rev || m.Rev != room.Rev || m.Kind != "text" || !m.Edited.IsZero() || !m.Deleted.IsZero() || m.SystemEvent().Type != "" {
				s.Errorf("saved as %+v in revision %d", m, room.Rev)
			}
			if member := s.Member(s.group, s.carl); int64(member.GetInt("read_rev")) != room.Rev {
				s.Error("sending did not count as reading")
			}
		}},
	{name: "a repeated client_id is the same message", as: "bob", page: &pageTry{"send/", func(s *scene) []string {
		s.first()
		return []string{"body", "Again", "client_id", "c-1"}
	}}, rest: create(store.Messages, func(s *scene) map[string]any {
		s.first()
		return map[string]any{"room": s.group, "author": s.bob.Id, "body": "Again", "client_id": "c-1"}
	}), answers: [4]int{200, 200, 200, 400}, holds: func(s *scene) {
		if m := s.last(); m.Body != "Once" || s.room(s.T, s.group).Posts != 2 {
			s.Errorf("sent twice: %+v", m)
		}
		if !strings.Contains(s.got.Body, s.last().ID) {
			s.Error("the answer is not the first message")
		}
	}},
	{name: "another's client_id is another message", as: "carl", page: &pageTry{"send/", func(s *scene) []string {
		s.first()
		return []string{"body", "Mine", "client_id", "c-1"}
	}}, rest: create(store.Messages, func(s *scene) map[string]any {
		s.first()
		return map[string]any{"room": s.group, "author": s.carl.Id, "body": "Mine", "client_id": "c-1"}
	}), answers: [4]int{200, 200, 200, 200}, holds: func(s *scene) {
		if m := s.last(); m.Body != "Mine" || m.Author != s.carl.Id {
			s.Errorf("sent %+v", m)
		}
	}},
	{name: "only an operator speaks as the room", as: "bob", rest: send(map[string]any{"author": "", "body": "From above"}), answers: [4]int{0, 200, 200, 200}, holds: func(s *scene) {
		m := s.last()
		if mine := s.entrance == "REST"; mine != (m.Author == s.bob.Id) || mine != (m.Kind == "text") {
			s.Errorf("saved as %s of %q", m.Kind, m.Author)
		}
	}},
	{name: "a reply answers a message of the room", as: "bob", page: &pageTry{"send/", func(s *scene) []string { return []string{"body", "Re", "reply_to", s.message.Id} }},
		rest: create(store.Messages, func(s *scene) map[string]any {
			return map[string]any{"room": s.group, "author": s.bob.Id, "body": "Re", "reply_to": s.message.Id}
		}), answers: [4]int{200, 200, 200, 200}, holds: func(s *scene) {
			if m := s.last(); m.ReplyTo != s.message.Id || m.QuoteBody != "Hello" {
				s.Errorf("replies to %+v", m)
			}
		}},
	{name: "no reply to another room's message", as: "bob", page: &pageTry{"send/", func(s *scene) []string { return []string{"body", "Re", "reply_to", s.other.Id} }},
		rest: create(store.Messages, func(s *scene) map[string]any {
			return map[string]any{"room": s.group, "author": s.bob.Id, "body": "Re", "reply_to": s.other.Id}
		}), answers: [4]int{422, 400, 400, 400}},
	{name: "no reply to nothing", as: "bob", page: sendOnPage("body", "Re", "reply_to", "nosuchmessage00"), rest: send(map[string]any{"body": "Re", "reply_to": "nosuchmessage00"}),
		answers: [4]int{422, 400, 400, 400}},
	{name: "one edits one's own", as: "bob", rest: update(store.Messages, theMessage, map[string]any{"body": " Hello all \n"}), answers: [4]int{0, 200, 200, 200}, holds: func(s *scene) {
		m, room := s.last(), s.room(s.T, s.group)
		if m.Body != " Hello all" || m.Edited.IsZero() || m.Rev != room.Rev || m.Seq != room.LastSeq || m.Rev <= m.Seq {
			s.Errorf("edited to %+v in %+v", m, room)
		}
	}},
	{name: "nobody edits another's", as: "ann", rest: update(store.Messages, theMessage, map[string]any{"body": "Forged"}), answers: [4]int{0, 403, 200, 200}},
	{name: "nor leaves another's as it is", as: "ann", rest: update(store.Messages, theMessage, map[string]any{"body": "Hello"}), answers: [4]int{0, 403, 200, 200}, holds: unchanged},
	{name: "an outsider edits nothing", as: "eve", rest: update(store.Messages, theMessage, map[string]any{"body": "Forged"}), answers: [4]int{0, 404, 0, 0}},
	{name: "nobody edits what the room says", as: "ann", rest: update(store.Messages, theNote, map[string]any{"body": "Forged"}), answers: [4]int{0, 403, 200, 200}},
	{name: "what is fixed stays", as: "bob", rest: &restTry{http.MethodPatch, store.Messages, theMessage, func(s *scene) map[string]any {
		return map[string]any{"room": s.direct, "author": s.ann.Id, "seq": 999, "rev": 999, "kind": "system", "client_id": "other", "reply_to": s.other.Id,
			"edited": "2001-01-01 00:00:00.000Z", "created": "2001-01-01 00:00:00.000Z", "event": map[string]any{"type": "created"}}
	}}, answers: [4]int{0, 200, 200, 200}, holds: unchanged},
	{name: "a deletion leaves a tombstone", as: "bob", rest: remove(store.Messages, theMessage), answers: [4]int{0, 204, 204, 403}, holds: buried},
	{name: "an empty text is no deletion", as: "bob", rest: update(store.Messages, theMessage, map[string]any{"body": ""}), answers: [4]int{0, 400, 400, 400}},
	{name: "deleted is a deletion", as: "bob", rest: update(store.Messages, theMessage, map[string]any{"deleted": "2001-01-01 00:00:00.000Z"}), answers: [4]int{0, 200, 200, 200}, holds: buried},
	{name: "nobody deletes another's", as: "ann", rest: remove(store.Messages, theMessage), answers: [4]int{0, 403, 0, 0}},
	{name: "nobody deletes what the room says", as: "ann", rest: remove(store.Messages, theNote), answers: [4]int{0, 403, 204, 0}},
	{name: "an outsider deletes nothing", as: "eve", rest: remove(store.Messages, theMessage), answers: [4]int{0, 404, 0, 0}},
	{name: "a tombstone is not written on", as: "bob", rest: &restTry{http.MethodPatch, store.Messages, func(s *scene) string {
		s.bury()
		return s.message.Id
	}, func(*scene) map[string]any { return map[string]any{"body": "Back again"} }}, answers: [4]int{0, 400, 400, 400}},
	{name: "a tombstone is not raised", as: "bob", rest: &restTry{http.MethodPatch, store.Messages, func(s *scene) string {
		s.bury()
		return s.message.Id
	}, func(*scene) map[string]any { return map[string]any{"deleted": ""} }}, answers: [4]int{0, 200, 200, 200}, holds: buried},
	{name: "nobody sends into a room that is going", as: "bob", page: &pageTry{"send/", func(s *scene) []string {
		s.close()
		return []string{"body", "Late"}
	}}, rest: create(store.Messages, func(s *scene) map[string]any {
		s.close()
		return map[string]any{"room": s.group, "author": s.bob.Id, "body": "Late"}
	}), answers: [4]int{404, 404, 404, 404}},
}

// first sends what is then repeated.
func (s *scene) first() {
	_, err := s.Chat.Send(chatplugin.Draft{Room: s.group, Author: s.bob.Id, Body: "Once", ClientID: "c-1"})
	must(s.T, err)
	s.base = s.dump(s.T, s.group, s.direct)
}

// bury deletes Bob's message before it is tried to be changed. What the test
// compares with is the database after that.
func (s *scene) bury() {
	must(s.T, s.Chat.DeleteMessage(s.message.Id))
	s.base = s.dump(s.T, s.group, s.direct)
}

// close begins the group's deletion and stops there.
func (s *scene) close() {
	must(s.T, store.CloseRoom(s, s.group))
	s.base = s.dump(s.T, s.group, s.direct)
}

func unchanged(s *scene) {
	m := s.last()
	if m.ID != s.message.Id || m.Body != "Hello" || !m.Edited.IsZero() || m.Rev != m.Seq || m.Author != s.bob.Id || m.ClientID != "" || m.ReplyTo != "" ||
		m.Kind != "text" || m.SystemEvent().Type != "" || m.Created.Time().Year() == 2001 {
		s.Errorf("the message became %+v", m)
	}
}

func buried(s *scene) {
	m := s.last()
	if m.ID != s.message.Id || m.Body != "" || m.Deleted.IsZero() || m.Deleted.Time().Year() == 2001 || m.Rev != s.room(s.T, s.group).Rev {
		s.Errorf("the tombstone is %+v", m)
	}
}
