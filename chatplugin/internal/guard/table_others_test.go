package guard_test

import (
	"net/http"
	"strings"

	"pocketchat/chatplugin/internal/store"
)

func react(message func(*scene) string, emoji string) *restTry {
	return create(store.Reactions, func(s *scene) map[string]any {
		user := s.eve.Id
		if s.entrance != "REST" { // over REST it is whoever asks
			user = s.carl.Id
		}
		return map[string]any{"message": message(s), "user": user, "emoji": emoji}
	})
}

// reacted makes a reaction of Carl's and answers its id.
func reacted(s *scene) string {
	got := s.client("carl").JSON(http.MethodPost, records(store.Reactions), map[string]any{"message": s.message.Id, "emoji": "👍"})
	if got.Status != 200 {
		s.Fatalf("the reaction was not made: %d %s", got.Status, got.Body)
	}
	s.base = s.dump(s.T, s.group, s.direct)
	return got.Field("id").(string)
}

var reactionRules = []rule{
	{name: "a member reacts", as: "carl", rest: react(theMessage, "👍"), answers: [4]int{0, 200, 200, 200}, holds: func(s *scene) {
		if n := s.count(s.T, "SELECT COUNT(*) FROM chat_reactions WHERE message = {:m} AND user = {:u}", map[string]any{"m": s.message.Id, "u": s.carl.Id}); n != 1 {
			s.Errorf("%d reactions of Carl's", n)
		}
		if m := s.last(); m.Rev != s.room(s.T, s.group).Rev || m.Rev == m.Seq {
			s.Errorf("the message does not replay: %+v", m)
		}
	}},
	{name: "an outsider does not react", as: "eve", rest: create(store.Reactions, func(s *scene) map[string]any {
		return map[string]any{"message": s.message.Id, "user": s.eve.Id, "emoji": "👍"}
	}), answers: [4]int{0, 400, 404, 404}},
	{name: "a reaction is an emoji", as: "carl", rest: react(theMessage, "<b>"), answers: [4]int{0, 400, 400, 400}},
	{name: "a reaction is one of a kind", as: "carl", rest: create(store.Reactions, func(s *scene) map[string]any {
		reacted(s)
		return map[string]any{"message": s.message.Id, "user": s.carl.Id, "emoji": "👍"}
	}), answers: [4]int{0, 400, 400, 400}},
	{name: "nobody reacts to what the room says", as: "carl", rest: react(theNote, "👍"), answers: [4]int{0, 400, 400, 400}},
	{name: "nobody reacts to a tombstone", as: "carl", rest: react(func(s *scene) string { s.bury(); return s.message.Id }, "👍"), answers: [4]int{0, 400, 400, 400}},
	{name: "a reaction is not changed", as: "carl", rest: &restTry{http.MethodPatch, store.Reactions, reacted, func(*scene) map[string]any { return map[string]any{"emoji": "👎"} }}, answers: [4]int{0, 403, 403, 403}},
	{name: "one takes back one's own", as: "carl", rest: remove(store.Reactions, reacted), answers: [4]int{0, 204, 204, 200}},
	{name: "nobody takes back another's", as: "bob", rest: remove(store.Reactions, reacted), answers: [4]int{0, 404, 0, 0}},
}

var hiddenRules = []rule{
	{name: "hidden fields are not written", as: "bob", rest: update(store.Members, place("bob"), map[string]any{
		"cleared_rev": 999, "joined_rev": 999, "hidden": true, "read_posts": 999,
	}), answers: [4]int{0, 200, 200, 200}, holds: func(s *scene) {
		room, member := s.room(s.T, s.group), s.Member(s.group, s.bob)
		cleared, hidden := int64(member.GetInt("cleared_rev")), member.GetBool("hidden")
		if user := s.entrance == "REST"; user && (cleared != 0 || hidden) || !user && (cleared != room.Rev || !hidden) {
			s.Errorf("cleared %d, hidden %v at revision %d", cleared, hidden, room.Rev)
		}
		if member.GetInt("joined_rev") != 0 || int64(member.GetInt("read_posts")) != room.Posts {
			s.Errorf("joined %d, read %d", member.GetInt("joined_rev"), member.GetInt("read_posts"))
		}
	}},
	{name: "hidden fields are not shown", as: "ann", rest: view(store.Members, place("bob")), answers: [4]int{0, 200, 0, 0}, holds: hides("cleared_rev", "joined_rev", "hidden", "read_posts")},
	{name: "nor those of rooms", as: "ann", rest: view(store.Rooms, theDirect), answers: [4]int{0, 200, 0, 0}, holds: hides("direct_key", "closed")},
}

func hides(fields ...string) func(*scene) {
	return func(s *scene) {
		for _, name := range fields {
			if strings.Contains(s.got.Body, `"`+name+`"`) {
				s.Errorf("%s is shown: %s", name, s.got.Body)
			}
		}
	}
}
