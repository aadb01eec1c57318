package hosttest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// harbour is the second module's application, and who uses it.
type harbour struct {
	*process
	folder, binary string
	root           as
	ann, bob       as
	room           string // Ann's and Bob's direct room
}

// One binary serves all checks, since linking it takes long. They go one after
// the other, as an operator's day does.
func TestAnotherModule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a whole application")
	}
	folder, binary := build(t)
	h := &harbour{folder: folder, binary: binary}
	run(t, folder, binary, "superuser", "upsert", "root@harbour.example", password)
	h.process = serve(t, folder, binary)
	h.root = h.signIn("_superusers", "", "root@harbour.example")
	h.ann, h.bob = h.signUp("Ann"), h.signUp("Bob")
	for _, step := range []struct {
		name string
		do   func(*testing.T, *harbour)
	}{
		{"another base path", anotherBasePath},
		{"other people", otherPeople},
		{"Go hooks refuse", goHooksRefuse},
		{"JS hooks refuse and see", jsHooks},
		{"JS speaks", jsSpeaks},
		{"host migrations", hostMigrations},
		{"backup and restore", backupAndRestore},
		{"migrate down and up", migrateDownAndUp},
	} {
		if !t.Run(step.name, func(t *testing.T) {
			outer := h.process.t
			h.process.t = t
			defer func() { h.process.t = outer }()
			step.do(t, h)
		}) {
			return
		}
	}
}

func anotherBasePath(t *testing.T, h *harbour) {
	h.ann.do(http.MethodGet, "/chat/", nil).want(t, "the default path", 404)
	h.ann.do(http.MethodGet, "/other/", nil).want(t, "the second registration's path", 404)
	page := h.ann.send(http.MethodGet, "/talk/", "").want(t, "the inbox", 200, "/talk/assets/", "/ws/talk", "Harbour")
	if strings.Contains(page.body, `"/chat/`) {
		t.Error("the page names the default path")
	}
	at := strings.Index(page.body, "/talk/assets/")
	asset := page.body[at : at+strings.IndexAny(page.body[at:], `"' >`)]
	as{process: h.process}.send(http.MethodGet, asset, "").want(t, asset, 200)
	guest := as{process: h.process}.send(http.MethodGet, "/talk/", "").want(t, "a guest", 303)
	if to := guest.header.Get("Location"); !strings.HasPrefix(to, "/talk/sign-in/?next=") {
		t.Errorf("a guest is sent to %s", to)
	}
	made := h.ann.do(http.MethodPost, "/talk/new/", map[string]any{"email": "bob@harbour.example"})
	if h.room = made.field("room"); made.status != 200 || h.room == "" {
		t.Fatalf("the room: %v", made)
	}
	next(t, h.bob.listen("/ws/talk/"+h.room+"/"), "synced", h.room)
}

func otherPeople(t *testing.T, h *harbour) {
	h.ann.page("/talk/"+h.room+"/send/", "body", "Ahoy").want(t, "a message", 200, "Ahoy", "Ann")
	page := h.bob.send(http.MethodGet, "/talk/"+h.room+"/", "").want(t, "the room", 200, "Ann", "Ahoy")
	seen := h.bob.do(http.MethodGet, records("chat_people"), nil).want(t, "chat_people", 200, `"name":"Ann"`, `"name":"Bob"`)
	for _, body := range []string{page.body, seen.body} {
		if strings.Contains(body, "@harbour.example") {
			t.Error("an address is shown")
		}
	}
	joined := as{process: h.process}.page("/talk/sign-up/", "name", "Cid", "email", "cid@harbour.example", "password", password, "passwordConfirm", password)
	if joined.status != 200 && joined.status != 204 && joined.status != 303 {
		t.Errorf("signing up by the page: %v", joined)
	}
	made := h.root.do(http.MethodGet, records("people")+"?filter="+url.QueryEscape(`email="cid@harbour.example"`), nil)
	made.want(t, "who signed up by the page", 200, `"nick":"Cid"`)
}

