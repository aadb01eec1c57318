package chat

import (
	"fmt"
	"strings"
)

// EventType is what happened to a room.
type EventType string

// What a room says about itself.
const (
	Created   EventType = "created"
	Renamed   EventType = "renamed"
	Described EventType = "described"
	Pictured  EventType = "pictured"
	Joined    EventType = "joined"
	Added     EventType = "added"
	Removed   EventType = "removed"
	Left      EventType = "left"
	RoleSet   EventType = "role"
)

// Limits of what one event names: in the sentence, and at all.
const (
	namedTargets = 2
	keptTargets  = 20
)

// Target is a person to whom something happened, by the name of that moment.
type Target struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Event is what a system message is about. It is stored beside the message, so
// that pages can say it in the viewer's language.
type Event struct {
	Type      EventType `json:"type"`
	Actor     string    `json:"actor,omitempty"` // the user who did it; "" when the server did
	ActorName string    `json:"actor_name,omitempty"`
	Targets   []Target  `json:"targets,omitempty"`
	More      int       `json:"more,omitempty"` // targets beyond those listed
	Name      string    `json:"name,omitempty"` // the room's new name
	Role      Role      `json:"role,omitempty"` // the new role
}

// With is the event about these people. A thousand of them are not all listed:
// the rest is a number.
func (e Event) With(targets ...Target) Event {
	kept := min(len(targets), keptTargets)
	e.Targets = append([]Target(nil), targets[:kept]...)
	e.More = len(targets) - kept
	return e
}

// Sentence is the event in plain English: the message's body for clients that
// don't read events.
func (e Event) Sentence() string {
	if e.ActorName == "" && e.Actor == "" {
		return e.passive()
	}
	who := quoted(e.ActorName)
	switch e.Type {
	case Created:
		return who + " created the group" + e.called(" ")
	case Renamed:
		return who + " renamed the group" + e.called(" to ")
	case Described:
		return who + " changed the description"
	case Pictured:
		return who + " changed the picture"
	case Joined:
		return who + " joined"
	case Added:
		return who + " added " + e.people()
	case Removed:
		return who + " removed " + e.people()
	case Left:
		return who + " left"
	case RoleSet:
		if len(e.Targets) == 1 && e.More == 0 && e.Targets[0].ID == e.Actor {
			return who + " is now " + e.standing()
		}
		return who + " made " + e.people() + " " + e.standing()
	}
	return who + " changed the group"
}

// passive is the sentence where nobody in the room did it.
func (e Event) passive() string {
	switch e.Type {
	case Created:
		return "The group" + e.called(" ") + " was created"
	case Renamed:
		return "The group was renamed" + e.called(" to ")
	case Described:
		return "The description was changed"
	case Pictured:
		return "The picture was changed"
	case Joined:
		return e.people() + " joined"
	case Added:
		return e.people() + e.verb(" was", " were") + " added"
	case Removed:
		return e.people() + e.verb(" was", " were") + " removed"
	case Left:
		return e.people() + " left"
	case RoleSet:
		return e.people() + e.verb(" is", " are") + " now " + e.standing()
	}
	return "The group was changed"
}

func (e Event) called(before string) string {
	if !visible(e.Name) {
		return ""
	}
	return before + "“" + quoted(e.Name) + "”"
}

func (e Event) verb(one, many string) string {
	if len(e.Targets)+e.More > 1 {
		return many
	}
	return one
}

func (e Event) standing() string {
	one := len(e.Targets)+e.More <= 1
	switch {
	case e.Role == Owner && one:
		return "an owner"
	case e.Role == Admin && one:
		return "an admin"
	case one:
		return "a member"
	}
	return string(e.Role) + "s"
}

// people names two of many: "Ann", "Ann and Bob", "Ann, Bob and Carol", "Ann,
// Bob and 12 others". One more name is as short as "1 other".
func (e Event) people() string {
	total := len(e.Targets) + e.More
	names := make([]string, 0, namedTargets+1)
	for _, target := range e.Targets[:min(len(e.Targets), namedTargets+1)] {
		names = append(names, quoted(target.Name))
	}
	switch {
	case total == 0:
		return "Somebody"
	case total > namedTargets+1 || total > len(names):
		names = names[:min(len(names), namedTargets)]
		names = append(names, others(total-len(names)))
	}
	if len(names) == 1 {
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func others(n int) string {
	if n == 1 {
		return "1 other"
	}
	return fmt.Sprintf("%d others", n)
}

// quoted is a name as it stands inside a sentence: one written from right to
// left is kept from turning round the words beside it.
func quoted(name string) string {
	name = DisplayName(name, "Somebody")
	if strings.IndexFunc(name, rightToLeft) >= 0 {
		return string(fsi) + name + string(pdi)
	}
	return name
}

// rightToLeft tells the letters of Hebrew, Arabic, Syriac, Thaana, N'Ko and
// the other scripts that Unicode keeps in these blocks.
func rightToLeft(r rune) bool {
	return r >= 0x0590 && r <= 0x08FF || r >= 0xFB1D && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFE ||
		r >= 0x10800 && r <= 0x10FFF || r >= 0x1E800 && r <= 0x1EFFF
}
