package live

import (
	"bytes"
	"encoding/json"

	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// The frames, one struct each. Type, room and rev come first and html last in
// every one that has them: wire.go reads the former, and a door that leaves html
// out cuts the latter off by bytes. Between processes and sockets html has other
// languages behind it, see languages.go.
type (
	messageFrame struct {
		Type    string      `json:"type"`
		Room    string      `json:"room"`
		Rev     int64       `json:"rev"`
		Quotes  int64       `json:"quotes,omitempty"` // seq of the message that this one quotes
		Message messageJSON `json:"message"`
		fragment
	}
	messageJSON struct {
		ID       string          `json:"id"`
		Room     string          `json:"room"`
		Author   string          `json:"author"`
		Seq      int64           `json:"seq"`
		Rev      int64           `json:"rev"`
		Kind     chat.Kind       `json:"kind"`
		Body     string          `json:"body"`
		Files    []string        `json:"files"`
		ReplyTo  string          `json:"reply_to"`
		ClientID string          `json:"client_id"`
		Event    json.RawMessage `json:"event,omitempty"`
		Edited   types.DateTime  `json:"edited"`
		Deleted  types.DateTime  `json:"deleted"`
		Created  types.DateTime  `json:"created"`

		Reactions []store.Reaction `json:"reactions,omitempty"`
	}
	roomFrame struct {
		Type        string    `json:"type"`
		Room        string    `json:"room"`
		Kind        chat.Type `json:"kind"`
		Name        string    `json:"name"`
		Description string    `json:"description"`
		Avatar      string    `json:"avatar"`
		Members     int64     `json:"members"`
		Role        chat.Role `json:"role,omitempty"`
		fragment
	}
	syncedFrame struct {
		Type string `json:"type"`
		Room string `json:"room,omitempty"`
		Rev  int64  `json:"rev"`
	}
	presenceFrame struct {
		Type   string   `json:"type"`
		Room   string   `json:"room"`
		Online int      `json:"online"`
		Users  []string `json:"users"`
	}
	typingFrame struct {
		Type string `json:"type"`
		Room string `json:"room"`
		User string `json:"user"`
		Name string `json:"name"`
	}
	readFrame struct {
		Type    string `json:"type"`
		Room    string `json:"room"`
		User    string `json:"user"`
		ReadRev int64  `json:"read_rev"`
	}
	inboxFrame struct {
		Type     string `json:"type"`
		Room     string `json:"room"`
		Rev      int64  `json:"rev,omitempty"` // of the room as this shows it to all its viewers
		Posts    int64  `json:"posts"`
		LastSeq  int64  `json:"last_seq"`
		Unposted int64  `json:"unposted,omitempty"` // seq of a message that was deleted: one less for who had not read it
		Gone     bool   `json:"gone,omitempty"`     // the viewer deleted the chat for themselves, up to last_seq
		fragment
	}
	unreadFrame struct {
		Type    string `json:"type"`
		Room    string `json:"room"`
		Unread  int64  `json:"unread"`
		Total   int64  `json:"total"`
		ReadRev int64  `json:"read_rev"`
		Posts   int64  `json:"posts,omitempty"` // the room's, of which unread are unread: an inbox frame may have come before or after
	}
	removedFrame struct {
		Type  string `json:"type"`
		Room  string `json:"room"`
		Total *int64 `json:"total,omitempty"` // of what is unread elsewhere
	}
	pingFrame struct {
		Type string `json:"type"`
		Room string `json:"room,omitempty"`
		Rev  int64  `json:"rev,omitempty"`
	}
	plainFrame struct {
		Type string `json:"type"`
		Room string `json:"room,omitempty"`
	}
)

// encode writes a frame. It leaves <, > and & as they are: JSON is not HTML,
// and escaped markup is a third longer.
func encode(frame any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(frame); err != nil {
		return nil // unreachable: the structs hold nothing that JSON cannot
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

func jsonOf(m store.Message) messageJSON {
	files := []string(m.Files)
	if files == nil {
		files = []string{}
	}
	var event json.RawMessage
	if m.Kind == chat.System && len(m.Event) > 0 {
		event = json.RawMessage(m.Event)
	}
	var reactions []store.Reaction
	if m.Deleted.IsZero() {
		reactions = m.Reactions()
	}
	return messageJSON{
		Reactions: reactions,
		ID:        m.ID, Room: m.Room, Author: m.Author, Seq: m.Seq, Rev: m.Rev, Kind: m.Kind, Body: m.Body, Files: files,
		ReplyTo: m.ReplyTo, ClientID: m.ClientID, Event: event, Edited: m.Edited, Deleted: m.Deleted, Created: m.Created,
	}
}
