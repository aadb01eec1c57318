package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// unlisted may not be found by anybody else, as a closed account.
const unlisted = "Unlisted"

func findable(_ core.App, _, found *core.Record) bool { return found.GetString("name") != unlisted }

func TestNewDirectRoom(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	page := app.Client(ann).Do("POST", "/chat/new/", strings.NewReader(url.Values{"email": {" " + bob.Email()}}.Encode()),
		append(asPage, "Content-Type", "application/x-www-form-urlencoded")...)
	to := page.Header.Get("Location")
	if page.Status != 303 || app.Client(ann).Get(to).Status != 200 {
		t.Fatalf("a page: %d to %q", page.Status, to)
	}
	htmx := app.Client(bob).Post("/chat/new", chattest.Form("email", ann.Email()))
	if got := htmx.Header.Get("HX-Redirect"); got != to || htmx.Status >= 300 {
		t.Errorf("htmx from the other side: %d to %q, not %q", htmx.Status, got, to)
	}
	json := app.Client(ann).JSON("POST", "/chat/new/", map[string]string{"email": bob.Email()})
	if json.Status != 200 || json.Field("room") != strings.Trim(strings.TrimPrefix(to, "/chat/"), "/") {
		t.Errorf("JSON: %d %s", json.Status, json.Body)
	}
	if total, _ := app.CountRecords("chat_rooms"); total != 1 {
		t.Errorf("%d rooms", total)
	}
}

func TestF07_OneDirectRoom(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	clients, emails := []*chattest.Client{app.Client(ann), app.Client(bob)}, []string{bob.Email(), ann.Email()}
	rooms := make([]any, 50)
	var wg sync.WaitGroup
	for i := range rooms {
		wg.Go(func() {
			got, err := clients[i%2].Try("POST", "/chat/new/", strings.NewReader("email="+url.QueryEscape(emails[i%2])),
				"Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json")
			if err == nil {
				rooms[i] = got.Field("room")
			}
		})
	}
	wg.Wait()
	for i, room := range rooms {
		if room == nil || room != rooms[0] {
			t.Errorf("open %d: %v, the first was %v", i, room, rooms[0])
		}
	}
	if total, _ := app.CountRecords("chat_rooms"); total != 1 {
		t.Errorf("%d rooms", total)
	}
	if total, _ := app.CountRecords("chat_members"); total != 2 {
		t.Errorf("%d members", total)
	}
}

func TestNewDirectRoomRefuses(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{CanLookUp: findable}).Serve()
	ann, closed := app.User("Ann"), app.User(unlisted)
	tests := map[string]string{
		"nothing": "", "blanks": "   ", "one's own": ann.Email(), "an unknown one": "nobody@example.com", "a closed account": closed.Email(),
		"no address": "ann", "a long one": strings.Repeat("a", 3000) + "@example.com", "nonsense": "\xff\x00<script>",
	}
	for name, email := range tests {
		t.Run(name, func(t *testing.T) {
			for kind, headers := range map[string][]string{"page": asPage, "htmx": asHTMX} {
				got := app.Client(ann).Do("POST", "/chat/new/", strings.NewReader(url.Values{"email": {email}}.Encode()),
					append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
				doc := parse(t, got.Body)
				form := doc.Find("form[action='/chat/new/']")
				if got.Status != 422 || said(form) == "" {
					t.Errorf("%s: %d %s", kind, got.Status, got.Body)
				}
				if value := form.Find("input[name=email]").AttrOr("value", ""); name != "nonsense" && value != email {
					t.Errorf("%s: what was typed came back as %q", kind, value)
				}
				if whole := doc.Find("body[data-chat]").Length() == 1; whole != (kind == "page") {
					t.Errorf("%s: a whole page is %v", kind, whole)
				}
			}
			got := app.Client(ann).JSON("POST", "/chat/new/", map[string]string{"email": email})
			if message, _ := got.Field("message").(string); got.Status != 400 || message == "" {
				t.Errorf("JSON: %d %s", got.Status, got.Body)
			}
		})
	}
	if total, _ := app.CountRecords("chat_rooms"); total != 0 {
		t.Errorf("%d rooms were made", total)
	}
}

// TestF17_UnknownAndClosedLookAlike compares all that an asker sees of an
// address that nobody has with one that may not be found.
func TestF17_UnknownAndClosedLookAlike(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{CanLookUp: findable}).Serve()
	ann, bob, closed := app.User("Ann"), app.User("Bob"), app.User(unlisted)
	client := app.Client(ann)
	const nobody = "nobody@example.com"
	same := func(what string, of func(email string) chattest.Answer) {
		t.Helper()
		one, other := of(nobody), of(closed.Email())
		if one.Status != other.Status || one.Body != strings.ReplaceAll(other.Body, closed.Email(), nobody) {
			t.Errorf("%s tells them apart: %d %s\n%d %s", what, one.Status, one.Body, other.Status, other.Body)
		}
	}
	same("new", func(email string) chattest.Answer { return client.Post("/chat/new/", chattest.Form("email", email)) })
	same("check-user", func(email string) chattest.Answer {
		return client.Get("/chat/check-user/?email="+url.QueryEscape(email), asHTMX...)
	})
	same("new-group", func(email string) chattest.Answer {
		return client.Post("/chat/new-group/", chattest.Form("name", "G", "members", email))
	})
	found := client.Get("/chat/check-user/?email="+url.QueryEscape(bob.Email()), asHTMX...)
	missing := client.Get("/chat/check-user/?email="+url.QueryEscape(nobody), asHTMX...)
	if found.Status != 200 || missing.Status != 200 || !strings.Contains(found.Body, "Bob") {
		t.Errorf("found %d %s, missing %d", found.Status, found.Body, missing.Status)
	}
	if strings.Contains(found.Body, bob.Email()) || strings.Contains(found.Body, bob.Id+"\"") {
		t.Errorf("more than name and picture is told: %s", found.Body)
	}
	shape := func(a chattest.Answer) string {
		return fmt.Sprint(a.Status, a.Header.Get("Content-Type"), parse(t, a.Body).Find("body").Children().Length())
	}
	if shape(found) != shape(missing) {
		t.Errorf("another shape: %s and %s", shape(found), shape(missing))
	}
}

