package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// talked is a room of Ann and Bob with a message by each, one that was deleted,
// one that the room says, and one of another room.
type talked struct {
	*chattest.App
	ann, bob, eve                               *chattest.Client
	room, by, other, deleted, system, elsewhere string
}

func newTalked(t *testing.T, config chatplugin.Config) *talked {
	t.Helper()
	app := chattest.NewApp(t, config).Serve()
	ann, bob, eve := app.User("Ann"), app.User("Bob"), app.User("Eve")
	h := &talked{App: app, ann: app.Client(ann), bob: app.Client(bob), eve: app.Client(eve), room: app.Group("Group", ann, bob)}
	h.system = system(t, app, h.room)
	h.by, h.other = app.Message(h.room, ann, "by *Ann*").Id, app.Message(h.room, bob, "by Bob").Id
	h.deleted = app.Message(h.room, ann, "once").Id
	if got := h.ann.Post("/chat/"+h.room+"/retract/", chattest.Form("message", h.deleted)); got.Status != 200 {
		t.Fatalf("deleting: %d %s", got.Status, got.Body)
	}
	h.elsewhere = app.Message(app.Direct(ann, eve), ann, "elsewhere").Id
	return h
}

func system(t *testing.T, app *chattest.App, room string) string {
	t.Helper()
	record, err := app.FindFirstRecordByFilter("chat_messages", "room = {:room} && kind = 'system'", map[string]any{"room": room})
	if err != nil {
		t.Fatal(err)
	}
	return record.Id
}

func TestChangingMessages(t *testing.T) {
	h := newTalked(t, chatplugin.Config{Limits: chatplugin.Limits{MessageRunes: 80}})
	const nowhere = "abcdefghijklmno"
	long := strings.Repeat("x", 81)
	tests := []struct {
		name, action string
		who          *chattest.Client
		form         []string
		html, json   int
		sentence     string
	}{
		{"the author edits", "change", h.ann, []string{"message", h.by, "body", "new *text*"}, 200, 200, ""},
		{"another does not", "change", h.bob, []string{"message", h.by, "body", "mine"}, 403, 403, "You can change only what you wrote yourself."},
		{"a stranger hears nothing", "change", h.eve, []string{"message", h.by, "body", "mine"}, 404, 404, "This conversation does not exist"},
		{"too long", "change", h.ann, []string{"message", h.by, "body", long}, 422, 400, "1 character too long"},
		{"nothing", "change", h.ann, []string{"message", h.by, "body", " \n"}, 422, 400, "Write something first."},
		{"what was deleted", "change", h.ann, []string{"message", h.deleted, "body", "again"}, 422, 400, "This message was deleted."},
		{"what the room said", "change", h.ann, []string{"message", h.system, "body", "again"}, 403, 403, "only what you wrote yourself"},
		{"of another room", "change", h.ann, []string{"message", h.elsewhere, "body", "again"}, 404, 404, "does not exist any more"},
		{"what is not there", "change", h.ann, []string{"message", nowhere, "body", "again"}, 404, 404, "does not exist any more"},
		{"an odd id", "change", h.ann, []string{"message", "../x", "body", "again"}, 404, 404, "does not exist any more"},

		{"another does not delete", "retract", h.bob, []string{"message", h.by}, 403, 403, "only what you wrote yourself"},
		{"a stranger deletes nothing", "retract", h.eve, []string{"message", h.by}, 404, 404, "This conversation does not exist"},
		{"what is gone is gone", "retract", h.ann, []string{"message", h.deleted}, 200, 204, ""},
		{"deleting what is elsewhere", "retract", h.ann, []string{"message", h.elsewhere}, 404, 404, "does not exist any more"},
		{"deleting nothing", "retract", h.ann, nil, 404, 404, "does not exist any more"},

		{"a reaction", "react", h.bob, []string{"message", h.by, "emoji", "👍", "on", "1"}, 200, 204, ""},
		{"the same once more", "react", h.bob, []string{"message", h.by, "emoji", "👍", "on", "1"}, 200, 204, ""},
		{"a stranger's", "react", h.eve, []string{"message", h.by, "emoji", "👍"}, 404, 404, "This conversation does not exist"},
		{"to what was deleted", "react", h.bob, []string{"message", h.deleted, "emoji", "👍"}, 400, 400, "nothing here to react to"},
		{"to what the room said", "react", h.bob, []string{"message", h.system, "emoji", "👍"}, 400, 400, "nothing here to react to"},
		{"with words", "react", h.bob, []string{"message", h.by, "emoji", "lol"}, 400, 400, "Choose an emoji."},
		{"with two", "react", h.bob, []string{"message", h.by, "emoji", "👍👍"}, 400, 400, "Choose an emoji."},
		{"with nothing", "react", h.bob, []string{"message", h.by}, 400, 400, "Choose an emoji."},
		{"perhaps", "react", h.bob, []string{"message", h.by, "emoji", "👍", "on", "perhaps"}, 400, 400, "on=1 or on=0"},
		{"to what is elsewhere", "react", h.bob, []string{"message", h.elsewhere, "emoji", "👍"}, 404, 404, "does not exist any more"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := "/chat/" + h.room + "/" + test.action + "/"
			html := test.who.Post(path, chattest.Form(test.form...))
			json := test.who.Post(path, chattest.Form(test.form...), "Accept", "application/json", "HX-Request", "")
			if html.Status != test.html || json.Status != test.json {
				t.Errorf("%d and %d, want %d and %d\n%s", html.Status, json.Status, test.html, test.json, html.Body)
			}
			if test.sentence == "" {
				return
			}
			doc := parse(t, html.Body)
			if got := said(doc.Selection); !strings.Contains(got, test.sentence) {
				t.Errorf("it says %q, want %q", got, test.sentence)
			}
			if !strings.Contains(fmt.Sprint(json.Field("message")), test.sentence) {
				t.Errorf("as JSON it says %s", json.Body)
			}
			if test.html == 422 && strings.TrimSpace(doc.Find("textarea[name=body]").Text()) != strings.TrimSpace(test.form[3]) {
				t.Errorf("what was typed is not given back: %s", html.Body)
			}
		})
	}
	if got := h.Find("chat_messages", h.by); got.GetString("body") != "new *text*" || !got.GetDateTime("deleted").IsZero() {
		t.Errorf("the message is %q now", got.GetString("body"))
	}
	if total, err := h.CountRecords("chat_reactions"); err != nil || total != 1 {
		t.Errorf("%d reactions, %v", total, err)
	}
}

