package chatplugin_test

import (
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

func TestPagesSpeakTheReadersLanguage(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann := app.User("Ann")
	for header, want := range map[string][3]string{
		"":                         {"en", "ltr", "No conversations yet"},
		"de-AT,de;q=0.9":           {"de", "ltr", "Noch keine Unterhaltungen"},
		"fr,ar-EG;q=0.8,en;q=0.1":  {"ar", "rtl", "لا توجد محادثات بعد"},
		"xx,*;q=0.1":               {"en", "ltr", "No conversations yet"},
		"\xff,,;;q=x":              {"en", "ltr", "No conversations yet"},
		strings.Repeat("de,", 900): {"en", "ltr", "No conversations yet"},
	} {
		page := app.Client(ann).Get("/chat/", "Accept-Language", header)
		html := parse(t, page.Body).Find("html")
		lang, _ := html.Attr("lang")
		dir, _ := html.Attr("dir")
		if lang != want[0] || dir != want[1] || !strings.Contains(page.Body, want[2]) {
			t.Errorf("%.40q: lang %q, dir %q, wanted %v", header, lang, dir, want)
		}
		if !strings.Contains(page.Header.Get("Vary"), "Accept-Language") {
			t.Errorf("a cache may give one reader's language to another: Vary is %q", page.Header.Get("Vary"))
		}
	}
}

// ?lang= wins over the browser, and is remembered.
func TestLanguageThatWasAskedFor(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	browser := app.Browser(app.User("Ann"))
	speaks := func(path string, want string) {
		t.Helper()
		page := browser.Get(path, "Accept", "text/html", "Accept-Language", "de")
		if lang, _ := parse(t, page.Body).Find("html").Attr("lang"); lang != want {
			t.Errorf("%s speaks %q, not %q", path, lang, want)
		}
	}
	speaks("/chat/", "de")
	speaks("/chat/widget/?lang=ar", "ar")
	speaks("/chat/", "ar")
	speaks("/chat/new/?lang=klingon", "ar")
	speaks("/chat/?lang=en", "en")
	speaks("/chat/widget/?locale=ar", "ar")
	speaks("/chat/?locale=ar", "en")
	if part := browser.Get("/chat/new/", "HX-Request", "true", "X-Chat-Lang", "de"); !strings.Contains(part.Body, "Chat beginnen") {
		t.Errorf("a part of a German page: %s", part.Body)
	}
}

// Refusals come in the reader's language; a client without pages that wishes
// for none hears English.
func TestRefusalsInTheReadersLanguage(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{
		Limits: chatplugin.Limits{MessageRunes: 3},
		Rates:  chatplugin.Rates{Send: chatplugin.Limit{User: chatplugin.Rate{Count: 5, Per: 1 << 40, Burst: 5}}},
		Labels: func(l *chatplugin.Labels) {
			if l.Lang == "ar" {
				l.Sentences["Write something first."] = "اكتب."
			}
		},
	}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	send := func(body string, extra ...string) string {
		return app.Client(ann).Post("/chat/"+room+"/send/", chattest.Form("body", body), extra...).Body
	}
	for name, test := range map[string][2]string{
		"with a number":    {send("hello", "Accept-Language", "de"), "Diese Nachricht ist 2 Zeichen zu lang. Kürze sie oder sende sie in Teilen."},
		"a host's words":   {send(" ", "Accept-Language", "ar"), "اكتب."},
		"JSON":             {send("hello", "Accept", "application/json"), "This message is 2 characters too long. Shorten it or send it in parts."},
		"REST that wishes": {app.Client(ann).JSON("POST", "/api/collections/chat_messages/records", map[string]string{"room": room, "body": "hello"}, "Accept-Language", "de").Body, "Diese Nachricht ist 2 Zeichen zu lang."},
		"REST":             {app.Client(ann).JSON("POST", "/api/collections/chat_messages/records", map[string]string{"room": room, "body": "hello"}).Body, "This message is 2 characters too long."},
		"too often":        {send("hi", "Accept-Language", "de"), "Du sendest schneller, als dieser Server annimmt. Warte"},
		"JSON that wishes": {send("hi", "Accept", "application/json", "Accept-Language", "ar"), "ترسل الرسائل أسرع مما يستقبلها هذا الخادم."},
		"no such room":     {app.Client(ann).Get("/chat/aaaaaaaaaaaaaaa/", "Accept-Language", "de").Body, "Diese Unterhaltung gibt es nicht"},
		"signing in":       {app.Client(nil).Post("/chat/sign-in/", chattest.Form("identity", "x@example.com", "password", "y"), "Accept-Language", "de").Body, "Die E-Mail-Adresse oder das Passwort stimmt nicht."},
		"signing up":       {app.Client(nil).Post("/chat/sign-up/", chattest.Form("name", "x", "email", "x@example.com", "password", "y", "passwordConfirm", "y"), "Accept-Language", "de").Body, "Verwende mindestens 8 Zeichen."},
	} {
		if !strings.Contains(test[0], test[1]) {
			t.Errorf("%s: %q is not in %s", name, test[1], test[0])
		}
	}
}

func TestHostsLanguages(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{
		Languages: []string{"nl", "he"},
		Labels: func(l *chatplugin.Labels) {
			if l.Lang == "nl" {
				l.NoChats = "Nog geen gesprekken"
				l.Members = chatplugin.Plural{One: "{n} lid", Other: "{n} leden"}
			}
		},
	}).Serve()
	users := app.Users("Ann", "Bob", "Cleo")
	group := app.Group("Crew", users[0], users[1])
	dutch := app.Client(users[2]).Get("/chat/", "Accept-Language", "de")
	if lang, _ := parse(t, dutch.Body).Find("html").Attr("lang"); lang != "nl" || !strings.Contains(dutch.Body, "Nog geen gesprekken") {
		t.Errorf("the first language is for whoever wishes for none of them: %q", lang)
	}
	if page := app.Client(users[0]).Get("/chat/" + group + "/"); !strings.Contains(page.Body, "2 leden") {
		t.Error("the host's plural is not in the header")
	}
	hebrew := parse(t, app.Client(users[2]).Get("/chat/", "Accept-Language", "he-IL").Body).Find("html")
	if dir, _ := hebrew.Attr("dir"); dir != "rtl" {
		t.Errorf("Hebrew runs %q", dir)
	}
	_, err := chatplugin.Register(emptyApp(t), chatplugin.Config{Languages: []string{"no such language"}})
	if err == nil || !strings.Contains(err.Error(), "Languages") {
		t.Errorf("a language that is none: %v", err)
	}
}

func emptyApp(t *testing.T) core.App {
	t.Helper()
	return core.NewBaseApp(core.BaseAppConfig{DataDir: t.TempDir()})
}

// Somebody without a name is called so in the reader's language.
func TestNamelessPeople(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, nameless := app.User("Ann"), app.User("")
	app.Message(app.Direct(ann, nameless), nameless, "Hello")
	list := parse(t, app.Client(ann).Get("/chat/", "Accept-Language", "de").Body)
	if title := list.Find(".chat-row__name").First().Text(); title != "Noch ohne Namen" {
		t.Errorf("the row is called %q", title)
	}
}
