package cli_test

import (
	"context"
	"strings"
	"testing"

	"pocketchat/chatplugin"
)

func TestCheck(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	d.run("seed", "--users", "6", "--rooms", "5", "--messages", "200", "--password", "correct horse")
	if out := d.run("check"); !strings.HasPrefix(out, "Recounted 5 rooms and ") || !strings.HasSuffix(out, ": no difference.\n") {
		t.Fatalf("of a world that was just made: %s", out)
	}
	// What nothing of ours would do is seen, and only told.
	for _, wrong := range []struct{ statement, says string }{
		{"UPDATE chat_rooms SET posts = posts + 1 WHERE id = (SELECT MIN(id) FROM chat_rooms)", ", posts: says "},
		{"UPDATE chat_rooms SET rev = rev + 1 WHERE id = (SELECT MAX(id) FROM chat_rooms)", ", rev: says "},
		{"UPDATE chat_members SET read_rev = 100000 WHERE id = (SELECT MIN(id) FROM chat_members)", ", read_rev of "},
		{"UPDATE chat_rooms SET last_message = '' WHERE id = (SELECT MIN(id) FROM chat_rooms WHERE last_message != '')", ", last_message is not the last"},
	} {
		if _, err := d.NonconcurrentDB().NewQuery(wrong.statement).Execute(); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			out, said, err := d.try(context.Background(), "check")
			if err == nil || !strings.Contains(out, wrong.says) || !strings.Contains(said, "difference") {
				t.Errorf("%s: %v, said %q, printed %s", wrong.statement, err, said, out)
			}
		}
	}
	if _, said, err := d.try(context.Background(), "check", "everything"); err == nil || !strings.Contains(said, "not understood") {
		t.Errorf("an argument: %v %s", err, said)
	}
}