// What is answered are the bytes that everybody is sent.
func TestChangesAnswerWhatTheFrameCarries(t *testing.T) {
	h := newTalked(t, chatplugin.Config{})
	socket := h.bob.Socket("/ws/chat/" + h.room + "/")
	socket.WaitType("synced")
	for _, step := range []struct {
		who    *chattest.Client
		action string
		form   []string
		has    string
	}{
		{h.bob, "react", []string{"message", h.by, "emoji", "🎉"}, `[data-users]:contains("🎉 1")`},
		{h.ann, "react", []string{"message", h.by, "emoji", "🎉"}, `[title="Bob and Ann reacted with 🎉"]:contains("🎉 2")`},
		{h.ann, "change", []string{"message", h.by, "body", "new"}, `[data-users]:contains("🎉 2")`},
		{h.ann, "react", []string{"pick", h.by + " 🎉"}, `[title="Bob reacted with 🎉"]`},
		{h.ann, "retract", []string{"message", h.by}, `li[data-deleted]:not(:has(button))`},
	} {
		got := step.who.Post("/chat/"+h.room+"/"+step.action+"/", chattest.Form(step.form...))
		frame := socket.WaitType("message")
		if got.Status != 200 || frame.Text("html") != got.Body {
			t.Errorf("%v: %d\nthe frame: %s\nthe answer: %s", step.form, got.Status, frame.Text("html"), got.Body)
		}
		if parse(t, got.Body).Find(step.has).Length() == 0 {
			t.Errorf("%v: no %s in %s", step.form, step.has, got.Body)
		}
	}
}

func TestChangesAreThrottledAsSending(t *testing.T) {
	limit := chatplugin.Limit{User: chatplugin.Rate{Count: 1, Per: 3600e9, Burst: 2}}
	h := newTalked(t, chatplugin.Config{Rates: chatplugin.Rates{Send: limit}})
	for i, want := range []int{200, 429, 429} {
		got := h.ann.Post("/chat/"+h.room+"/change/", chattest.Form("message", h.by, "body", fmt.Sprint("text ", i)))
		if got.Status != want || want == 429 && got.Header.Get("Retry-After") == "" {
			t.Errorf("try %d: %d, want %d", i, got.Status, want)
		}
	}
}

