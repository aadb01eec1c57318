package cli_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/chat"
)

// a world that is small, and still has more messages than one transaction.
var small = []string{"seed", "--users", "14", "--rooms", "16", "--messages", "2600", "--password", "open sesame"}

func TestSeed(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	out := d.run(small...)
	if !strings.Contains(out, "Made 14 people, 16 rooms and 2,600 messages") || !strings.Contains(out, "open sesame") || !strings.Contains(out, "/chat/") {
		t.Errorf("printed\n%s", out)
	}
	d.agrees()
	for what, query := range map[string]string{
		"people":            "SELECT COUNT(*) = 14 FROM users WHERE verified",
		"rooms":             "SELECT COUNT(*) = 16 FROM chat_rooms",
		"messages":          "SELECT COUNT(*) = 2600 FROM chat_messages WHERE kind = 'text'",
		"direct rooms":      "SELECT COUNT(*) > 3 FROM chat_rooms WHERE type = 'direct' AND direct_key != '' AND members = 2",
		"groups":            "SELECT COUNT(*) > 3 FROM chat_rooms WHERE type = 'group' AND name != '' AND description != ''",
		"admins":            "SELECT COUNT(*) > 0 FROM chat_members WHERE role = 'admin'",
		"system messages":   "SELECT COUNT(DISTINCT event ->> 'type') >= 3 FROM chat_messages WHERE kind = 'system' AND body != ''",
		"replies":           "SELECT COUNT(*) > 20 FROM chat_messages c JOIN chat_messages q ON q.id = c.reply_to AND q.seq < c.seq",
		"edits":             "SELECT COUNT(*) > 5 FROM chat_messages WHERE edited != '' AND rev > seq",
		"deletions":         "SELECT COUNT(*) > 3 FROM chat_messages WHERE deleted != '' AND body = ''",
		"reactions":         "SELECT COUNT(*) > 50 FROM chat_reactions",
		"unread rooms":      "SELECT COUNT(*) > 3 FROM chat_members m JOIN chat_rooms r ON r.id = m.room WHERE r.posts > m.read_posts",
		"read rooms":        "SELECT COUNT(*) > 3 FROM chat_members m JOIN chat_rooms r ON r.id = m.room WHERE r.posts = m.read_posts",
		"weeks":             "SELECT COUNT(DISTINCT DATE(created)) > 25 FROM chat_messages",
		"order":             "SELECT COUNT(*) = 0 FROM chat_messages a JOIN chat_messages b ON a.room = b.room AND a.seq < b.seq AND a.created > b.created",
		"nothing to come":   "SELECT COUNT(*) = 0 FROM chat_messages WHERE created > STRFTIME('%Y-%m-%d %H:%M:%fZ', 'now')",
		"right to left":     "SELECT COUNT(*) > 0 FROM chat_messages WHERE body GLOB '*[אבגדهوזاب]*'",
		"one hash for all":  "SELECT COUNT(DISTINCT password) = 1 FROM users",
		"a token key each":  "SELECT COUNT(DISTINCT tokenKey) = 14 FROM users",
		"members are added": "SELECT COUNT(*) > 0 FROM chat_messages WHERE event ->> 'type' = 'added'",
	} {
		if d.count(query) != 1 {
			t.Errorf("%s: not as %s", what, query)
		}
	}
}

// Whoever was made signs in like anybody else, and their pages show it all.
func TestSeededPeopleSignIn(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	out := d.run(small...)
	d.Serve()
	guest := d.Client(nil)
	email := strings.Fields(out[strings.Index(out, "as\n")+3:])[0]
	answer := guest.JSON(http.MethodPost, "/api/collections/users/auth-with-password", map[string]string{"identity": email, "password": "open sesame"})
	token, _ := answer.Field("token").(string)
	if answer.Status != http.StatusOK || token == "" {
		t.Fatalf("%s was not signed in: %d %s", email, answer.Status, answer.Body)
	}
	me := d.WithToken(token)
	if page := me.Get("/chat/"); page.Status != http.StatusOK || strings.Count(page.Body, "data-room=") < 5 {
		t.Errorf("the list: %d, %d rooms", page.Status, strings.Count(page.Body, "data-room="))
	}
	for _, room := range d.column("SELECT m.room FROM chat_members m JOIN users u ON u.id = m.user WHERE u.email = '" + email + "'") {
		if page := me.Get("/chat/" + room + "/"); page.Status != http.StatusOK {
			t.Errorf("a room: %d", page.Status)
		}
	}
}

