package chatplugin

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"pocketchat/chatplugin/internal/act"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/cli"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/live"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/watch"
	"pocketchat/chatplugin/internal/web"
)

// Chat is the Go API for hosts. Every method saves ordinary PocketBase records,
// so that a host's own hooks run and everybody's page follows live.
//
// Refusals of the rules are *Error, whose message can be shown to people.
type Chat struct {
	app    core.App
	config Config
	store  *store.Store
	live   *live.Live
	guard  *guard.Guard
	acts   *act.Acts
	web    *web.Web
	watch  *watch.Watch
	hooks  hooks
	cli    *cli.CLI
}

// Role is a member's standing in a group.
type Role = chat.Role

// The roles.
const (
	Owner  = chat.Owner
	Admin  = chat.Admin
	Member = chat.Member
)

// Draft is a message that is about to be sent.
type Draft struct {
	Room     string
	Author   string             // user id; empty says it as the room itself
	Body     string             // plain text, marked up when shown
	ClientID string             // a repeated one of the same author and room is the same message
	ReplyTo  string             // id of a message in the room
	Files    []*filesystem.File // at most Limits.Files
}

// Group is what a new group is made of.
type Group struct {
	Name        string
	Description string
	Members     []string // user ids besides the owner's
}

// OpenDirect answers the id of the one room of two people; it is made when
// there is none.
func (c *Chat) OpenDirect(user, other string) (room string, err error) {
	return c.acts.OpenDirect(c.app, user, other)
}

// CreateGroup makes a group owned by owner and answers its id.
func (c *Chat) CreateGroup(owner string, group Group) (room string, err error) {
	return c.acts.CreateGroup(c.app, owner, act.Group(group))
}

// Send sends a message and answers its record. With an Author, who must be a
// member, it counts as theirs; without one it is a system message, which counts
// as nobody's unread.
func (c *Chat) Send(draft Draft) (*core.Record, error) {
	return c.acts.Send(c.app, act.Draft(draft))
}

// DeleteMessage empties a message for everybody and leaves a tombstone.
func (c *Chat) DeleteMessage(message string) error {
	return c.acts.Retract(c.app, message)
}

// UnreadTotal is the number on a user's badge: the sum of what their list shows.
func (c *Chat) UnreadTotal(user string) (int, error) {
	total, err := store.UnreadTotal(c.app, user)
	return int(total), err
}

// Kick takes a user out of a group on nobody's behalf.
func (c *Chat) Kick(room, user string) error {
	return c.acts.Kick(c.app, room, user)
}

// SignOut ends every socket of a user at once. It does not make their tokens
// invalid: record.RefreshTokenKey and a save do, and end the sockets as well.
func (c *Chat) SignOut(user string) { c.live.End(user) }

// BasePath is where the pages are, such as "/chat".
func (c *Chat) BasePath() string { return c.config.BasePath }