// A message's own page has all that scripts do as plain forms.
func TestMessagePage(t *testing.T) {
	h := newTalked(t, chatplugin.Config{})
	h.React(h.by, h.Find("users", fmt.Sprint(h.Find("chat_messages", h.other).GetString("author"))), "😂")
	for _, path := range []string{"/chat/" + h.room + "/message/?m=", "/chat/" + h.room + "/?m=", "/chat/widget/" + h.room + "/?m=", "/chat/" + h.room + "/messages/?m="} {
		own, foreign := parse(t, h.ann.Get(path+h.by, asPage...).Body), parse(t, h.bob.Get(path+h.by, asPage...).Body)
		for selector, want := range map[string][2]int{
			`form[action$="/change/"] textarea[name=body]`:      {1, 0},
			`form[action$="/retract/"] [name=message]`:          {1, 0},
			`form[action$="/react/"] button[name=emoji]`:        {6, 6},
			`button[name=emoji][aria-pressed=true]`:             {0, 1},
			`a[href*="?reply=` + h.by + `"]`:                    {1, 1},
			`button[form="chat-react"][value="` + h.by + ` 😂"]`: {1, 1},
			`.chat-person:contains("Bob")`:                      {1, 1},
		} {
			if a, b := own.Find(selector).Length(), foreign.Find(selector).Length(); a != want[0] || b != want[1] {
				t.Errorf("%s: %s is there %d and %d times, want %v", path, selector, a, b, want)
			}
		}
		if got := own.Find("textarea[name=body]").Text(); got != "by *Ann*" {
			t.Errorf("%s: the text is %q", path, got)
		}
	}
	for _, m := range []string{"", h.elsewhere, "abcdefghijklmno", "../../x"} {
		if got := h.ann.Get("/chat/"+h.room+"/message/?m="+m, asPage...); got.Status != http.StatusNotFound {
			t.Errorf("%q: %d", m, got.Status)
		}
	}
	if got := parse(t, h.ann.Get("/chat/"+h.room+"/message/?m="+h.deleted).Body).Find("main form:not(#chat-react), main textarea").Length(); got != 0 {
		t.Errorf("%d forms about what was deleted", got)
	}
}

// Without script: the forms lead back to the message, and a refused one is the
// page again.
func TestMessageFormsWithoutScript(t *testing.T) {
	h := newTalked(t, chatplugin.Config{})
	browse := func(action string, form ...string) chattest.Answer {
		return h.ann.Do("POST", "/chat/"+h.room+"/"+action+"/", strings.NewReader(chattest.Form(form...).Encode()), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, asPage...)...)
	}
	back := "/chat/" + h.room + "/?at=" + h.by + "#message-" + h.by
	for _, got := range []chattest.Answer{browse("change", "message", h.by, "body", "plain"), browse("react", "pick", h.by+" 👍"), browse("retract", "message", h.by)} {
		if got.Status != 303 || got.Header.Get("Location") != back {
			t.Errorf("%d to %q", got.Status, got.Header.Get("Location"))
		}
	}
	refused := browse("change", "message", h.by, "body", "too late")
	if refused.Status != 422 || !strings.Contains(said(parse(t, refused.Body).Selection), "This message was deleted.") {
		t.Errorf("%d %s", refused.Status, refused.Body)
	}
	reply := parse(t, h.ann.Get("/chat/"+h.room+"/?reply="+h.other, asPage...).Body)
	if reply.Find(`input[name=reply_to][value="`+h.other+`"]`).Length() != 1 || !strings.Contains(reply.Find("[data-composer-strip]:not([hidden])").Text(), "Replying to Bob") {
		t.Error("the composer does not say what it replies to")
	}
	for _, gone := range []string{h.deleted, h.elsewhere, "abcdefghijklmno", "%00"} {
		got := h.ann.Get("/chat/"+h.room+"/?reply="+gone, asPage...)
		if got.Status != 200 || parse(t, got.Body).Find(`input[name=reply_to]`).AttrOr("value", "none") != "" {
			t.Errorf("a reply to %s: %d", gone, got.Status)
		}
	}
}

// A quote leads to where its message stands, and on from there to the end.
func TestTheWayToAMessage(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	ids := talk(app, room, bob, 120)
	client := app.Client(ann)
	doc := parse(t, client.Get("/chat/"+room+"/?at="+ids[30], asPage...).Body)
	got := bubbles(doc)
	if len(got) != 50 || got[25] != ids[30] {
		t.Fatalf("%d messages around it", len(got))
	}
	slice := parse(t, client.Get("/chat/"+room+"/messages/?around="+ids[30], asHTMX...).Body)
	if got = bubbles(slice); len(got) != 30 || got[15] != ids[30] {
		t.Fatalf("a slice of %d messages around it", len(got))
	}
	newer := slice.Find("[data-load-newer]")
	for href := newer.AttrOr("href", ""); href != ""; {
		if !strings.HasSuffix(href, "?newer="+got[len(got)-1]) {
			t.Fatalf("the way on is %q", href)
		}
		page := parse(t, client.Get(href, asHTMX...).Body)
		got = append(got, bubbles(page)...)
		href = page.Find("[data-load-newer]").AttrOr("href", "")
	}
	if strings.Join(got, " ") != strings.Join(ids[15:], " ") {
		t.Errorf("%d messages, of %d", len(got), len(ids)-15)
	}
	for _, at := range []string{"abcdefghijklmno", "%00", strings.Repeat("x", 500)} {
		if got := client.Get("/chat/"+room+"/?at="+at, asPage...); got.Status != 200 || !strings.Contains(got.Body, ids[119]) {
			t.Errorf("%q: %d", at, got.Status)
		}
	}
}