func goHooksRefuse(t *testing.T, h *harbour) {
	h.ann.page("/talk/"+h.room+"/send/", "body", "A mutiny!").want(t, "on the page", 403, "Not on this ship.")
	h.ann.do(http.MethodPost, records("chat_messages"), map[string]any{"room": h.room, "body": "A mutiny!"}).want(t, "over REST", 403, "Not on this ship.")
	h.root.do(http.MethodPost, records("chat_messages"), map[string]any{"room": h.room, "author": h.ann.id, "body": "A mutiny!"}).
		want(t, "as a superuser", 403, "Not on this ship.")
	stowaway := h.signUp("Stowaway")
	made := h.ann.do(http.MethodPost, "/talk/new-group/", map[string]any{"name": "Crew", "members": []string{h.bob.id}})
	crew := made.want(t, "a group", 200).field("room")
	h.ann.do(http.MethodPost, records("chat_members"), map[string]any{"room": crew, "user": stowaway.id}).want(t, "a member", 403, "Stowaways stay out.")
	stowaway.do(http.MethodGet, "/talk/"+crew+"/", nil).want(t, "who was kept out", 404)
}

func jsHooks(t *testing.T, h *harbour) {
	const sentence = "We do not name the beast."
	h.ann.page("/talk/"+h.room+"/send/", "body", "The kraken!").want(t, "on the page", 422, sentence, "The kraken!")
	h.ann.do(http.MethodPost, "/talk/"+h.room+"/send/", map[string]any{"body": "The kraken!"}).want(t, "on the page, as JSON", 400, sentence)
	h.ann.do(http.MethodPost, records("chat_messages"), map[string]any{"room": h.room, "body": "The kraken!"}).want(t, "over REST", 400, sentence)
	h.root.do(http.MethodPost, records("chat_messages"), map[string]any{"room": h.room, "body": "The kraken!"}).want(t, "as a superuser", 400, sentence)
	h.ann.page("/talk/"+h.room+"/send/", "body", "Calm sea by page").want(t, "a message", 200)
	h.ann.do(http.MethodPost, records("chat_messages"), map[string]any{"room": h.room, "body": "Calm sea by REST"}).want(t, "a message", 200)
	seen := h.root.do(http.MethodGet, records("log")+"?perPage=500", nil).
		want(t, "what the hook saw", 200, "text: Calm sea by page", "text: Calm sea by REST", "text: Ahoy", "system: Ann created the group")
	if strings.Contains(seen.body, "kraken") {
		t.Error("the hook saw what it refused")
	}
	live := h.bob.listen("/ws/talk/" + h.room + "/")
	rev := next(t, live, "synced", h.room).rev()
	h.ann.page("/talk/"+h.room+"/send/", "body", "After the refusals").want(t, "a message", 200)
	if got := next(t, live, "message", "After the refusals"); got.rev() != rev+1 {
		t.Errorf("revision %d after %d: a refusal took one", got.rev(), rev)
	}
}

func jsSpeaks(t *testing.T, h *harbour) {
	live := h.bob.listen("/ws/talk/" + h.room + "/")
	next(t, live, "synced", h.room)
	as{process: h.process}.do(http.MethodPost, "/bell/"+h.room, nil).want(t, "the bell", 200)
	if got := next(t, live, "message", "Ding!"); fmt.Sprint(got["message"].(map[string]any)["kind"]) != "system" {
		t.Errorf("the bell spoke as %v", got["message"])
	}
	as{process: h.process}.do(http.MethodPost, "/bell/"+h.room+"?as="+h.ann.id, nil).want(t, "the bell, as Ann", 200)
	next(t, live, "message", `"author":"`+h.ann.id+`"`)
}

