// Package view turns the chat's rows into the plain data that templates show.
// What it makes is the same for every viewer unless a viewer is named; names
// and pictures of people come in one query for whatever it is asked about.
package view

import (
	"net/url"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/markup"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/templates"
)

// How much of a message stands in a preview and in a quote, in characters.
const (
	previewLength = 120
	quoteLength   = 160
)

// Options are what views need.
type Options struct {
	Store  *store.Store
	Site   templates.Site   // in the first language
	Others []templates.Site // in the other ones
	Markup *markup.Cache
}

// View makes view models in one language.
type View struct {
	Options
	tongues *tongues
}

// New makes a View in the first language, from which [View.Speaking] gives those
// in the others.
func New(options Options) *View { return newTongues(options).all[0] }

// Person is what others see of somebody; who is gone has a name all the same.
func (v *View) Person(person store.Person) templates.Person {
	name := person.Name
	if name == "" && person.ID != "" {
		name = v.Site.Labels.Unnamed
	}
	if person.ID == "" || person.Gone {
		name = v.Site.Labels.DeletedUser
	}
	return templates.Person{ID: person.ID, Name: name, Avatar: person.Avatar}
}

// Viewer is the signed-in user.
func (v *View) Viewer(record *core.Record) templates.Person {
	if record == nil {
		return templates.Person{}
	}
	return v.Person(v.Store.PersonOf(record))
}

// Members turns members into what the list of them shows.
func (v *View) Members(app core.App, members []store.Member) ([]templates.Member, error) {
	ids := make([]string, len(members))
	for i, member := range members {
		ids[i] = member.User
	}
	people, err := v.Store.People(app, ids...)
	if err != nil {
		return nil, err
	}
	list := make([]templates.Member, len(members))
	for i, member := range members {
		list[i] = templates.Member{Person: v.Person(people[member.User]), Role: string(member.Role), ReadRev: member.ReadRev}
	}
	return list, nil
}

// Room is an open room as its viewer sees it, without messages and presence.
func (v *View) Room(app core.App, seat store.Seat, viewer string) (templates.Room, error) {
	room := seat.Room
	peer := room.Peer(viewer)
	people, err := v.Store.People(app, append(seat.FaceIDs(), peer)...)
	if err != nil {
		return templates.Room{}, err
	}
	shown := templates.Room{
		ID: room.ID, Type: string(room.Type), Description: room.Description, Role: string(seat.Member.Role),
		Members: int(room.Members), Rev: room.Rev, ReadRev: seat.Member.ReadRev, Posts: room.Posts, Unread: int(seat.Unread()), Peer: peer,
	}
	v.entitle(&shown.Title, &shown.Avatar, room, people[peer])
	shown.Faces = v.faces(room, seat.FaceIDs(), people)
	return shown, nil
}

// faces stand for a group without a picture.
func (v *View) faces(room store.Room, ids []string, people map[string]store.Person) []templates.Person {
	if room.Type != chat.Group || room.Avatar != "" {
		return nil
	}
	shown := make([]templates.Person, len(ids))
	for i, id := range ids {
		shown[i] = v.Person(people[id])
	}
	return shown
}

// RoomInEach is a group's header for all its members in each language, from its
// row in lists.
func (v *View) RoomInEach(app core.App, listed store.Listed) ([]templates.Room, error) {
	people, err := v.Store.People(app, listed.FaceIDs()...)
	if err != nil {
		return nil, err
	}
	rooms := make([]templates.Room, len(v.All()))
	for i, spoken := range v.All() {
		rooms[i] = spoken.header(listed, people)
	}
	return rooms, nil
}

func (v *View) header(listed store.Listed, people map[string]store.Person) templates.Room {
	room := listed.Room
	shown := templates.Room{
		ID: room.ID, Type: string(room.Type), Description: room.Description,
		Members: int(room.Members), Rev: room.Rev, Posts: room.Posts,
	}
	v.entitle(&shown.Title, &shown.Avatar, room, store.Person{})
	shown.Faces = v.faces(room, listed.FaceIDs(), people)
	return shown
}

// entitle names a room: a group by its name, a direct room after the other.
func (v *View) entitle(title, avatar *string, room store.Room, peer store.Person) {
	if room.Type == chat.Direct {
		other := v.Person(peer)
		*title, *avatar = other.Name, other.Avatar
		return
	}
	*title = room.Name
	if room.Avatar != "" {
		*avatar = v.Site.Base + "/" + room.ID + "/avatar/?v=" + url.QueryEscape(room.Avatar)
	}
}

// file is something attached to a message, served to members by their cookie.
func (v *View) file(message store.Message, name string) templates.File {
	query := url.Values{"m": {message.ID}, "f": {name}}
	return templates.File{
		Name: originalName(name), Image: isImage(name),
		URL: v.Site.Base + "/" + message.Room + "/file/?" + query.Encode(),
	}
}
