package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// erasedAtOnce is how many messages become tombstones in one transaction. It
// counts them for each member who has not read them, so it is fewer than rows.
const erasedAtOnce = 500

// erase makes tombstones of everything that somebody wrote, room by room and in
// pieces, between which others write. A stop or a kill between two pieces leaves
// all counters right, and the next start goes on.
func (g *Guard) erase(app core.App, user string) error {
	for {
		room, err := store.RoomToErase(app, user)
		if err != nil || room == "" {
			return err
		}
		if err := g.eraseIn(app, room, user); err != nil {
			return err
		}
		g.Timeline.Erased(room)
	}
}

func (g *Guard) eraseIn(app core.App, room, user string) error {
	for {
		if err := g.goOn(); err != nil {
			return err
		}
		erased, err := store.EraseMessages(app, room, user, erasedAtOnce)
		if err == chat.ErrNoRoom {
			return nil // it is being deleted itself
		}
		if err != nil || erased == 0 {
			return err
		}
	}
}
