package live

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/store"
)

// listedMembers bounds how many members all remembered lists have together:
// some ten megabytes.
const listedMembers = 100_000

// memberLists remembers who is in a group, by the revision of its members: a
// send to a large one must not read a thousand rows. A change of members changes
// the revision, so nothing needs to be forgotten.
type memberLists struct{ known *cache[memberList] }

type memberList struct {
	rev    int64
	users  []string
	topics []string
	faces  string
}

func newMemberLists() memberLists {
	return memberLists{newCache(listedMembers, func(list memberList) int { return 1 + len(list.users) })}
}

// readers are those in whose lists a room is about to be told of.
func (l *Live) readers(app core.App, room store.Room) (memberList, error) {
	if room.Type == chat.Direct {
		first, second := room.Pair()
		return listOf(room.MembersRev, []string{first, second}), nil
	}
	if list, ok := l.lists.known.get(room.ID); ok && list.rev == room.MembersRev {
		return list, nil
	}
	users, err := store.MemberIDs(app, room.ID)
	if err != nil {
		return memberList{}, err
	}
	slices.Sort(users)
	list := listOf(room.MembersRev, users)
	l.lists.known.set(room.ID, func(memberList) memberList { return list })
	return list, nil
}

// people implements hub.Options.People: who is in rooms now, whatever process
// changed it.
func (l *Live) people(topics []string) (map[string]hub.People, error) {
	ids := make([]string, len(topics))
	for i, topic := range topics {
		ids[i] = strings.TrimPrefix(topic, roomPrefix)
	}
	rooms, err := store.RoomsNow(l.app, ids)
	if err != nil {
		return nil, err
	}
	people := make(map[string]hub.People, len(topics))
	for i, topic := range topics {
		room, there := rooms[ids[i]]
		if !there {
			people[topic] = hub.People{Rev: math.MaxInt64, Has: func(string) bool { return false }}
			continue
		}
		users, err := l.members(l.app, room)
		if err != nil {
			return nil, err
		}
		people[topic] = hub.People{Rev: room.MembersRev, Has: func(user string) bool {
			_, found := slices.BinarySearch(users, user)
			return found
		}}
	}
	return people, nil
}

// members are a room's users in order. They may be of a later revision than the
// room that was read before, and are right then as well.
func (l *Live) members(app core.App, room store.Room) ([]string, error) {
	if room.Type == chat.Direct {
		users, err := store.MemberIDs(app, room.ID)
		slices.Sort(users)
		return users, err
	}
	list, err := l.readers(app, room)
	return list.users, err
}

func listOf(rev int64, users []string) memberList {
	return memberList{rev, users, userTopics(users), strings.Join(users[:min(len(users), 2)], ",")}
}

// filesJSON is how a row of the list knows of files.
func filesJSON(files []string) string {
	encoded, err := json.Marshal(files)
	if err != nil || len(files) == 0 {
		return "[]"
	}
	return string(encoded)
}
