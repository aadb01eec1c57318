package chatplugin

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/chat"
)

// MessageEvent is about a message that is being sent, or was.
type MessageEvent struct {
	hook.Event
	App     core.App     // the one to work with: it is inside the save's transaction where there is one
	Chat    *Chat        // for answering
	Message *core.Record // before it is sent, its body may be changed
	Room    string       // id
	Author  string       // user id; empty for what the room says about itself
}

// MemberEvent is about somebody's place in a room.
type MemberEvent struct {
	hook.Event
	App    core.App
	Chat   *Chat
	Member *core.Record
	Room   string // id
	User   string // id of who joins or goes
	Actor  string // id of who did it; empty for the host's own code, an operator, or the making of a room
}

// RoomEvent is about a room that is made or deleted.
type RoomEvent struct {
	hook.Event
	App   core.App
	Chat  *Chat
	Room  *core.Record
	Actor string   // id of who did it, or empty
	Users []string // ids of the two people of a direct room; empty for a group, whose members join one by one
}

// hooks are what hosts bind to. They sit on PocketBase's record hooks, so that
// every entrance fires them: pages, REST, SDKs, admin UI and app.Save.
type hooks struct {
	messageSend, messageSent    hook.Hook[*MessageEvent]
	memberJoin, memberJoined    hook.Hook[*MemberEvent]
	memberLeave, memberLeft     hook.Hook[*MemberEvent]
	memberRemove, memberRemoved hook.Hook[*MemberEvent]
	roomCreate, roomCreated     hook.Hook[*RoomEvent]
	roomDelete, roomDeleted     hook.Hook[*RoomEvent]
}

// Refuse is an error for hooks: the message is shown to whoever tried, so it
// says what they can do. Any other error refuses as well, but people are told
// only that it failed.
func Refuse(message string) error { return chat.Refuse(chat.Forbidden, "", message) }

// OnMessageSend runs before a message is saved, system messages included. An
// error refuses it. Of several attempts with one client id each may fire, while
// one message is made.
func (c *Chat) OnMessageSend() *hook.Hook[*MessageEvent] { return &c.hooks.messageSend }

// OnMessageSent runs once after a message was committed. It runs before the
// sender is answered: what takes long belongs into a goroutine.
func (c *Chat) OnMessageSent() *hook.Hook[*MessageEvent] { return &c.hooks.messageSent }

// OnMemberJoin runs before somebody gets a place in a room. An error refuses.
func (c *Chat) OnMemberJoin() *hook.Hook[*MemberEvent] { return &c.hooks.memberJoin }

// OnMemberJoined runs after somebody's place in a room was committed.
func (c *Chat) OnMemberJoined() *hook.Hook[*MemberEvent] { return &c.hooks.memberJoined }

// OnMemberLeave runs before somebody leaves a group. An error refuses.
func (c *Chat) OnMemberLeave() *hook.Hook[*MemberEvent] { return &c.hooks.memberLeave }

// OnMemberLeft runs after somebody's leaving was committed.
func (c *Chat) OnMemberLeft() *hook.Hook[*MemberEvent] { return &c.hooks.memberLeft }

// OnMemberRemove runs before somebody is taken out of a room by another, by the
// host, or by the end of their account. An error refuses. It does not run for
// the members of a room that is deleted.
func (c *Chat) OnMemberRemove() *hook.Hook[*MemberEvent] { return &c.hooks.memberRemove }

// OnMemberRemoved runs after a removal was committed.
func (c *Chat) OnMemberRemoved() *hook.Hook[*MemberEvent] { return &c.hooks.memberRemoved }

// OnRoomCreate runs before a room is saved. An error refuses: the place to say
// who may write to whom.
func (c *Chat) OnRoomCreate() *hook.Hook[*RoomEvent] { return &c.hooks.roomCreate }

// OnRoomCreated runs after a room with its first members was committed.
func (c *Chat) OnRoomCreated() *hook.Hook[*RoomEvent] { return &c.hooks.roomCreated }

// OnRoomDelete runs before a room is deleted for everybody. An error refuses.
func (c *Chat) OnRoomDelete() *hook.Hook[*RoomEvent] { return &c.hooks.roomDelete }

// OnRoomDeleted runs after a room's deletion was committed: its members are out.
// Its messages go in the background.
func (c *Chat) OnRoomDeleted() *hook.Hook[*RoomEvent] { return &c.hooks.roomDeleted }
