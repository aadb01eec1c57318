package chat

import (
	"strings"
	"testing"
)

var everyRole = []Role{Owner, Admin, Member}

// refused tells whether err is a refusal, and fails on one that no person could
// read.
func refused(t *testing.T, err error, code Code) bool {
	t.Helper()
	if err == nil {
		return false
	}
	refusal := AsError(err)
	if refusal == nil || refusal.Code != code || !strings.HasSuffix(refusal.Message, ".") {
		t.Errorf("refused with %#v", err)
	}
	return true
}

func TestOwnersAndAdminsRunAGroup(t *testing.T) {
	actions := map[string]func(Type, Role) error{"edit": CanEditRoom, "delete": CanDeleteRoom, "add": CanAddMembers}
	for name, can := range actions {
		for role, want := range map[Role]bool{Owner: true, Admin: true, Member: false, "": false, "OWNER": false} {
			if got := !refused(t, can(Group, role), Forbidden); got != want {
				t.Errorf("%s as %q: %v, want %v", name, role, got, want)
			}
		}
		for _, role := range everyRole {
			if !refused(t, can(Direct, role), Forbidden) {
				t.Errorf("%s of a direct room as %s is allowed", name, role)
			}
		}
	}
}

func TestCanLeave(t *testing.T) {
	if refused(t, CanLeave(Group), Forbidden) {
		t.Error("a group cannot be left")
	}
	if !refused(t, CanLeave(Direct), Forbidden) {
		t.Error("a direct room can be left")
	}
}

func TestCanRemove(t *testing.T) {
	allowed := map[[2]Role]bool{
		{Owner, Owner}: true, {Owner, Admin}: true, {Owner, Member}: true,
		{Admin, Member}: true,
	}
	for _, actor := range everyRole {
		for _, target := range everyRole {
			if got, want := !refused(t, CanRemove(Group, actor, target, false), Forbidden), allowed[[2]Role{actor, target}]; got != want {
				t.Errorf("%s removes %s: %v, want %v", actor, target, got, want)
			}
			if refused(t, CanRemove(Group, actor, target, true), Forbidden) {
				t.Errorf("%s cannot leave", actor)
			}
			for _, self := range []bool{true, false} {
				if !refused(t, CanRemove(Direct, actor, target, self), Forbidden) {
					t.Errorf("%s removes %s from a direct room", actor, target)
				}
			}
		}
	}
}

func TestCanSetRole(t *testing.T) {
	// Who may set another's role, from what, to what; all else is refused.
	allowed := map[[3]Role]bool{{Admin, Member, Admin}: true}
	for _, from := range everyRole {
		for _, to := range everyRole {
			allowed[[3]Role{Owner, from, to}] = true
		}
	}
	for _, actor := range everyRole {
		for _, from := range everyRole {
			for _, to := range everyRole {
				c := RoleChange{Room: Group, Actor: actor, Target: from, To: to, Owners: 2}
				want := allowed[[3]Role{actor, from, to}] || from == to
				if got := !refused(t, CanSetRole(c), Forbidden); got != want {
					t.Errorf("%s makes %s %s: %v, want %v", actor, from, to, got, want)
				}
			}
		}
	}
}

func TestStepDownAndTheLastOwner(t *testing.T) {
	for _, tt := range []struct {
		name   string
		from   Role
		to     Role
		owners int
		want   bool
	}{
		{"one of two owners steps down", Owner, Admin, 2, true},
		{"the last owner", Owner, Admin, 1, false},
		{"the last owner stays one", Owner, Owner, 1, true},
		{"an admin steps down", Admin, Member, 1, true},
		{"an admin climbs", Admin, Owner, 1, false},
		{"a member climbs", Member, Admin, 1, false},
	} {
		c := RoleChange{Room: Group, Actor: tt.from, Target: tt.from, To: tt.to, Self: true, Owners: tt.owners}
		if got := !refused(t, CanSetRole(c), Forbidden); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestMayBeRole(t *testing.T) {
	if !refused(t, MayBeRole(Group, Member, "king", 1), Invalid) || !refused(t, MayBeRole(Group, Member, "", 1), Invalid) {
		t.Error("a role that does not exist is allowed")
	}
	for _, role := range []Role{Owner, Admin} {
		if !refused(t, MayBeRole(Direct, Member, role, 0), Forbidden) {
			t.Errorf("a direct room has an %s", role)
		}
	}
	if MayBeRole(Direct, Member, Member, 0) != nil || MayBeRole(Group, Member, Owner, 1) != nil {
		t.Error("a usual role is refused")
	}
	if !refused(t, MayBeRole(Group, Owner, Member, 1), Forbidden) {
		t.Error("a group loses its last owner")
	}
}

func TestHeir(t *testing.T) {
	tests := []struct {
		name    string
		members []Standing
		want    int
	}{
		{"nobody", nil, -1},
		{"an owner stays", []Standing{{"a", Member, 1}, {"b", Owner, 9}}, -1},
		{"the only one", []Standing{{"a", Member, 1}}, 0},
		{"admins before members", []Standing{{"a", Member, 1}, {"b", Admin, 9}}, 1},
		{"the longest-standing admin", []Standing{{"a", Admin, 5}, {"b", Admin, 2}, {"c", Member, 1}}, 1},
		{"the longest-standing member", []Standing{{"a", Member, 3}, {"b", Member, 2}, {"c", Member, 4}}, 1},
		{"at once, by id", []Standing{{"b", Member, 1}, {"a", Member, 1}, {"c", Member, 1}}, 1},
	}
	for _, tt := range tests {
		if got := Heir(tt.members); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
