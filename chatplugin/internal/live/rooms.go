package live

import (
	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/templates"
)

func (l *Live) bindRooms(app core.App) {
	on(app.OnRecordAfterUpdateSuccess(store.Rooms), "room_changed", first, l.roomChanged)
}

// roomChanged tells of a new name, description or picture. The rows of the
// lists are told by the system message that comes with it.
func (l *Live) roomChanged(e *core.RecordEvent) error {
	if room, ok := guard.RoomAfter(e.Record); ok {
		l.roomSoon(room.ID)
	}
	return e.Next()
}

// roomSoon sends a room's header to who has it open, once for several changes.
func (l *Live) roomSoon(room string) {
	topic := roomTopic(room)
	if l.hub.Heard(topic) {
		l.gather.soon("room/"+room, func() { l.tellRoom(l.app, topic, room, "", "") })
	}
}

// tellMember tells one person of a room and of what they are in it now.
func (l *Live) tellMember(app core.App, room, user string, role chat.Role) {
	if topic := userTopic(user); l.hub.Heard(topic) {
		l.tellRoom(app, topic, room, user, role)
	}
}

func (l *Live) tellRoom(app core.App, topic, id, viewer string, role chat.Role) {
	room, err := store.ListedRoom(app, id)
	if err == chat.ErrNoRoom {
		return // deleted meanwhile, which is told by itself
	}
	var frame []byte
	if err == nil {
		frame, err = l.roomFrame(app, room, viewer, role)
	}
	if err == nil {
		l.hub.Current(roomTopic(id), room.MembersRev)
		l.hub.Publish(topic, frame)
	}
	l.warn("a room's header", id, err)
}

// roomFrame carries a group's header. That of a direct room differs by viewer,
// who fetches it when the other one has a new name; the name goes to them alone.
func (l *Live) roomFrame(app core.App, room store.Listed, viewer string, role chat.Role) ([]byte, error) {
	frame := roomFrame{
		Type: "room", Room: room.ID, Kind: room.Type, Name: room.Name, Description: room.Description,
		Avatar: room.Avatar, Members: room.Members, Role: role,
	}
	if room.Type == chat.Direct {
		return l.directFrame(app, frame, room.Peer(viewer), viewer)
	}
	shown, err := l.view.RoomInEach(app, room)
	if err != nil {
		return nil, err
	}
	online, _ := l.Online(room.ID)
	frame.fragment, err = l.inEach(func(i int, site templates.Site) templ.Component {
		shown[i].Online = online
		return site.View().RoomHeader(site, shown[i])
	})
	return encode(frame), err
}

func (l *Live) directFrame(app core.App, frame roomFrame, peer, viewer string) ([]byte, error) {
	if viewer == "" {
		return encode(frame), nil
	}
	people, err := l.store.People(app, peer)
	other := l.view.Person(people[peer])
	frame.Name, frame.Avatar = other.Name, other.Avatar
	return encode(frame), err
}
