package templates

import (
	"strconv"
	"strings"
)

// namesShown is how many names a sentence spells out before it counts the rest.
const namesShown = 3

// Event is something that happened in a room, to be said in a sentence.
type Event struct {
	Type    string   // "created", "renamed", "described", "pictured", "joined", "added", "removed", "left", "role"
	Actor   string   // the name of who did it, "" where nobody in the room did
	Self    bool     // whether the actor is the one it was done to
	Targets []string // names of those it was done to
	More    int      // how many more than the named
	Room    string   // the room's new name
	Role    string   // the new role
}

// SystemSentence words what happened in a room. An unknown event gives "".
func SystemSentence(l *Labels, e Event) string {
	others := joinNames(l, isolated(l, e.Targets), e.More)
	if others == "" {
		others = l.Somebody
	}
	actor := isolate(l, e.Actor)
	if actor == "" && actsAlone(e.Type) {
		actor = others
	}
	pattern := systemPattern(l, e)
	if actor == "" {
		pattern = passivePattern(l, e)
	}
	said := fill(pattern, "{name}", actor, "{others}", others, "{room}", isolate(l, e.Room))
	if strings.Contains(said, isolateStart) {
		return directed(l) + said // its direction is the language's, whoever's name it begins with
	}
	return said
}

// actsAlone tells the events that people do with nobody but themselves.
func actsAlone(event string) bool { return event == "joined" || event == "left" }

func systemPattern(l *Labels, e Event) string {
	switch e.Type {
	case "created":
		return named(e, l.SystemCreated, l.SystemCreatedPlain)
	case "renamed":
		return named(e, l.SystemRenamed, l.SystemRenamedPlain)
	case "described":
		return l.SystemDescribed
	case "pictured":
		return l.SystemPictured
	case "joined":
		return l.SystemJoined
	case "added":
		return l.SystemAdded
	case "removed":
		return l.SystemRemoved
	case "left":
		return l.SystemLeft
	case "role":
		if e.Self {
			return byRole(e.Role, l.SystemIsOwner, l.SystemIsAdmin, l.SystemIsMember)
		}
		return byRole(e.Role, l.SystemOwner, l.SystemAdmin, l.SystemMember)
	}
	return ""
}

// passivePattern is for what the server did by itself.
func passivePattern(l *Labels, e Event) string {
	switch e.Type {
	case "created":
		return named(e, l.SystemWasCreated, l.SystemWasCreatedPlain)
	case "renamed":
		return named(e, l.SystemWasRenamed, l.SystemWasRenamedPlain)
	case "described":
		return l.SystemWasDescribed
	case "pictured":
		return l.SystemWasPictured
	case "added":
		return l.SystemWasAdded
	case "removed":
		return l.SystemWasRemoved
	case "role":
		return byRole(e.Role, l.SystemIsOwner, l.SystemIsAdmin, l.SystemIsMember)
	}
	return ""
}

func named(e Event, with, without string) string {
	if e.Room == "" {
		return without
	}
	return with
}

func byRole(role, owner, admin, member string) string {
	switch role {
	case "owner":
		return owner
	case "admin":
		return admin
	}
	return member
}

// joinNames writes "Ann", "Ann and Bo", "Ann, Bo and Cem", "Ann, Bo and 12
// others"; one name more is as short as "1 other".
func joinNames(l *Labels, names []string, more int) string {
	if len(names) == 0 {
		return ""
	}
	if more == 0 && len(names) <= namesShown {
		last := len(names) - 1
		if last == 0 {
			return names[0]
		}
		return fill(l.ListAnd, "{name}", strings.Join(names[:last], l.ListComma), "{other}", names[last])
	}
	shown := min(len(names), namesShown-1)
	others := l.ListOthers.N(len(names) - shown + more)
	return fill(l.ListAnd, "{name}", strings.Join(names[:shown], l.ListComma), "{other}", others)
}

// fill puts values in the places of a phrase: fill("{n} left", "{n}", "3").
// What is put in is not looked at again, so a person named "{n}" stays that.
func fill(phrase string, pairs ...string) string {
	if !strings.Contains(phrase, "{") {
		return phrase
	}
	if len(pairs) == 2 { // most of them; a replacer costs more than the phrase
		return strings.ReplaceAll(phrase, pairs[0], pairs[1])
	}
	return strings.NewReplacer(pairs...).Replace(phrase)
}

func count(n int) string { return strconv.Itoa(n) }

// RoleName is the word for a member's role.
func RoleName(l *Labels, role string) string { return byRole(role, l.Owner, l.Admin, l.Member) }