func TestLookUpsAreThrottled(t *testing.T) {
	rates := chatplugin.Rates{LookUp: chatplugin.Limit{User: chatplugin.Rate{Count: 1, Per: 3600e9, Burst: 3}}}
	app := chattest.NewApp(t, chatplugin.Config{Rates: rates}).Serve()
	client := app.Client(app.User("Ann"))
	for i := range 3 {
		if got := client.Get("/chat/check-user/?email=a@example.com"); got.Status != 200 {
			t.Fatalf("look-up %d: %d", i, got.Status)
		}
	}
	for kind, headers := range map[string][]string{"page": asPage, "htmx": asHTMX, "json": asJSON} {
		got := client.Get("/chat/check-user/?email=a@example.com", headers...)
		if got.Status != 429 || got.Header.Get("Retry-After") == "" || !strings.Contains(got.Body, "Wait") {
			t.Errorf("%s: %d %v %s", kind, got.Status, got.Header, got.Body)
		}
	}
}

func TestNewGroup(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	people := app.Users("Ann", "Bob", "Cid", "Dan", "Eve")
	ann, bob, cid, dan, eve := people[0], people[1], people[2], people[3], people[4]
	form := chattest.Form("name", "  The \n club ", "members", bob.Email(), "members", cid.Id,
		"members", dan.Email()+", "+eve.Email()+"\n"+ann.Email(), "members", "", "members", strings.ToUpper(bob.Email()))
	got := app.Client(ann).Post("/chat/new-group/", form)
	room := strings.Trim(strings.TrimPrefix(got.Header.Get("HX-Redirect"), "/chat/"), "/")
	if got.Status >= 300 || room == "" {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	for _, person := range people {
		member := app.Member(room, person)
		if member == nil || (member.GetString("role") == "owner") != (person == ann) {
			t.Errorf("%s: %v", person.GetString("name"), member)
		}
	}
	if total, _ := app.CountRecords("chat_members"); total != 5 {
		t.Errorf("%d members", total)
	}
	if name := app.Find("chat_rooms", room).GetString("name"); name != "The club" {
		t.Errorf("it is called %q", name)
	}
	json := app.Client(ann).JSON("POST", "/chat/new-group", map[string]any{"name": "By JSON", "members": []string{bob.Email(), cid.Id}})
	if id, _ := json.Field("room").(string); json.Status != 200 || app.Member(id, cid) == nil {
		t.Errorf("JSON: %d %s", json.Status, json.Body)
	}
	if alone := app.Client(ann).JSON("POST", "/chat/new-group/", map[string]any{"name": "Alone"}); alone.Status != 200 {
		t.Errorf("alone: %d %s", alone.Status, alone.Body)
	}
}

func TestNewGroupRefuses(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{Limits: chatplugin.Limits{NameRunes: 20, GroupMembers: 3, AddAtOnce: 5}}).Serve()
	ann, bob, cid, dan := app.User("Ann"), app.User("Bob"), app.User("Cid"), app.User("Dan")
	thousand := chattest.Form("name", "G")
	for i := range 1000 {
		thousand.Add("members", fmt.Sprintf("u%d@nowhere.example", i))
	}
	tests := []struct {
		name  string
		form  url.Values
		field string // the input that holds what was typed
		says  string
	}{
		{"no name", chattest.Form("members", bob.Email()), "members", ""},
		{"a blank name", chattest.Form("name", " \u200b ", "members", bob.Email()), "members", ""},
		{"a long name", chattest.Form("name", strings.Repeat("x", 21)), "name", "too long"},
		{"invalid UTF-8", chattest.Form("name", "\xff", "members", bob.Email()), "members", ""},
		{"unknown people", chattest.Form("name", "G", "members", "typo@exmaple.com", "members", bob.Email()), "members", "typo@exmaple.com"},
		{"an unknown id", chattest.Form("name", "G", "members", "abcdefghijklmno"), "members", "abcdefghijklmno"},
		{"an id of the wrong shape", chattest.Form("name", "G", "members", "' OR 1=1 --"), "members", ""},
		{"too many for a group", chattest.Form("name", "G", "members", bob.Email(), "members", cid.Email(), "members", dan.Email()), "members", "3"},
		{"a thousand at once", thousand, "members", "5"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := app.Client(ann).Post("/chat/new-group/", test.form)
			form := parse(t, got.Body).Find("form[action='/chat/new-group/']")
			alert := said(form)
			if got.Status != 422 || alert == "" || !strings.Contains(alert, test.says) {
				t.Errorf("%d says %q", got.Status, alert)
			}
			if value := form.Find("input[name="+test.field+"]").First().AttrOr("value", ""); value != test.form.Get(test.field) {
				t.Errorf("what was typed came back as %q", value)
			}
			json := app.Client(ann).Post("/chat/new-group/", test.form, "Accept", "application/json", "HX-Request", "")
			if json.Status != 400 || json.Field("message") == "" {
				t.Errorf("JSON: %d %s", json.Status, json.Body)
			}
		})
	}
	if total, _ := app.CountRecords("chat_rooms"); total != 0 {
		t.Errorf("%d rooms were made", total)
	}
}