// The same seed makes the same people, rooms and texts; another one others.
func TestSeedIsDeterministic(t *testing.T) {
	world := func(seed string) string {
		d := newDesk(t, chatplugin.Config{})
		d.run(append(small, "--seed", seed, "--until", "2026-03-01T18:00:00Z")...)
		var out strings.Builder
		for _, query := range []string{
			"SELECT name || ' ' || email FROM users ORDER BY email",
			"SELECT type || name || description || rev || posts || members || last_activity FROM chat_rooms ORDER BY type, name, last_activity, rev, created",
			"SELECT u.email || c.seq || c.rev || c.body || c.edited || c.deleted || c.created FROM chat_messages c JOIN users u ON u.id = c.author ORDER BY c.created, u.email, c.seq, c.body",
			"SELECT u.email || m.read_rev || '-' || m.read_posts || m.role FROM chat_members m JOIN users u ON u.id = m.user ORDER BY 1",
			"SELECT u.email || x.emoji || x.created FROM chat_reactions x JOIN users u ON u.id = x.user ORDER BY 1",
		} {
			fmt.Fprintln(&out, strings.Join(d.column(query), "\n"))
		}
		return out.String()
	}
	first := world("5")
	if again := world("5"); again != first {
		t.Error("the same seed made another world")
	}
	if other := world("6"); other == first {
		t.Error("another seed made the same world")
	}
}

func TestSeedTwice(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	d.run(small...)
	d.run(small...)
	d.run("seed", "--users", "3", "--rooms", "2", "--messages", "10", "--seed", "9")
	if people, rooms := d.count("SELECT COUNT(DISTINCT email) FROM users"), d.count("SELECT COUNT(*) FROM chat_rooms"); people != 31 || rooms != 34 {
		t.Errorf("%d people, %d rooms", people, rooms)
	}
	d.agrees()
}

func TestSeedRefusesNonsense(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	before := d.dump()
	for _, c := range []struct{ args, says string }{
		{"--users 1", "takes two people"},
		{"--users -4", "takes two people"},
		{"--users 100001", "at most 100,000"},
		{"--users many", `invalid argument "many" for "--users" flag: see`},
		{"--rooms -1", "from 0 up"},
		{"--messages -1", "from 0 up"},
		{"--rooms 0", "need a room"},
		{"--weeks 0", "choose 1 to"},
		{"--password short", "wants 8 at least"},
		{"--password " + strings.Repeat("long", 20), "too long"},
		{"--until tomorrow", "is no date"},
		{"--until 2999-01-01", "in the future"},
		{"--domain no+such@thing", "choose another --domain"},
		{"--domain=", "end with something"},
		{"--shape round", "unknown flag: --shape"},
		{"people", `"people" is not understood`},
	} {
		t.Run(c.args, func(t *testing.T) {
			out, said, err := d.try(context.Background(), append([]string{"seed"}, strings.Fields(c.args)...)...)
			if err == nil || out != "" || strings.Count(said, "\n") != 1 || !strings.Contains(strings.ToLower(said), strings.ToLower(c.says)) {
				t.Errorf("%v; printed %q, said %q", err, out, said)
			}
		})
	}
	if d.dump() != before {
		t.Error("refused, and yet something was written")
	}
}

