package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/store"
)

func (g *Guard) bindUsers(app core.App) {
	users := g.Store.Users.Collection
	on(app.OnRecordDeleteExecute(users), "user_delete", beforeTx, disowned.keepFromCascade)
	on(app.OnRecordAfterUpdateSuccess(users), "user_changed", -100, g.forgetUser)
	on(app.OnRecordAfterDeleteSuccess(users), "user_gone", -100, g.forgetUser)
	on(app.OnRecordAfterDeleteSuccess(users), "user_disown", afterOther, g.disownUser)
}

// What a leaving user wrote stays without the name, or goes as well if the host
// says so. PocketBase would save it message by message inside its delete
// transaction, and even one statement holds the writer for a second with a
// hundred thousand of them. So PocketBase does not hear of these references, and
// the rest is done afterwards in pieces. Memberships go by their own hooks, as
// part of the deletion.
var disowned = refs{store.Messages: store.FieldAuthor, store.Reactions: store.FieldUser}

func (g *Guard) disownUser(e *core.RecordEvent) error {
	g.disown(e.App, e.Record.Id)
	return e.Next()
}

func (g *Guard) disown(app core.App, user string) {
	g.later(func() error {
		if g.Erase {
			if err := g.erase(app, user); err != nil {
				return err
			}
		}
		for {
			if err := g.goOn(); err != nil {
				return err
			}
			if changed, err := store.Disown(app, user, rowsAtOnce); changed == 0 || err != nil {
				return err
			}
		}
	}, app, "a deleted user's name is still on messages; it comes off at the next start")
}

func (g *Guard) forgetUser(e *core.RecordEvent) error {
	g.Store.Forget(e.Record.Id)
	return e.Next()
}
