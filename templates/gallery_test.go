package templates

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

// Run it to look at every page with sample data:
//
//	go test ./templates -run TestGallery -gallery /some/folder
var gallery = flag.String("gallery", "", "folder to write every page into as HTML")

func galleryPages() map[string]templ.Component {
	edit := Edit{Room: crew(), People: people(), CanRole: true}
	info := Info{Room: crew(), People: people(), CanEdit: true, CanLeave: true, Media: []File{{Name: "harbour-map-2026.pdf", URL: "/f/1"}}}
	problem := Form{Error: "Please check what is marked below.", Fields: map[string]Field{
		"name": {Error: "Give the group a name."}, "members": {Error: "Nobody here has the address tom@example.com."},
		"email": {Value: "nobody@example.com", Error: "Nobody here has this address. Check the spelling."},
	}, Many: map[string][]string{"members": {"tom@example.com"}}}
	begin := pair()
	begin.Slice.Messages, begin.Unread = nil, 0
	rtl := samplePage("Weekend crew")
	rtl.Lang, rtl.Dir = "ar", "rtl"
	open := rooms()
	open.Open = "room00000000001"
	return map[string]templ.Component{
		"inbox":       InboxPage(samplePage("Chats"), rooms()),
		"inbox-empty": InboxPage(samplePage("Chats"), List{First: true}),
		"inbox-none":  InboxPage(samplePage("Chats"), List{First: true, Query: "sailing"}),
		"room":        roomWithList(samplePage("Weekend crew"), crew(), open),
		"room-lazy":   RoomPage(samplePage("Weekend crew"), crew()),
		"room-rtl":    roomWithList(rtl, crew(), open),
		"room-direct": roomWithList(samplePage(jonas.Name), pair(), open),
		"room-begin":  roomWithList(samplePage(jonas.Name), begin, open),
		"info":        InfoPage(samplePage("Weekend crew"), info),
		"edit":        EditPage(samplePage("Weekend crew"), edit),
		"new":         NewDirectPage(samplePage("New chat"), problem),
		"new-group":   NewGroupPage(samplePage("New group"), problem),
		"sign-in":     SignInPage(guestPage("Sign in"), SignIn{Password: true, Code: true, Notice: "You are signed out."}),
		"sign-in-bad": SignInPage(guestPage("Sign in"), SignIn{Password: true, Identity: "mia@example.com", Form: Form{Error: "The e-mail address or the password is wrong.", Fields: map[string]Field{"identity": {Value: "mia@example.com"}}}}),
		"sign-in-otp": SignInPage(guestPage("Sign in"), SignIn{Step: "otp", OTP: "o", Identity: "mia@example.com", Notice: "If there is an account with this address, a code is on its way to it. Type it here."}),
		"sign-in-mfa": SignInPage(guestPage("Sign in"), SignIn{Step: "mfa", MFA: "m", Password: true, Identity: "mia@example.com"}),
		"sign-up":     SignUpPage(guestPage("Create an account"), SignUp{}),
		"message":     MessageView(samplePage("Message"), MessagePage{Room: crew(), Message: talk()[13], Own: true, Mine: []string{"❤️"}, Draft: "🎉🙌", Problem: "Write something first.", Reactors: []Reactor{{mia, "❤️"}, {omar, "❤️"}}}),
		"failure":     FailurePage(samplePage("Not found"), Failure{Status: 404, Title: "Not here", Message: "This conversation does not exist, or you are not a member of it."}),
		"widget-list": WidgetList(samplePage("Chats"), rooms()),
		"widget-room": WidgetRoom(samplePage(jonas.Name), pair()),
	}
}

// roomWithList is a room beside a list that scripts have loaded.
func roomWithList(p Page, r Room, l List) templ.Component {
	return templ.Join(RoomPage(p, r), templ.Raw("<template data-sample-list>"), RoomList(p.Site, l), templ.Raw("</template>"))
}

func TestGallery(t *testing.T) {
	styles := embeddedStyles(t)
	for name, page := range galleryPages() {
		doc := document(t, page)
		if doc.Find("main h1, .chat-aside h1").Length() == 0 {
			t.Errorf("%s: no heading", name)
		}
		if *gallery == "" {
			continue
		}
		decorate(doc)
		doc.Find("link[rel=stylesheet], script").Remove()
		doc.Find("head").AppendHtml("<style>" + styles + "</style>")
		out, err := doc.Html()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(*gallery, name+".html"), []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// decorate does what scripts do, so that still pictures show it.
func decorate(doc *goquery.Document) {
	if list, err := doc.Find("template[data-sample-list]").Html(); err == nil && list != "" {
		doc.Find("[data-list-lazy]").ReplaceWithHtml(list)
		doc.Find("template[data-sample-list]").Remove()
	}
	doc.Find("#messages li[data-message]").First().BeforeHtml(`<li class="chat-day" data-day><span>Tuesday, 3 March</span></li>`)
	doc.Find("time").Each(func(_ int, s *goquery.Selection) {
		at, _ := s.Attr("datetime")
		if len(at) > 16 {
			s.SetText(at[11:16])
		}
	})
	doc.Find(`[data-unread]:not([data-unread="0"]) #messages li`).Eq(3).BeforeHtml(`<li class="chat-new" data-new><span>New messages</span></li>`)
	pending, _ := doc.Find("#chat-tpl-pending").Html()
	failed := strings.NewReplacer(`data-state="sending"`, `data-state="failed"`, "Sending…", "Not sent", `data-text=""></p>`, `>Has anybody seen my blue jacket?</p>`).Replace(pending)
	receipt, _ := doc.Find("#chat-tpl-receipt").Html()
	doc.Find(`#messages li[data-author="`+mia.ID+`"][data-kind="text"]`).Last().SetAttr("data-state", "read").AppendHtml(strings.Replace(receipt, "data-receipt-text=\"\">", ">Read by 3", 1))
	if doc.Find(`[data-type="group"] #messages`).Length() > 0 {
		doc.Find("#messages").AppendHtml(failed)
	}
}

// embeddedStyles are the styles as they are served: joined in lexical order.
func embeddedStyles(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("../pb_public/css/*.css")
	if err != nil || len(names) == 0 {
		t.Fatal("no styles", err)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(data)
	}
	return b.String()
}
