package view

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/templates"
)

// Rows turns a viewer's rooms into rows of the list.
func (v *View) Rows(app core.App, viewer string, listed []store.Listed) ([]templates.Row, error) {
	var ids []string
	for _, row := range listed {
		ids = append(ids, row.Peer(viewer), row.LastAuthor)
		if row.Type == chat.Group {
			ids = append(ids, row.FaceIDs()...)
		}
		if row.LastKind == chat.System {
			ids = append(ids, peopleOf(lastOf(row).SystemEvent())...)
		}
	}
	people, err := v.Store.People(app, ids...)
	if err != nil {
		return nil, err
	}
	rows := make([]templates.Row, len(listed))
	for i, row := range listed {
		rows[i] = v.row(row, row.Peer(viewer), people)
		rows[i].Unread = int(row.Unread())
		rows[i].ReadRev = row.ReadRev
		rows[i].Muted = row.Notify == "none"
		rows[i].Pinned = row.Pinned
	}
	return rows, nil
}

// RowInEach is a room's row for everybody who has it in their list, in each
// language: nothing in it is one viewer's own. A direct room is named after peer.
func (v *View) RowInEach(app core.App, listed store.Listed, peer string) ([]templates.Row, error) {
	ids := append([]string{peer, listed.LastAuthor}, listed.FaceIDs()...)
	if listed.LastKind == chat.System {
		ids = append(ids, peopleOf(lastOf(listed).SystemEvent())...)
	}
	people, err := v.Store.People(app, ids...)
	if err != nil {
		return nil, err
	}
	rows := make([]templates.Row, len(v.All()))
	for i, spoken := range v.All() {
		rows[i] = spoken.row(listed, peer, people)
	}
	return rows, nil
}

func (v *View) row(listed store.Listed, peer string, people map[string]store.Person) templates.Row {
	row := templates.Row{
		ID: listed.ID, Type: string(listed.Type), Peer: peer, Posts: listed.Posts, LastSeq: listed.LastSeq, Rev: listed.Rev,
		At: listed.LastActivity.Time(),
	}
	v.entitle(&row.Title, &row.Avatar, listed.Room, people[peer])
	row.Faces = v.faces(listed.Room, listed.FaceIDs(), people)
	if !listed.LastAt.IsZero() {
		row.Last = v.preview(listed, people)
	}
	return row
}

func (v *View) preview(listed store.Listed, people map[string]store.Person) *templates.Preview {
	last := lastOf(listed)
	if last.Kind == chat.System {
		return &templates.Preview{System: true, Text: v.sentence(last, people)}
	}
	preview := &templates.Preview{Author: v.Person(people[last.Author]), Deleted: listed.LastGone != "", Files: len(last.Files)}
	if !preview.Deleted {
		preview.Text = v.line(last.Body, previewLength)
	}
	return preview
}

// lastOf is the last message of a listed room, as far as a preview needs it.
func lastOf(listed store.Listed) store.Message {
	message := store.Message{Author: listed.LastAuthor, Kind: listed.LastKind, Body: listed.LastBody, Event: listed.LastEvent}
	_ = message.Files.Scan(listed.LastFiles)
	return message
}
