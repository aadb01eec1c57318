package chat

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func people(names ...string) []Target {
	targets := make([]Target, len(names))
	for i, name := range names {
		targets[i] = Target{ID: fmt.Sprint("id", i), Name: name}
	}
	return targets
}

func TestSentence(t *testing.T) {
	by := func(e Event) Event { e.Actor, e.ActorName = "ann", "Ann"; return e }
	many := make([]string, 14)
	for i := range many {
		many[i] = "P" + fmt.Sprint(i)
	}
	many[0], many[1] = "Bob", "Carol"
	tests := []struct {
		event Event
		want  string
	}{
		{by(Event{Type: Created, Name: "Crew"}), "Ann created the group “Crew”"},
		{by(Event{Type: Created}), "Ann created the group"},
		{by(Event{Type: Renamed, Name: "Team"}), "Ann renamed the group to “Team”"},
		{by(Event{Type: Described}), "Ann changed the description"},
		{by(Event{Type: Pictured}), "Ann changed the picture"},
		{by(Event{Type: Joined}), "Ann joined"},
		{by(Event{Type: Left}), "Ann left"},
		{by(Event{Type: Added}.With(people("Bob")...)), "Ann added Bob"},
		{by(Event{Type: Added}.With(people("Bob", "Carol")...)), "Ann added Bob and Carol"},
		{by(Event{Type: Added}.With(people("Bob", "Carol", "Dan")...)), "Ann added Bob, Carol and Dan"},
		{by(Event{Type: Added}.With(people("Bob", "Carol", "Dan", "Eve")...)), "Ann added Bob, Carol and 2 others"},
		{by(Event{Type: Added}.With(people(many...)...)), "Ann added Bob, Carol and 12 others"},
		{by(Event{Type: Removed}.With(people("Bob")...)), "Ann removed Bob"},
		{by(Event{Type: RoleSet, Role: Admin}.With(people("Bob")...)), "Ann made Bob an admin"},
		{by(Event{Type: RoleSet, Role: Owner}.With(people("Bob", "Carol")...)), "Ann made Bob and Carol owners"},
		{by(Event{Type: RoleSet, Role: Member}.With(Target{"ann", "Ann"})), "Ann is now a member"},
		{by(Event{Type: "pinned"}), "Ann changed the group"},
		{Event{Type: Created, Name: "Crew"}, "The group “Crew” was created"},
		{Event{Type: Renamed, Name: "Team"}, "The group was renamed to “Team”"},
		{Event{Type: Added}.With(people("Bob")...), "Bob was added"},
		{Event{Type: Removed}.With(people("Bob", "Carol")...), "Bob and Carol were removed"},
		{Event{Type: RoleSet, Role: Owner}.With(people("Bob")...), "Bob is now an owner"},
		{Event{Type: Left}.With(people("Bob")...), "Bob left"},
		{Event{Type: Left, Actor: "x"}, "Somebody left"},
		{Event{Type: Left, Actor: "x", ActorName: "A\nnn\u202E"}, "A nn left"},
		{Event{Type: Left, Actor: "x", ActorName: "דנה"}, "\u2068דנה\u2069 left"},
		{by(Event{Type: Renamed, Name: strings.Repeat("n", 200)}), "Ann renamed the group to “" + strings.Repeat("n", 79) + "…”"},
	}
	for _, tt := range tests {
		if got := tt.event.Sentence(); got != tt.want {
			t.Errorf("%+v\n got %s\nwant %s", tt.event, got, tt.want)
		}
	}
}

func TestEventListsSomeAndCountsTheRest(t *testing.T) {
	e := Event{Type: Added, Actor: "ann", ActorName: "Ann"}.With(people(make([]string, 1000)...)...)
	if len(e.Targets) != keptTargets || e.More != 1000-keptTargets {
		t.Errorf("%d listed, %d more", len(e.Targets), e.More)
	}
	raw, err := json.Marshal(e)
	if err != nil || len(raw) > 2000 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	var back Event
	if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(back, e) {
		t.Errorf("came back as %+v, %v", back, err)
	}
}

// A sentence is a message's body, and is cleaned like any other.
func TestSentenceIsClean(t *testing.T) {
	e := Event{Type: Added, Actor: "x", ActorName: "דנה"}.With(people("مريم", "a\u202Eb", strings.Repeat("ש", 300))...)
	sentence := e.Sentence()
	if got, err := CleanBody(sentence, Limits{}, 0); got != sentence || err != nil {
		t.Errorf("%q is cleaned to %q, %v", sentence, got, err)
	}
}
