package hosttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// secret is in everything that people write in this test: texts, names,
// addresses, names of files. Nobody else writes it.
const secret = "zqx7marker"

const inChild = "POCKETCHAT_LOGS_CHILD"

// What people write is in no log: neither in PocketBase's, nor on the terminal.
// That is asked of a process of its own, whose terminal can be read.
func TestWhatPeopleWriteIsInNoLog(t *testing.T) {
	if os.Getenv(inChild) != "" {
		liveAndLog(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=10m")
	child.Env = append(os.Environ(), inChild+"=1")
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !bytes.Contains(out, []byte("pocketchat: Redis does not answer")) || !bytes.Contains(out, []byte("--- PASS")) {
		t.Fatalf("premise: the terminal says\n%s", out)
	}
	if bytes.Contains(out, []byte(secret)) {
		t.Errorf("the terminal says\n%s", out)
	}
}

// logged is an application that writes down all it can, and people in it.
type logged struct {
	*chattest.App
	t             *testing.T
	ann, bob, eve *core.Record
	room          string
	asked         int
}

func liveAndLog(t *testing.T) {
	redis := miniredis.RunT(t)
	app := chattest.NewApp(t, chatplugin.Config{
		Limits:   chatplugin.Limits{FileBytes: 1000},
		Realtime: chatplugin.Realtime{Redis: chatplugin.Redis{Address: redis.Addr()}},
	}).Serve()
	settings := app.Settings()
	settings.Logs.MaxDays, settings.Logs.MinLevel, settings.Logs.LogIP, settings.Logs.LogAuthId = 7, -8, true, true
	if err := app.Save(settings); err != nil {
		t.Fatal(err)
	}
	app.OnRecordCreate("chat_messages").BindFunc(func(e *core.RecordEvent) error {
		switch body := e.Record.GetString("body"); {
		case strings.Contains(body, "refuse"):
			return chatplugin.Refuse("Not on this ship.")
		case strings.Contains(body, "fail"):
			return errors.New("a plain error")
		case strings.Contains(body, "panic"):
			var none *core.Record
			return errors.New(none.Id) // as careless code does
		}
		return e.Next()
	})
	app.OnRecordAfterCreateSuccess("chat_messages").BindFunc(func(e *core.RecordEvent) error {
		if strings.Contains(e.Record.GetString("body"), "late") {
			return errors.New("a plain error after the commit")
		}
		return e.Next()
	})
	l := &logged{App: app, t: t}
	l.ann, l.bob, l.eve = l.person("Ann"), l.person("Bob"), l.person("Eve")
	l.room = app.Group("Club "+secret, l.ann, l.bob)
	sockets := []*chattest.Socket{app.Client(l.bob).Socket("/ws/chat/" + l.room + "/?rev=0"), app.Client(l.bob).Socket("/ws/chat/inbox/")}
	for _, s := range sockets {
		s.Wait("synced", func(f chattest.Frame) bool { return f.Type() == "synced" })
	}
	l.sends()
	l.files()
	l.addresses()
	l.accounts()
	redis.Close()
	l.sends()
	if err := redis.Restart(); err != nil {
		t.Fatal(err)
	}
	l.sick("PRAGMA query_only = ON", "PRAGMA query_only = OFF")
	l.sick("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000")
	l.sick("ALTER TABLE chat_members RENAME TO elsewhere", "ALTER TABLE elsewhere RENAME TO chat_members")
	l.look()
}

func (l *logged) person(name string) *core.Record {
	user := l.User(name + " " + secret)
	user.SetEmail(strings.ToLower(name) + "." + secret + "@example.com")
	if err := l.Save(user); err != nil {
		l.t.Fatal(err)
	}
	return user
}

// ask is a request that must be answered with one of the statuses; with a
// refusal, where none is given.
func (l *logged) ask(got chattest.Answer, what string, statuses ...int) {
	l.t.Helper()
	l.asked++
	if slices.Contains(statuses, got.Status) || len(statuses) == 0 && got.Status >= 400 {
		return
	}
	l.t.Fatalf("premise: %s: %d", what, got.Status)
}

// sends says something by all entrances, and is refused in all ways.
func (l *logged) sends() {
	page, rest := "/chat/"+l.room+"/send/", records("chat_messages")
	for _, what := range []string{"hello", "refuse", "fail", "panic", "late", strings.Repeat("long ", 2000)} {
		body, name, statuses := secret+" "+what, what[:4], []int{}
		if what == "hello" {
			statuses = []int{200}
		}
		l.ask(l.Client(l.ann).Post(page, chattest.Form("body", body), "HX-Request", "true"), "page "+name, statuses...)
		l.ask(l.Client(l.ann).Post(page, chattest.Form("body", body), "Accept", "application/json"), "JSON "+name, statuses...)
		l.ask(l.Client(l.ann).JSON(http.MethodPost, rest, map[string]any{"room": l.room, "body": body}), "REST "+name, statuses...)
	}
	l.ask(l.Client(l.eve).Post(page, chattest.Form("body", secret)), "a stranger", 404)
	l.ask(l.Client(l.eve).JSON(http.MethodPost, rest, map[string]any{"room": l.room, "body": secret}), "a stranger over REST", 400)
	l.ask(l.Client(nil).Post(page, chattest.Form("body", secret)), "a guest", 303, 401)
	l.ask(l.Client(l.ann).Post(page, chattest.Form("body", secret, "reply_to", "aaaaaaaaaaaaaaa")), "a reply to nothing", 422)
	l.ask(l.Client(l.ann).Do(http.MethodPost, page, strings.NewReader(`{"body": "`+secret), "Content-Type", "application/json"), "no JSON", 400)
	l.ask(l.Client(l.ann).Post("/chat/"+l.room+"/react/", chattest.Form("message", "aaaaaaaaaaaaaaa", "emoji", secret)), "a reaction to nothing", 404)
	l.ask(l.Client(l.ann).Post("/chat/"+l.room+"/edit/", chattest.Form("action", "save", "name", secret+strings.Repeat("x", 900))), "a long name", 422)
	made := l.Message(l.room, l.ann, secret+" first")
	l.ask(l.Client(l.ann).Post("/chat/"+l.room+"/change/", chattest.Form("message", made.Id, "body", secret+" edited")), "an edit", 200)
	l.ask(l.Client(l.ann).Post("/chat/"+l.room+"/change/", chattest.Form("message", made.Id, "body", secret+strings.Repeat(" long", 2000))), "a long edit", 422)
	l.ask(l.Client(l.ann).Post("/chat/"+l.room+"/retract/", chattest.Form("message", made.Id)), "a deletion", 200)
}

func (l *logged) files() {
	upload := func(size int) chattest.Answer {
		var form bytes.Buffer
		parts := multipart.NewWriter(&form)
		file, err := parts.CreateFormFile("files", secret+".txt")
		if err == nil {
			_, err = io.WriteString(file, strings.Repeat(secret, size))
		}
		if err = errors.Join(err, parts.WriteField("body", secret), parts.Close()); err != nil {
			l.t.Fatal(err)
		}
		return l.Client(l.ann).Do(http.MethodPost, "/chat/"+l.room+"/send/", &form, "Content-Type", parts.FormDataContentType(), "Accept", "application/json")
	}
	sent := upload(10)
	l.ask(sent, "a file", 200)
	l.ask(upload(1000), "a large file", 413, 400)
	id, _ := sent.Field("id").(string)
	for _, name := range []string{secret, secret + ".txt"} {
		l.ask(l.Client(l.ann).Get("/chat/"+l.room+"/file/?m="+id+"&f="+name), "no such file", 404)
	}
}

// addresses have what was typed in their query, and come from pages that have.
func (l *logged) addresses() {
	ann := l.Client(l.ann)
	for _, path := range []string{
		"/chat/check-user/?email=" + l.bob.Email(), "/chat/check-user/?email=nobody." + secret + "@example.com", "/chat/new/?email=" + l.bob.Email(),
		"/chat/list-partial/?q=" + secret, "/chat/?q=" + secret, "/chat/?" + secret + "=1", "/chat/?a%20" + secret, "/chat/widget/?q=" + secret,
		"/chat/" + l.room + "/?lang=en&x=" + secret,
	} {
		l.ask(ann.Get(path, "Referer", l.URL+"/chat/new/?email="+secret), "an address", 200)
	}
	l.ask(l.Client(nil).Get("/chat/sign-in/?next="+url.QueryEscape("/chat/?q="+secret)), "signing in", 200)
	form := chattest.Form("name", "Other "+secret, "members", l.bob.Email(), "members", "nobody."+secret+"@example.com")
	l.ask(ann.Post("/chat/new-group/", form), "nobody of that address", 422)
	l.ask(ann.Post("/chat/new-group/", form, "Accept", "application/json"), "the same as JSON", 400)
	l.ask(ann.Post("/chat/new/", chattest.Form("email", "nobody."+secret+"@example.com")), "nobody of that address", 422)
}

func (l *logged) accounts() {
	guest := l.Client(nil)
	l.ask(guest.Post("/chat/sign-in/", chattest.Form("identity", l.ann.Email(), "password", secret)), "a wrong password", 422)
	l.ask(guest.Post("/chat/sign-in/", chattest.Form("identity", l.ann.Email(), "password", chattest.Password)), "signing in", 303, 204)
	l.ask(guest.Post("/chat/sign-up/", chattest.Form("name", secret, "email", l.ann.Email(), "password", "Secret "+secret, "passwordConfirm", "Secret "+secret)), "a taken address", 422)
	gone := l.person("Gone")
	l.Direct(l.ann, gone)
	if err := l.Delete(gone); err != nil {
		l.t.Fatal(err)
	}
}

// sick tries everything while the database cannot do what it should.
func (l *logged) sick(ill, well string) {
	exec := func(sql string) {
		if _, err := l.NonconcurrentDB().NewQuery(sql).Execute(); err != nil {
			l.t.Fatal(err)
		}
	}
	exec(ill)
	failed := 0
	for i := range 60 {
		body := fmt.Sprint(secret, i, strings.Repeat(" word", 700))
		for _, got := range []chattest.Answer{
			l.Client(l.ann).Post("/chat/"+l.room+"/send/", chattest.Form("body", body)),
			l.Client(l.ann).JSON(http.MethodPost, records("chat_messages"), map[string]any{"room": l.room, "body": body}),
			l.Client(l.ann).Get("/chat/" + l.room + "/?x=" + secret),
		} {
			if l.asked++; got.Status >= 400 {
				failed++
			}
		}
		if failed > 3 {
			break
		}
	}
	l.Client(nil).Get("/chat/health/")
	exec(well)
	if failed == 0 {
		l.t.Fatalf("premise: after %s nothing failed", ill)
	}
}

// look reads what was written down.
func (l *logged) look() {
	l.ask(l.Client(l.ann).Get("/chat/new/?email="+secret), "the last one", 200)
	type row struct{ Message, Data string }
	var rows []row
	read := func() (messages string) {
		rows = nil
		if err := l.AuxDB().NewQuery("SELECT [[message]], [[data]] FROM {{_logs}}").All(&rows); err != nil {
			l.t.Fatal(err)
		}
		for _, row := range rows {
			messages += row.Message + "\n"
		}
		return messages
	}
	for deadline := time.Now().Add(2 * patience); strings.Count(read(), " /chat/new/?email=hidden") < 2; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			l.t.Fatal("premise: the last request was never written down")
		}
	}
	said := read()
	for _, part := range []string{"POST /chat/" + l.room + "/send/", "POST " + records("chat_messages"), "A chat request failed", "Redis does not answer", "GET /chat/check-user/?email=hidden"} {
		if !strings.Contains(said, part) {
			l.t.Errorf("premise: %q is not in the log", part)
		}
	}
	if len(rows) < l.asked {
		l.t.Errorf("premise: %d rows of %d requests", len(rows), l.asked)
	}
	for _, row := range rows {
		if whole := row.Message + " " + row.Data; strings.Contains(strings.ToLower(whole), secret) {
			// Said so that the terminal stays clean of it.
			l.t.Errorf("what somebody wrote is in the log: %s", regexp.MustCompile("(?i)"+secret).ReplaceAllString(whole, "[WRITTEN]"))
		}
	}
}