func TestSeedIntoAHostsUsers(t *testing.T) {
	field := func(d *desk, change func(*core.Collection)) {
		t.Helper()
		users, err := d.FindCollectionByNameOrId("users")
		must(t, err)
		change(users)
		must(t, d.Save(users))
	}
	t.Run("a field that it cannot fill", func(t *testing.T) {
		d := newDesk(t, chatplugin.Config{})
		field(d, func(users *core.Collection) { users.Fields.Add(&core.TextField{Name: "badge", Required: true}) })
		_, said, err := d.try(context.Background(), small...)
		if err == nil || !strings.Contains(said, "field badge of users") || d.count("SELECT COUNT(*) FROM users") != 0 {
			t.Errorf("%v: %q", err, said)
		}
	})
	t.Run("no names", func(t *testing.T) {
		d := newDesk(t, chatplugin.Config{})
		field(d, func(users *core.Collection) { users.Fields.RemoveByName("name") })
		d.run(small...)
	})
	t.Run("another collection", func(t *testing.T) {
		d := newDesk(t, chatplugin.Config{Users: chatplugin.Users{Collection: "people", NameField: "called"}})
		people := core.NewAuthCollection("people")
		people.Fields.Add(&core.TextField{Name: "called"})
		must(t, d.Save(people))
		d.run(small...)
		if n := d.count("SELECT COUNT(*) FROM people WHERE called != ''"); n != 14 {
			t.Errorf("%d people", n)
		}
	})
	t.Run("a host that refuses", func(t *testing.T) {
		d := newDesk(t, chatplugin.Config{})
		d.OnRecordCreate("users").BindFunc(func(e *core.RecordEvent) error { return chat.Refuse(chat.Forbidden, "", "We are full.") })
		if _, said, err := d.try(context.Background(), small...); err == nil || said != "We are full.\n" {
			t.Errorf("%v: %q", err, said)
		}
	})
}

func TestSeedKeepsAHostsLimits(t *testing.T) {
	d := newDesk(t, chatplugin.Config{History: chatplugin.HistoryJoined, Limits: chatplugin.Limits{MessageRunes: 20, GroupMembers: 4, NameRunes: 5, DescriptionRunes: 10}})
	d.run(small...)
	d.agrees()
	for what, query := range map[string]string{
		"texts":        "SELECT COUNT(*) = 0 FROM chat_messages WHERE LENGTH(body) > 20 AND kind = 'text'",
		"names":        "SELECT COUNT(*) = 0 FROM chat_rooms WHERE LENGTH(name) > 5 OR LENGTH(description) > 10",
		"groups":       "SELECT MAX(members) = 4 FROM chat_rooms",
		"new members":  "SELECT COUNT(*) > 0 FROM chat_members WHERE joined_rev > 0",
		"those before": "SELECT COUNT(*) > 0 FROM chat_members WHERE joined_rev = 0",
	} {
		if d.count(query) != 1 {
			t.Errorf("%s: not as %s", what, query)
		}
	}
}

// People write on while rows come in by the thousand.
func TestSeedBesideLiveSends(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	d.Serve()
	ann, bob := d.User("Ann"), d.User("Bob")
	room := d.Direct(ann, bob)
	socket := d.Client(bob).Socket("/ws/chat/" + room + "/")
	socket.WaitType("synced")
	done := make(chan struct{})
	sent := 0
	var sending sync.WaitGroup
	sending.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if _, err := d.Chat.Send(chatplugin.Draft{Room: room, Author: ann.Id, Body: fmt.Sprint("Number ", sent)}); err != nil {
				t.Error(err)
				return
			}
			sent++
		}
	})
	d.run("seed", "--users", "10", "--rooms", "10", "--messages", "12000")
	close(done)
	sending.Wait()
	if sent < 3 {
		t.Fatalf("premise: %d messages were sent meanwhile", sent)
	}
	socket.Wait("the last message", func(f chattest.Frame) bool { return f.Int("rev") == int64(sent) })
	if n := d.Unread(bob); n != sent {
		t.Errorf("%d of %d are unread", n, sent)
	}
	d.agrees()
}

// A signal stops it between two steps, and what is there by then is whole.
func TestSeedIsStopped(t *testing.T) {
	d := newDesk(t, chatplugin.Config{})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	d.OnRecordAfterCreateSuccess("users").BindFunc(func(e *core.RecordEvent) error {
		stop()
		return e.Next()
	})
	out, said, err := d.try(ctx, small...)
	if err == nil || out != "" || !strings.Contains(said, "Stopped before the end; made so far: 14 people") {
		t.Errorf("%v: %q %q", err, out, said)
	}
	d.agrees()
	if n := d.count("SELECT COUNT(*) FROM chat_messages"); n >= 2600 {
		t.Errorf("premise: all %d messages were made", n)
	}
}

// BenchmarkSeed makes b.N messages in all, people and rooms included.
func BenchmarkSeed(b *testing.B) {
	d := newDesk(b, chatplugin.Config{})
	b.ResetTimer()
	d.run("seed", "--users", "100", "--rooms", "120", "--messages", fmt.Sprint(b.N))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
