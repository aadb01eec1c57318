package cli_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
)

const (
	aDay  = 24 * time.Hour
	aYear = 365 * aDay
)

// attic is an application with something of each kind that a purge removes.
type attic struct {
	*desk
	ann, bob, carl *core.Record

	dead, alive, group string       // rooms: deleted by both, deleted by one, a group
	hidden             *core.Record // that everybody in the group deleted for themselves
	tombstone          *core.Record // of a month ago
	fresh              *core.Record // a tombstone of today
	old                *core.Record // more than a year, with a reaction and a file
	reply              *core.Record // to the old one
	last               *core.Record
}

func newAttic(t testing.TB, config chatplugin.Config) *attic {
	t.Helper()
	a := &attic{desk: newDesk(t, config)}
	people := a.Users("Ann", "Bob", "Carl")
	a.ann, a.bob, a.carl = people[0], people[1], people[2]
	a.dead, a.alive = a.Direct(a.ann, a.bob), a.Direct(a.ann, a.carl)
	a.age(a.withFile(a.dead, a.ann, "dead letter"), 40*aDay)
	a.React(a.Message(a.dead, a.bob, "Dead").Id, a.ann, "👍")
	a.Message(a.alive, a.ann, "Alive")
	a.forget(a.dead, a.ann, a.bob)
	a.forget(a.alive, a.ann)

	a.group = a.Group("Attic", a.ann, a.bob, a.carl)
	a.hidden = a.Message(a.group, a.ann, "Hidden")
	a.forget(a.group, a.ann, a.bob, a.carl)
	a.old = a.withFile(a.group, a.ann, "old plans")
	a.React(a.old.Id, a.bob, "🎉")
	a.age(a.old, 2*aYear)
	a.reply = a.answer(a.group, a.bob, a.old)
	a.tombstone = a.Message(a.group, a.ann, "Tombstone")
	must(t, a.Chat.DeleteMessage(a.tombstone.Id))
	a.age(a.tombstone, 30*aDay)
	a.fresh = a.Message(a.group, a.bob, "Fresh")
	must(t, a.Chat.DeleteMessage(a.fresh.Id))
	a.last = a.Message(a.group, a.bob, "Last")
	a.agrees()
	if len(a.stored("old plans")) == 0 || len(a.stored("dead letter")) == 0 || a.Unread(a.carl) != 4 {
		t.Fatalf("premise: %d unread", a.Unread(a.carl))
	}
	return a
}

func (a *attic) answer(room string, author, to *core.Record) *core.Record {
	a.t.Helper()
	record, err := a.Chat.Send(chatplugin.Draft{Room: room, Author: author.Id, Body: "Reply", ReplyTo: to.Id})
	must(a.t, err)
	return record
}

// tables are the numbers that a purge printed, without its last sentence.
func tables(out string) string {
	table, _, _ := strings.Cut(out, "\n\n")
	return regexp.MustCompile(` +`).ReplaceAllString(table, " ")
}