func hostMigrations(t *testing.T, h *harbour) {
	applied := h.root.do(http.MethodGet, "/api/collections?perPage=200&fields=name", nil).want(t, "the collections", 200, `"people"`, `"topics"`, `"log"`, `"chat_rooms"`)
	if strings.Contains(applied.body, `"users"`) {
		t.Error("the users collection is back")
	}
	h.root.do(http.MethodPost, records("topics"), map[string]any{"title": "Weather", "room": h.room}).want(t, "a record that points at a room", 200)
	h.root.do(http.MethodPost, records("topics"), map[string]any{"title": "Nothing", "room": "nosuchroom00000"}).want(t, "one that points at none", 400)
	h.root.do(http.MethodGet, records("topics")+"?expand=room", nil).want(t, "expanded", 200, `"type":"direct"`)
}

// A restored backup is an older database: whoever was ahead of it is told to
// load anew, and nobody is left with what is not there any more.
func backupAndRestore(t *testing.T, h *harbour) {
	h.ann.page("/talk/"+h.room+"/send/", "body", "Before the backup").want(t, "a message", 200)
	h.root.do(http.MethodPost, "/api/backups", map[string]any{"name": "harbour.zip"}).want(t, "the backup", 204)
	live := h.bob.listen("/ws/talk/" + h.room + "/")
	next(t, live, "synced", h.room)
	h.ann.page("/talk/"+h.room+"/send/", "body", "After the backup").want(t, "a message", 200)
	ahead := next(t, live, "message", "After the backup").rev()
	h.root.do(http.MethodPost, "/api/backups/harbour.zip/restore", nil).want(t, "the restore", 204)
	for {
		_, _, err := live.ReadMessage()
		if err == nil {
			continue
		}
		if !websocket.IsCloseError(err, 3001) {
			t.Errorf("the socket ended with %v", err)
		}
		break
	}
	page := answer{}
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		h.answers()
		page = h.bob.send(http.MethodGet, "/talk/"+h.room+"/", "")
		if page.status == 200 && !strings.Contains(page.body, "After the backup") || time.Now().After(deadline) {
			break
		}
	}
	if strings.Contains(page.body, "After the backup") {
		t.Error("the page shows what the restored database has not")
	}
	page.want(t, "the room after the restore", 200, "Before the backup", "Ahoy")
	next(t, h.bob.listen(fmt.Sprintf("/ws/talk/%s/?rev=%d", h.room, ahead)), "reload", h.room)
	live = h.bob.listen(fmt.Sprintf("/ws/talk/%s/?rev=%d", h.room, ahead-1))
	if got := next(t, live, "synced", h.room).rev(); got != ahead-1 {
		t.Errorf("synced at %d", got)
	}
	h.ann.page("/talk/"+h.room+"/send/", "body", "Sailing again").want(t, "a message", 200)
	if got := next(t, live, "message", "Sailing again"); got.rev() != ahead {
		t.Errorf("sent in revision %d, want %d again", got.rev(), ahead)
	}
}

// Undoing takes the host's migrations first, and keeps the chat's collections
// while somebody's messages are in them.
func migrateDownAndUp(t *testing.T, h *harbour) {
	h.stop()
	undo := func(n string) string {
		return run(t, h.folder, "sh", "-c", "yes | "+h.binary+" migrate down "+n)
	}
	undo("3") // log, topics, and the newest of the chat's
	run(t, h.folder, h.binary, "migrate", "up")
	h.process = serve(t, h.folder, h.binary)
	h.process.t = t
	h.root.process, h.ann.process, h.bob.process = h.process, h.process, h.process
	h.bob.send(http.MethodGet, "/talk/"+h.room+"/", "").want(t, "the room", 200, "Ahoy", "Sailing again")
	h.root.do(http.MethodGet, records("topics"), nil).want(t, "the host's topics are made anew", 200, `"items":[]`)
	h.ann.page("/talk/"+h.room+"/send/", "body", "Still afloat").want(t, "a message", 200)
}
