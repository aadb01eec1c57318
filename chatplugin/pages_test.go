package chatplugin_test

import (
	"bytes"
	"context"
	"html/template"
	"io"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/templates"
)

// shop is a page of a host that uses html/template.
const shop = `<!DOCTYPE html><html lang="de"><head>{{chatHead}}</head>
<body><nav>{{chatBadge}}</nav>{{chatButton .Seller}}{{chatRoom .Room}}</body></html>`

func ExampleChat_Funcs() {
	var chat *chatplugin.Chat // from chatplugin.Register
	page := func(e *core.RequestEvent) error {
		page, err := template.New("shop").Funcs(chat.Funcs(chat.PlaceOf(e))).Parse(shop)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := page.Execute(&out, map[string]string{"Seller": "user id", "Room": "room id"}); err != nil {
			return err
		}
		return e.HTML(200, out.String())
	}
	_ = page
}

func parse(t *testing.T, html string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func rendered(t *testing.T, component templ.Component) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := component.Render(t.Context(), &out)
	return out.String(), err
}

func TestPartsOfAHostsPage(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{CanLookUp: func(_ core.App, _, found *core.Record) bool {
		return found.GetString("name") != "Unlisted"
	}}).Serve()
	ann, bob, unlisted := app.User("Ann"), app.User("Bob"), app.User("Unlisted")
	room := app.Direct(ann, bob)
	app.Message(room, bob, "one")
	app.Message(room, bob, "two")
	place := chatplugin.Place{Viewer: ann, Lang: "de-CH, en;q=0.5", Nonce: "n0nce"}

	page, err := template.New("shop").Funcs(app.Chat.Funcs(place)).Parse(shop)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, map[string]string{"Seller": bob.Id, "Room": room}); err != nil {
		t.Fatal(err)
	}
	doc := parse(t, out.String())
	badge := doc.Find("nav [data-chat-total='2'][lang=de]")
	if said := strings.TrimSpace(badge.Find("[data-total-text]").Text()); said != "2 ungelesene Nachrichten" {
		t.Errorf("the badge says %q: %s", said, out.String())
	}
	form := doc.Find("form.chat-them[method=post]")
	if action, _ := form.Attr("action"); action != "/chat/new/?user="+bob.Id || !strings.Contains(form.Text(), "Nachricht an Bob") {
		t.Errorf("the button is %q to %q", form.Text(), action)
	}
	embedded := doc.Find(".chat-embed[data-chat][lang=de][dir=ltr]")
	if embedded.Find("#message-").Length() != 0 || embedded.Find("#messages > [data-seq]").Length() != 2 ||
		embedded.Find("style[nonce=n0nce]").Length() != 1 || embedded.Find("script[src]").Length() == 0 {
		t.Errorf("the room is %s", out.String())
	}

	for name, component := range map[string]templ.Component{
		"a guest's badge": app.Chat.UnreadBadge(chatplugin.Place{}), "to an unlisted one": app.Chat.MessageButton(place, unlisted.Id),
		"to oneself": app.Chat.MessageButton(place, ann.Id), "to nobody": app.Chat.MessageButton(place, "aaaaaaaaaaaaaaa"),
		"a guest's list": app.Chat.EmbedList(chatplugin.Place{}),
	} {
		if html, err := rendered(t, component); html != "" || err != nil {
			t.Errorf("%s: %v, %s", name, err, html)
		}
	}
	stranger := chatplugin.Place{Viewer: unlisted}
	if html, err := rendered(t, app.Chat.EmbedRoom(stranger, room)); html != "" || err == nil {
		t.Errorf("a stranger's room: %v, %s", err, html)
	}
	if html, err := rendered(t, app.Chat.EmbedList(place)); err != nil || parse(t, html).Find("[data-rooms] > [data-unread='2']").Length() != 1 {
		t.Errorf("the list: %v, %s", err, html)
	}
}

// The button's form opens the room, and refuses as a look-up does.
func TestMessageButtonOpensTheRoom(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{CanLookUp: func(_ core.App, _, found *core.Record) bool {
		return found.GetString("name") != "Unlisted"
	}}).Serve()
	ann, bob, unlisted := app.User("Ann"), app.User("Bob"), app.User("Unlisted")
	press := func(id string) chattest.Answer {
		return app.Browser(ann).Do("POST", "/chat/new/?user="+id, strings.NewReader("user="+id),
			"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html", "Sec-Fetch-Mode", "navigate")
	}
	if got := press(bob.Id); got.Status != 303 || got.Header.Get("Location") != "/chat/"+app.Direct(ann, bob)+"/" {
		t.Errorf("%d to %q", got.Status, got.Header.Get("Location"))
	}
	missing := press("aaaaaaaaaaaaaaa")
	if got := press(unlisted.Id); got.Status != 422 || missing.Status != 422 || !strings.Contains(got.Body, "Nobody can be reached here by this button") {
		t.Errorf("an unlisted one: %d, a missing one: %d, %s", got.Status, missing.Status, got.Body)
	}
	if page := app.Client(ann).Get("/chat/new/?user=" + bob.Id); page.Status != 200 || parse(t, page.Body).Find("form.chat-them").Length() != 1 {
		t.Errorf("the button by itself: %d", page.Status)
	}
	if page := app.Client(ann).Get("/chat/new/?user=" + unlisted.Id); page.Status != 404 {
		t.Errorf("the button to an unlisted one: %d", page.Status)
	}
}

func TestPagesInAHostsLayout(t *testing.T) {
	layout := func(page templates.Page, content templ.Component) templ.Component {
		return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="`+page.Lang+`" dir="`+page.Dir+`"><head>`)
			if err := templates.Head(page).Render(ctx, w); err != nil {
				return err
			}
			_, _ = io.WriteString(w, `</head><body><nav id="host">Shop</nav>`)
			if err := content.Render(ctx, w); err != nil {
				return err
			}
			_, err := io.WriteString(w, `</body></html>`)
			return err
		})
	}
	app := chattest.NewApp(t, chatplugin.Config{Layout: layout}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	for _, path := range []string{"/chat/", "/chat/" + room + "/", "/chat/" + room + "/info/", "/chat/new/", "/chat/aaaaaaaaaaaaaaa/"} {
		doc := parse(t, app.Client(ann).Get(path, "Accept", "text/html").Body)
		if doc.Find("body > #host").Length() != 1 || doc.Find("body > [data-chat]").Length() != 1 || doc.Find("html").Length() != 1 {
			t.Errorf("%s is not in the host's page", path)
		}
		if doc.Find("head link[rel=stylesheet]").Length() != 1 {
			t.Errorf("%s has not the chat's head", path)
		}
	}
	if doc := parse(t, app.Client(nil).Get("/chat/sign-in/").Body); doc.Find("#host").Length() != 1 {
		t.Error("the sign-in page is not in the host's page")
	}
	if doc := parse(t, app.Client(ann).Get("/chat/widget/").Body); doc.Find("#host").Length() != 0 {
		t.Error("the widget's panel has the host's page around it")
	}
}
