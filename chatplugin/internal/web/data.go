package web

import (
	"net/http"
	"time"

	"pocketchat/chatplugin/internal/live"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/templates"
)

// What the pages show, for clients that draw for themselves. The names of the
// fields are those of the collections and the frames.
type (
	listData struct {
		Rooms  []rowData `json:"rooms"`
		Next   string    `json:"next"` // for ?before=, "" on the last page
		Unread int       `json:"unread"`
	}
	rowData struct {
		ID           string       `json:"id"`
		Type         string       `json:"type"`
		Name         string       `json:"name"`
		Avatar       string       `json:"avatar"`
		Peer         string       `json:"peer,omitempty"`
		Posts        int64        `json:"posts"`
		Unread       int          `json:"unread"`
		ReadRev      int64        `json:"read_rev"`
		LastSeq      int64        `json:"last_seq"`
		LastActivity time.Time    `json:"last_activity"`
		Muted        bool         `json:"muted"`
		Pinned       bool         `json:"pinned"`
		Last         *previewData `json:"last"`
	}
	previewData struct {
		Author  string `json:"author"` // "" where the room itself says it
		Name    string `json:"name"`
		Text    string `json:"text"`
		Deleted bool   `json:"deleted"`
		Files   int    `json:"files"`
	}
	roomData struct {
		ID          string `json:"id"`
		Type        string `json:"type"`
		Name        string `json:"name"`
		Description string `json:"description"`
		Avatar      string `json:"avatar"`
		Peer        string `json:"peer,omitempty"`
		Member      string `json:"member"` // the viewer's record in chat_members
		Role        string `json:"role"`
		Notify      string `json:"notify"`
		Pinned      bool   `json:"pinned"`
		Members     int    `json:"members"`
		Online      int    `json:"online"`
		Posts       int64  `json:"posts"`
		Unread      int    `json:"unread"`
		ReadRev     int64  `json:"read_rev"`
	}
	sliceData struct {
		Messages []any `json:"messages"`
		Older    bool  `json:"older"`
		Newer    bool  `json:"newer"`
	}
	openData struct {
		Room roomData `json:"room"`
		Rev  int64    `json:"rev"` // the cursor: up to here the messages say all
		sliceData
	}
	infoData struct {
		Room     roomData     `json:"room"`
		Members  []memberData `json:"members"`
		Files    []fileData   `json:"files"`
		CanEdit  bool         `json:"can_edit"`
		CanLeave bool         `json:"can_leave"`
	}
	memberData struct {
		User    string `json:"user"`
		Name    string `json:"name"`
		Avatar  string `json:"avatar"`
		Role    string `json:"role"`
		ReadRev int64  `json:"read_rev"`
	}
	fileData struct {
		Name  string `json:"name"`
		URL   string `json:"url"`
		Image bool   `json:"image"`
	}
)

func (w *Web) data(v *visit, of any) error { return w.answers.JSON(v.RequestEvent, http.StatusOK, of) }

func dataOfList(list templates.List) listData {
	data := listData{Rooms: make([]rowData, len(list.Rows)), Next: list.Next, Unread: list.Unread}
	for i, row := range list.Rows {
		data.Rooms[i] = rowData{
			ID: row.ID, Type: row.Type, Name: row.Title, Avatar: row.Avatar, Peer: row.Peer, Posts: row.Posts, Unread: row.Unread,
			ReadRev: row.ReadRev, LastSeq: row.LastSeq, LastActivity: row.At.UTC(), Muted: row.Muted, Pinned: row.Pinned,
		}
		if last := row.Last; last != nil {
			data.Rooms[i].Last = &previewData{Author: last.Author.ID, Name: last.Author.Name, Text: last.Text, Deleted: last.Deleted, Files: last.Files}
		}
	}
	return data
}

func dataOfWindow(window store.Window) sliceData {
	rows := append(window.Before[:len(window.Before):len(window.Before)], window.After...)
	return sliceData{Messages: live.Data(rows), Older: window.Older, Newer: window.Newer}
}

func dataOfRoom(v *visit, room templates.Room) roomData {
	return roomData{
		ID: room.ID, Type: room.Type, Name: room.Title, Description: room.Description, Avatar: room.Avatar, Peer: room.Peer,
		Member: v.seat.Member.ID, Role: room.Role, Notify: v.seat.Member.Notify, Pinned: v.seat.Member.Pinned,
		Members: room.Members, Online: room.Online, Posts: room.Posts, Unread: room.Unread, ReadRev: room.ReadRev,
	}
}

// openData is the room as it opens, without its bubbles being drawn.
func (w *Web) openData(v *visit) (openData, error) {
	window, err := w.opening(v)
	if err != nil {
		return openData{}, err
	}
	room, err := v.view.Room(v.App, v.seat, v.viewer.Id)
	if err != nil {
		return openData{}, err
	}
	room.Online, _ = w.Live.Online(room.ID)
	return openData{Room: dataOfRoom(v, room), Rev: cursor(room.Rev, window.Window), sliceData: dataOfWindow(window.Window)}, nil
}

// cursor is up to where a window says all. One that ends before the room does
// has what came up to its last message, and no more.
func cursor(rev int64, window store.Window) int64 {
	if last := len(window.After) - 1; window.Newer && last >= 0 {
		return window.After[last].Seq
	}
	return rev
}

func dataOfInfo(v *visit, info templates.Info) infoData {
	data := infoData{
		Room: dataOfRoom(v, info.Room), Members: make([]memberData, len(info.People)), Files: make([]fileData, len(info.Media)),
		CanEdit: info.CanEdit, CanLeave: info.CanLeave,
	}
	for i, p := range info.People {
		data.Members[i] = memberData{User: p.ID, Name: p.Name, Avatar: p.Avatar, Role: p.Role, ReadRev: p.ReadRev}
	}
	for i, f := range info.Media {
		data.Files[i] = fileData{Name: f.Name, URL: f.URL, Image: f.Image}
	}
	return data
}
