package chat

// Refusals of what roles don't allow.
var (
	errDirect       = Refuse(Forbidden, "", "This is a conversation of two people. It has no members, roles or name to change.")
	errDirectLeave  = Refuse(Forbidden, "", "A conversation of two people cannot be left. Delete it for yourself instead.")
	errDirectDelete = Refuse(Forbidden, "", "A conversation of two people cannot be deleted for both. Delete it for yourself instead.")
	errEdit         = Refuse(Forbidden, "", "Only owners and admins can change this group. Ask one of them.")
	errDelete       = Refuse(Forbidden, "", "Only owners and admins can delete this group for everyone. You can leave it instead.")
	errAdd          = Refuse(Forbidden, "", "Only owners and admins can add people. Ask one of them.")
	errRemove       = Refuse(Forbidden, "", "Only owners and admins can remove people. Ask one of them.")
	errRemoveAbove  = Refuse(Forbidden, "", "Admins can remove members only. Ask an owner to remove this person.")
	errRole         = Refuse(Forbidden, "", "Only owners and admins can change roles. Ask one of them.")
	errRoleAbove    = Refuse(Forbidden, "", "Admins can change the roles of members only. Ask an owner.")
	errMakeOwner    = Refuse(Forbidden, "role", "Only an owner can make somebody an owner. Ask one of them.")
	errLastOwner    = Refuse(Forbidden, "role", "A group needs an owner. Make somebody else an owner first.")
	errNoSuchRole   = Refuse(Invalid, "role", "Choose owner, admin or member.")
)

// Valid tells whether r is one of the roles.
func (r Role) Valid() bool { return r == Owner || r == Admin || r == Member }

// manages tells whether r may change a group at all.
func (r Role) manages() bool { return r == Owner || r == Admin }

// CanEditRoom answers whether the actor may rename, describe or picture a room.
func CanEditRoom(room Type, actor Role) error {
	return allow(room, actor.manages(), errDirect, errEdit)
}

// CanDeleteRoom answers whether the actor may delete a group for everyone.
func CanDeleteRoom(room Type, actor Role) error {
	return allow(room, actor.manages(), errDirectDelete, errDelete)
}

// CanAddMembers answers whether the actor may bring people into a room.
func CanAddMembers(room Type, actor Role) error {
	return allow(room, actor.manages(), errDirect, errAdd)
}

// CanLeave answers whether a member may go. In a group everybody may, the last
// owner included: then [Heir] says who follows.
func CanLeave(room Type) error {
	return allow(room, true, errDirectLeave, nil)
}

// CanRemove answers whether the actor may take the target out of a room. Owners
// remove anybody, admins members alone; self is leaving. An owner who removes
// an owner stays, so no removal takes the last one.
func CanRemove(room Type, actor, target Role, self bool) error {
	switch {
	case self:
		return CanLeave(room)
	case room == Direct:
		return errDirect
	case actor == Owner, actor == Admin && target == Member:
		return nil
	case actor == Admin:
		return errRemoveAbove
	}
	return errRemove
}

// RoleChange is one member's role being set by another or by themselves.
type RoleChange struct {
	Room   Type
	Actor  Role // of whoever asks
	Target Role // of the member, before
	To     Role // of the member, after
	Self   bool // the actor is the member
	Owners int  // of the group, before
}

// CanSetRole answers whether a role may change so. Owners set any role, admins
// make members admins; everybody may step down, but for the last owner.
func CanSetRole(c RoleChange) error {
	if err := MayBeRole(c.Room, c.Target, c.To, c.Owners); err != nil || c.Target == c.To {
		return err
	}
	switch {
	case c.Actor == Owner, c.Self && rank(c.To) < rank(c.Target):
		return nil
	case c.Actor == Admin && c.To == Owner:
		return errMakeOwner
	case c.Actor == Admin && c.Target != Member:
		return errRoleAbove
	case c.Actor == Admin:
		return nil
	}
	return errRole
}

// MayBeRole answers what holds whoever asks, a superuser or a script included:
// the role exists, both members of a direct room are plain members, and a
// group keeps an owner.
func MayBeRole(room Type, from, to Role, owners int) error {
	switch {
	case !to.Valid():
		return errNoSuchRole
	case room == Direct && to != Member:
		return errDirect
	case room == Group && from == Owner && to != Owner && owners <= 1:
		return errLastOwner
	}
	return nil
}

// Standing is a member as far as following the last owner goes.
type Standing struct {
	User   string
	Role   Role
	Joined int64 // rises with each joining: the room's revision at that time
}

// Heir is the index of whoever becomes owner among members, those who stay:
// the longest-standing admin, else the longest-standing member. It is -1 where
// an owner stays or nobody does.
func Heir(members []Standing) int {
	heir := -1
	for i, m := range members {
		if m.Role == Owner {
			return -1
		}
		if heir < 0 || before(m, members[heir]) {
			heir = i
		}
	}
	return heir
}

// before tells whether a is nearer to owning the group than b. Two who joined
// at once go by id, so that every process chooses the same one.
func before(a, b Standing) bool {
	switch {
	case rank(a.Role) != rank(b.Role):
		return rank(a.Role) > rank(b.Role)
	case a.Joined != b.Joined:
		return a.Joined < b.Joined
	}
	return a.User < b.User
}

func rank(r Role) int {
	switch r {
	case Owner:
		return 2
	case Admin:
		return 1
	}
	return 0
}

// allow is nil where a group lets the actor do it, else the refusal that fits.
func allow(room Type, may bool, inDirect, inGroup *Error) error {
	switch {
	case room == Direct:
		return inDirect
	case may:
		return nil
	}
	return inGroup
}
