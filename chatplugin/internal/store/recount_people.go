package store

import (
	"slices"
	"strconv"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
)

// CheckRoom is Recount together with who may be in the room at all, which the
// users collection says.
func (s *Store) CheckRoom(app core.App, id string) ([]Difference, error) {
	found, err := Recount(app, id)
	if err != nil {
		return nil, err
	}
	room, err := FindRoom(app, id)
	if err != nil {
		return nil, err
	}
	seats, err := s.seats(app, room)
	if err != nil {
		return nil, err
	}
	f := &findings{room: id, all: found}
	for _, user := range seats.gone {
		f.add(user, "place", "of nobody's account", "gone with it").Hint = seats.hint
	}
	for _, user := range seats.strangers {
		f.add(user, "place", "in a direct room of others", "none")
	}
	for _, user := range seats.missing {
		f.add(user, "place", "none", "one, since it is their direct room")
	}
	return f.all, nil
}

// seats are the people of a room who should not be there, or should and are not.
type seats struct {
	gone      []string // whose account is no more
	strangers []string // in a direct room
	missing   []string // from a direct room
	hint      string   // why nothing is done about those who are gone
}

func (s *Store) seats(app core.App, room Room) (found seats, err error) {
	users, err := s.Users.columns(app)
	if err != nil {
		return found, err
	}
	err = app.DB().NewQuery("SELECT m.[[user]] FROM {{" + Members + "}} m WHERE m.[[room]] = {:room} " +
		"AND NOT EXISTS (SELECT 1 FROM {{" + users.table + "}} u WHERE u.[[id]] = m.[[user]])").
		Bind(dbx.Params{"room": room.ID}).Column(&found.gone)
	if err != nil {
		return found, err
	}
	if len(found.gone) > 0 {
		var any int
		if err := app.DB().NewQuery("SELECT EXISTS (SELECT 1 FROM {{" + users.table + "}})").Row(&any); err != nil {
			return found, err
		}
		if any == 0 {
			found.hint = "There is nobody at all in " + strconv.Quote(users.table) + ": is that the right collection, and its data there?"
		}
	}
	first, second := room.Pair()
	if room.Type != chat.Direct || first == "" || second == "" {
		return found, nil
	}
	there, err := MemberIDs(app, room.ID)
	if err != nil {
		return found, err
	}
	for _, user := range there {
		if user != first && user != second {
			found.strangers = append(found.strangers, user)
		}
	}
	for _, user := range []string{first, second} {
		if slices.Contains(there, user) {
			continue
		}
		var exists int
		err := app.DB().NewQuery("SELECT EXISTS (SELECT 1 FROM {{" + users.table + "}} WHERE [[id]] = {:user})").Bind(dbx.Params{"user": user}).Row(&exists)
		if err != nil {
			return found, err
		}
		if exists == 1 {
			found.missing = append(found.missing, user)
		}
	}
	return found, nil
}
