package web

import (
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// recentFiles is how many messages with files are looked at for the details.
const recentFiles = 24

// info answers GET /{id}/info/: members, shared files and what can be done.
func (w *Web) info(v *visit) error {
	room, err := v.view.Room(v.App, v.seat, v.viewer.Id)
	if err != nil {
		return err
	}
	people, err := w.people(v)
	if err != nil {
		return err
	}
	media, err := w.media(v)
	if err != nil {
		return err
	}
	kind, role := v.seat.Room.Type, v.seat.Member.Role
	info := templates.Info{
		Room: room, People: people, Media: media,
		CanEdit: chat.CanEditRoom(kind, role) == nil, CanLeave: chat.CanLeave(kind) == nil,
	}
	if wants(v.Request) == answer.JSON {
		return w.data(v, dataOfInfo(v, info))
	}
	return show(w, v, room.Title, w.Views.InfoPage, info)
}

func (w *Web) people(v *visit) ([]templates.Member, error) {
	members, err := store.AllMembers(v.App, v.seat.Room.ID)
	if err != nil {
		return nil, err
	}
	return v.view.Members(v.App, members)
}

func (w *Web) media(v *visit) ([]templates.File, error) {
	rows, err := store.RecentFiles(v.App, v.seat.Room.ID, v.seat.Member.Since(), recentFiles)
	if err != nil {
		return nil, err
	}
	messages, err := v.view.Messages(v.App, rows, v.seat.Member.Since())
	if err != nil {
		return nil, err
	}
	var files []templates.File
	for _, message := range messages {
		files = append(files, message.Files...)
	}
	return files, nil
}
