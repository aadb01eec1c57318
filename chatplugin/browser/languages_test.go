package browser

import (
	"testing"

	"github.com/pocketbase/pocketbase/core"
)

// speaker is what differs between languages in the tests below.
type speaker struct {
	lang, dir, chats, begin, renamed, deleted, today, unread string
}

var speakers = []speaker{
	{"de", "ltr", "Chats", "Noch keine Unterhaltungen", "umbenannt", "Nachricht gelöscht", "Heute", "2 ungelesene Nachrichten"},
	{"ar", "rtl", "المحادثات", "لا توجد محادثات بعد", "اسم المجموعة إلى", "رسالة محذوفة", "اليوم", "رسالتان غير مقروءتين"},
}

// TestLanguages: pages, and what comes to open ones, speak the reader's
// language, and run its way.
func TestLanguages(t *testing.T) {
	for _, s := range speakers {
		t.Run(s.lang, func(t *testing.T) {
			app := serve(t)
			users := app.Users("Ann Berg", "Bob Castle", "Cleo Dorn")
			room := app.Group("Crew", users[1], users[0], users[2])
			hello := app.Message(room, users[1], "hello crew")
			ann := arrive(t, app, app.URL, users[0], desktop)
			ann.open("/chat/?lang=" + s.lang)
			ann.live()
			ann.wait("language and direction", `document.documentElement.lang === "`+s.lang+`" && document.documentElement.dir === "`+s.dir+`"`)
			ann.see(".chat-aside__title >> " + s.chats)
			app.Message(room, users[1], "anybody?")
			ann.wait("counted in words", `document.querySelector("[data-unread-text]").textContent.includes(`+js(s.unread)+`)`)

			ann.click("#chat-rooms a >> Crew")
			ann.live()
			ann.hears("anybody?")
			ann.see("[data-day] >> " + s.today)
			ann.wait("the list beside the room, at the side where reading begins", `(() => {
				const list = document.querySelector(".chat-aside").getBoundingClientRect(), room = document.querySelector(".chat-main").getBoundingClientRect();
				return document.documentElement.dir === "rtl" ? list.left >= room.right - 1 : list.right <= room.left + 1;
			})()`)
			rename(t, app.Find("chat_rooms", room), app.Save)
			ann.see(".chat-system >> " + s.renamed)
			if err := app.Chat.DeleteMessage(hello.Id); err != nil {
				t.Fatal(err)
			}
			ann.see("#messages .chat-bubble >> " + s.deleted)
			ann.see("#chat-title >> Night crew")
			ann.wait("numbers and times by the same locale", `document.querySelector("#messages .chat-message time").title ===
				new Intl.DateTimeFormat("`+s.lang+`", { dateStyle: "full", timeStyle: "short" }).format(new Date(document.querySelector("#messages .chat-message time").dateTime))`)

			// The choice holds without saying it again, and on a phone too.
			ann.look(phone)
			ann.open("/chat/")
			ann.live()
			ann.wait("the same language", `document.documentElement.lang === "`+s.lang+`"`)
			ann.wait("a page that fits", fits)
		})
	}
}

func rename(t *testing.T, group *core.Record, save func(core.Model) error) {
	t.Helper()
	group.Set("name", "Night crew")
	if err := save(group); err != nil {
		t.Fatal(err)
	}
}

// TestGalleryOfLanguages takes pictures of the views in German and Arabic.
func TestGalleryOfLanguages(t *testing.T) {
	if *gallery == "" {
		t.Skip("-gallery says where the pictures go")
	}
	w := newWorld(t)
	for _, lang := range []string{"de", "ar"} {
		for _, s := range []screen{phone, tablet, desktop} {
			s.still = true
			s.dark = lang == "ar" && s.width == tablet.width
			p := newPerson(t, w.app.URL, "somebody", s)
			p.expect(gone)
			p.open("/chat/sign-in/?lang=" + lang)
			p.keepsake(name(lang, "sign-in", s))
			p.signIn(w.app, w.mira)
			for _, v := range []struct{ name, path string }{
				{"inbox", "/chat/"}, {"room", "/chat/" + w.crew + "/"}, {"direct", "/chat/" + w.direct + "/"}, {"info", "/chat/" + w.crew + "/info/"},
				{"edit", "/chat/" + w.crew + "/edit/"}, {"new-group", "/chat/new-group/"}, {"widget", "/chat/widget/"},
			} {
				p.open(v.path)
				p.live()
				p.keepsake(name(lang, v.name, s))
			}
		}
	}
}

func name(lang, view string, s screen) string {
	return lang + "-" + view + map[int64]string{phone.width: "-360", tablet.width: "-768", desktop.width: "-1440"}[s.width]
}
