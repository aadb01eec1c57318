package live_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/templates"
)

// openIn opens a socket as a browser of one language does.
func (h *house) openIn(user *core.Record, lang, path string) *chattest.Socket {
	h.t.Helper()
	s, status, err := h.Client(user).TrySocket(path, "Accept-Language", lang+",en;q=0.5")
	if err != nil {
		h.t.Fatalf("%s: %d %v", path, status, err)
	}
	s.Synced()
	return s
}

// message waits for a message's frame and holds that it ends with its one html.
func oneHTML(t *testing.T, frame chattest.Frame) string {
	t.Helper()
	if strings.Contains(frame.Raw(), "html_in") || !strings.HasSuffix(frame.Raw(), `"}`) {
		t.Errorf("more than one language came: %s", frame.Raw())
	}
	return frame.Text("html")
}

func TestEachSocketHearsItsOwnLanguage(t *testing.T) {
	h := newHouse(t)
	rename, gone := map[string]string{"en": "renamed the group to", "de": "umbenannt", "ar": "اسم المجموعة إلى"},
		map[string]string{"en": "Message deleted", "de": "Nachricht gelöscht", "ar": "رسالة محذوفة"}
	members := map[string]string{"en": "3 members", "de": "3 Mitglieder", "ar": "3 أعضاء"}
	rooms, lists := map[string]*chattest.Socket{}, map[string]*chattest.Socket{}
	for lang, user := range map[string]*core.Record{"en": h.ann, "de": h.bob, "ar": h.cid} {
		rooms[lang] = h.openIn(user, lang, "/ws/chat/"+h.group+"/")
		lists[lang] = h.openIn(user, lang, "/ws/chat/inbox/")
	}
	since := h.Rev(h.group)

	group := h.Find("chat_rooms", h.group)
	group.Set("name", "Crew")
	if err := h.Save(group); err != nil {
		t.Fatal(err)
	}
	message := h.Message(h.group, h.ann, "Hello")
	if err := h.Chat.DeleteMessage(message.Id); err != nil {
		t.Fatal(err)
	}
	words := map[string]map[string]string{}
	for lang, socket := range rooms {
		said := oneHTML(t, socket.WaitType("message"))
		passive := map[string]string{"en": "renamed to", "de": "umbenannt", "ar": "اسم المجموعة إلى"}
		if !strings.Contains(said, rename[lang]) && !strings.Contains(said, passive[lang]) {
			t.Errorf("%s: the rename says %s", lang, said)
		}
		plain := oneHTML(t, socket.WaitType("message"))
		deleted := oneHTML(t, socket.WaitType("message"))
		if !strings.Contains(deleted, gone[lang]) {
			t.Errorf("%s: the deletion says %s", lang, deleted)
		}
		words[lang] = map[string]string{"plain": plain}
		// It is gathered, so it may come before or after any of the messages.
		socket.Until("the header", func([]chattest.Frame) bool { return len(socket.OfType("room")) > 0 })
		header := socket.OfType("room")[0]
		if html := oneHTML(t, header); !strings.Contains(html, members[lang]) {
			t.Errorf("%s: the header says %s", lang, html)
		}
		row := lists[lang].Wait("the row of the deletion", func(f chattest.Frame) bool { return f.Type() == "inbox" && f.Int("unposted") > 0 })
		if html := oneHTML(t, row); !strings.Contains(html, gone[lang]) {
			t.Errorf("%s: the row says %s", lang, html)
		}
	}
	if words["de"]["plain"] != words["en"]["plain"] || words["ar"]["plain"] != words["en"]["plain"] {
		t.Error("an ordinary message is not the same in every language")
	}

	replayed, status, err := h.Client(h.bob).TrySocket("/ws/chat/"+h.group+"/?rev="+itoa(since), "Accept-Language", "de-AT")
	if err != nil {
		t.Fatal(status, err)
	}
	if said := oneHTML(t, replayed.WaitType("message")); !strings.Contains(said, rename["de"]) {
		t.Errorf("a replay says %s", said)
	}
}

// Where there is one language, nothing rides along and nothing is cut.
func TestOneLanguageAddsNothing(t *testing.T) {
	h := configured(t, chatplugin.Config{Languages: []string{"de"}})
	s := h.openIn(h.bob, "ar", "/ws/chat/"+h.group+"/")
	message := h.Message(h.group, h.ann, "Hello")
	if err := h.Chat.DeleteMessage(message.Id); err != nil {
		t.Fatal(err)
	}
	s.WaitType("message")
	if said := oneHTML(t, s.WaitType("message")); !strings.Contains(said, "Nachricht gelöscht") {
		t.Errorf("pinned to German it says %s", said)
	}
}

func TestSendAnswersInTheSendersLanguage(t *testing.T) {
	views := chatplugin.Views{Bubble: func(site templates.Site, m templates.Message) templ.Component {
		return templ.Raw(`<li id="message-` + m.ID + `" lang="` + site.Lang + `"></li>`)
	}}
	h := configured(t, chatplugin.Config{Views: views})
	s := h.openIn(h.ann, "ar", "/ws/chat/"+h.group+"/")
	other := h.openIn(h.bob, "en", "/ws/chat/"+h.group+"/")
	answer := h.Client(h.ann).Post("/chat/"+h.group+"/send/", chattest.Form("body", "Hello"), "Accept-Language", "ar")
	if answer.Status != 200 || !strings.Contains(answer.Body, `lang="ar"`) {
		t.Errorf("%d %s", answer.Status, answer.Body)
	}
	if framed := oneHTML(t, s.WaitType("message")); framed != answer.Body {
		t.Errorf("the frame says %s\nand the answer %s", framed, answer.Body)
	}
	if framed := oneHTML(t, other.WaitType("message")); !strings.Contains(framed, `lang="en"`) {
		t.Errorf("the other reads %s", framed)
	}
	if page := h.Client(h.bob).Get("/chat/" + h.group + "/"); !strings.Contains(page.Body, `lang="en"></li>`) {
		t.Errorf("the page has other bubbles than the frames: %s", page.Body)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// inOneLanguage is a house whose pages and frames have the very same bubbles: in
// several languages the times in frames are written alike in all.
func inOneLanguage(t *testing.T) *house {
	t.Helper()
	return configured(t, chatplugin.Config{Languages: []string{"en"}})
}
