package live

import "testing"

func TestToldRows(t *testing.T) {
	var told toldRows
	if told.has("r", 1) {
		t.Error("a room that nobody told of counts as told")
	}
	told.note("r", 5) // what came before is not known
	if told.has("r", 5) {
		t.Error("a hole counts as told")
	}
	told.settle("r", 4)
	if !told.has("r", 5) {
		t.Error("a hole that a sweep filled is still there")
	}
	told.note("r", 7)
	if told.has("r", 7) {
		t.Error("a new hole counts as told")
	}
	told.note("r", 6)
	if !told.has("r", 7) {
		t.Error("a hole that was filled is still there")
	}
	for rev := int64(100); rev < 100+2*rowsAhead; rev++ {
		told.note("r", rev)
	}
	if n := len(told.of["r"].ahead); n > rowsAhead {
		t.Errorf("%d revisions wait", n)
	}
}

func TestRoomRevOf(t *testing.T) {
	for frame, want := range map[string]int64{
		string(encode(messageFrame{Type: "message", Room: "r1", Rev: 7})):                                             7,
		string(encode(inboxFrame{Type: "inbox", Room: "r1", Rev: 9, fragment: fragment{HTML: `,"rev":1`}})):           9,
		string(encode(inboxFrame{Type: "inbox", Room: "r1", Posts: 3, fragment: fragment{HTML: `{"x":1,"rev":1,}`}})): 0,
		string(encode(readFrame{Type: "read", Room: "r1", ReadRev: 4})):                                               0,
	} {
		room, rev, ok := roomRevOf([]byte(frame))
		if rev != want || ok != (want > 0) || ok && room != "r1" {
			t.Errorf("%s: %q, %d, %v", frame, room, rev, ok)
		}
	}
}

func TestOwnerOf(t *testing.T) {
	for _, user := range []string{"abc123", "a b/ü", ":x"} {
		if got := ownerOf(userTopic(user)); got != user {
			t.Errorf("the owner of %s is %q, want %q", userTopic(user), got, user)
		}
	}
	if got := ownerOf(roomTopic("r1")); got != "" {
		t.Errorf("a room has the owner %q", got)
	}
}
