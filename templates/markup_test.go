package templates

import (
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

// What others rely on, page by page: each selector must match this often.
func TestMarkupOthersRelyOn(t *testing.T) {
	first := crew()
	last := crew()
	last.Slice.Older = false
	deleted := talk()[9]
	page := samplePage("Weekend crew")
	site := page.Site
	failed := Form{Error: "Nobody.", Fields: map[string]Field{"email": {Value: "x@example.com", Error: "Nobody."}}}

	tests := []struct {
		name  string
		view  templ.Component
		match map[string]int
	}{
		{"inbox", InboxPage(page, rooms()), map[string]int{
			`html[lang="en"][dir="ltr"][data-theme="auto"]`:                                  1,
			`body.chat-body[data-chat][data-base="/chat"][data-socket="/ws/chat"]`:           1,
			`body[data-viewer="mia0000000000aa"][data-app="Harbour"][data-unread-total="7"]`: 1,
			`.chat-app[data-view="inbox"] > main#chat-main.chat-aside[data-chat-list]`:       1,
			`aside.chat-main`: 1,
			`ul#chat-rooms[data-rooms][data-next="cursor"][data-unread-total="7"]`:                   1,
			`#chat-rooms > li[data-room]`:                                                            8,
			`li#room-room00000000001[data-room="room00000000001"][data-unread="3"][data-posts="41"]`: 1,
			`li[data-read-rev][data-last-seq][data-at="2026-03-03T11:04:00.000Z"]`:                   1,
			`li[data-room] > a[href="/chat/room00000000001/"]`:                                       1,
			`[data-badge][hidden]`: 4,
			`[data-preview][data-author="omar000000000dd"] [data-who]`:                               1,
			`a[data-more-rooms][href="/chat/list-partial/?before=cursor"]`:                           1,
			`dialog#chat-new-direct form[data-chat-form][hx-post="/chat/new/"][hx-swap="outerHTML"]`: 1,
			`dialog#chat-new-group form[hx-post="/chat/new-group/"] [name="members"]`:                4,
			`a[href="/chat/new/"][data-dialog="chat-new-direct"]`:                                    2,
			`input[hx-get="/chat/check-user/"][hx-trigger="input changed delay:400ms"]`:              1,
			`[data-offline][hidden], [data-signed-out][hidden]`:                                      2,
			`#chat-live[role="status"][aria-live="polite"]`:                                          1,
			`script[type="module"][src="/chat/assets/page.js"]`:                                      1,
			`link[rel="stylesheet"][href="/chat/assets/chat.css"]`:                                   1,
			`style[nonce="n0nce"]`: 1,
		}},
		{"room", RoomPage(page, first), map[string]int{
			`[data-room-page="room00000000001"][data-rev="21"][data-online="3"][data-read-rev="21"]`: 1,
			`[data-room-page][data-posts="17"][data-unread="0"][data-type="group"][data-peer=""]`:    1,
			`.chat-app[data-view="room"] aside [data-list-lazy]`:                                     1,
			`header#chat-header h1`: 1,
			`#chat-header [data-online-text], #chat-header [data-typing][hidden]`:                               2,
			`#chat-header a[href="/chat/room00000000001/info/"]`:                                                2,
			`[data-scroll][role="log"][aria-live="off"][aria-label] ol#messages`:                                1,
			`[data-load-older][href="/chat/room00000000001/messages/?before=msg000000000001"]`:                  1,
			`#messages > li.chat-message[data-message][data-seq][data-rev][data-author]`:                        19,
			`#messages > li.chat-message time[datetime]`:                                                        19,
			`li#message-msg000000000003[data-seq="3"][data-rev="5"][data-author="mia0000000000aa"]`:             1,
			`#messages > li[data-kind="system"]`:                                                                2,
			`#messages > li[data-deleted]`:                                                                      1,
			`#messages > li[data-edited]`:                                                                       1,
			`button[data-jump][hidden]`:                                                                         1,
			`form#composer[data-composer][method="post"][action="/chat/room00000000001/send/"]`:                 1,
			`#composer[enctype="multipart/form-data"] textarea[name="body"][data-limit="4000"]`:                 1,
			`#composer input[name="client_id"][value="c1"], #composer input[name="reply_to"]`:                   2,
			`#composer [data-composer-error][role="alert"][hidden]`:                                             1,
			`#composer [data-composer-strip][hidden], #composer [data-counter][hidden]`:                         2,
			`template#chat-tpl-pending, template#chat-tpl-day, template#chat-tpl-new`:                           3,
			`template#chat-tpl-skeleton, template#chat-tpl-bar, template#chat-tpl-menu, template#chat-tpl-fold`: 4,
		}},
		{"room at its beginning", RoomPage(page, last), map[string]int{`[data-load-older]`: 0}},
		{"slice", Messages(site, first.Slice), map[string]int{
			`ol[data-slice][data-older="true"] li:first-child [data-load-older]`: 1,
			`ol[data-slice] > li[data-message]`:                                  19,
		}},
		{"last slice", Messages(site, last.Slice), map[string]int{`ol[data-slice][data-older="false"]`: 1, `[data-load-older]`: 0}},
		{"reactions", Bubble(site, talk()[13]), map[string]int{
			`button[form="chat-react"][name="pick"][value="msg000000000014 ❤️"][data-users="mia0000000000aa omar000000000dd"]`: 1,
			`button[title="Mia Sommer and Omar Haddad reacted with ❤️"]:not([data-more])`:                                      1,
			`button[title="Jonas Lindqvist and 30 others reacted with 😂"][data-more]:contains("31")`:                           1,
			`a.chat-time[href="?m=msg000000000014"] time`:                                                                      1,
		}},
		{"deleted message", Bubble(site, deleted), map[string]int{`li[data-deleted]`: 1, `li[data-first], li[data-last]`: 0}},
		{"refused form", NewDirectForm(site, failed), map[string]int{
			`form [role="alert"]:not([hidden])`: 1, `input[name="email"][value="x@example.com"][aria-invalid]`: 1,
		}},
		{"found", CheckUserResult(site, CheckUser{Email: "a@b.c", Found: true, Person: aiko}), map[string]int{`[data-found="true"]`: 1}},
		{"missing", CheckUserResult(site, CheckUser{Email: "a@b.c"}), map[string]int{`[data-found="false"]`: 1}},
		{"edit", EditPage(page, Edit{Room: first, People: people(), CanRole: true}), map[string]int{
			`form[action="/chat/room00000000001/edit/"] input[name="action"]`: 13,
			`select[name="role"]`: 6, `input[name="action"][value="remove"]`: 5,
			`form[enctype="multipart/form-data"] input[type="file"][name="avatar"]`: 1,
		}},
		{"edit by an admin", EditPage(page, Edit{Room: first, People: people()}), map[string]int{`select[name="role"]`: 0}},
		{"info of a member", InfoPage(page, Info{Room: first, People: people(), CanLeave: true}), map[string]int{
			`form[action="/chat/room00000000001/leave/"]`: 1, `form[action="/chat/room00000000001/delete/"]`: 1,
			`form[action="/chat/room00000000001/delete-group/"]`: 0, `a[href="/chat/room00000000001/edit/"]`: 0,
		}},
		{"sign in", SignInPage(guestPage("Sign in"), SignIn{Password: true, Code: true, Next: "/chat/x/"}), map[string]int{
			`form[method="post"][action="/chat/sign-in/"]`: 1, `input[name="identity"]`: 1, `input[name="password"]`: 1,
			`input[name="next"][value="/chat/x/"]`: 1, `button[name="method"][value="code"]`: 1, `script`: 1, `script[src="/chat/assets/early.js"]`: 1,
		}},
		{"sign in by code", SignInForm(site, SignIn{Step: "otp", OTP: "o1", MFA: "m1"}), map[string]int{
			`input[name="code"]`: 1, `input[name="otpId"][value="o1"]`: 1, `input[name="mfaId"][value="m1"]`: 1, `input[name="password"]`: 0,
		}},
		{"sign up", SignUpPage(guestPage("Sign up"), SignUp{}), map[string]int{
			`input[name="name"], input[name="email"], input[name="password"], input[name="passwordConfirm"]`: 4,
		}},
		{"widget list", WidgetList(page, rooms()), map[string]int{`li > a[href="/chat/widget/room00000000001/"]`: 1}},
		{"widget room", WidgetRoom(page, pair()), map[string]int{`a[href="/chat/widget/"]`: 1, `[data-room-page]`: 1, `[data-peer="jonas00000000bb"][data-peer-read="6"]`: 1}},
	}
	for _, test := range tests {
		doc := document(t, test.view)
		for selector, want := range test.match {
			if got := doc.Find(selector).Length(); got != want {
				t.Errorf("%s: %d of %s, want %d", test.name, got, selector, want)
			}
		}
	}
}

var handler = regexp.MustCompile(`^on|^hx-on|^style$`)

// A strict content security policy must have nothing to refuse, and people who
// hear a page or use it by keys must find names on everything.
func TestEveryPageIsCleanAndNamed(t *testing.T) {
	for name, view := range galleryPages() {
		doc := document(t, view)
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%s: %d h1", name, n)
		}
		if doc.Find("main").Length() != 1 || doc.Find("title").Text() == "" {
			t.Errorf("%s: no main or title", name)
		}
		if doc.Find("script:not([src]), style:not([nonce])").Length() != 0 {
			t.Errorf("%s: inline script or style", name)
		}
		ids := map[string]bool{}
		doc.Find("*").Each(func(_ int, s *goquery.Selection) { checkElement(t, name, doc, s, ids) })
	}
}

func checkElement(t *testing.T, page string, doc *goquery.Document, s *goquery.Selection, ids map[string]bool) {
	t.Helper()
	for _, attribute := range s.Nodes[0].Attr {
		if handler.MatchString(attribute.Key) {
			t.Errorf("%s: attribute %s", page, attribute.Key)
		}
	}
	if id, ok := s.Attr("id"); ok {
		if ids[id] {
			t.Errorf("%s: id %s twice", page, id)
		}
		ids[id] = true
	}
	for _, key := range []string{"aria-describedby", "aria-labelledby", "for"} {
		if ref, ok := s.Attr(key); ok && doc.Find("#"+ref).Length() != 1 {
			t.Errorf("%s: %s points to %s", page, key, ref)
		}
	}
	switch goquery.NodeName(s) {
	case "button", "a", "summary":
		if s.AttrOr("aria-label", strings.TrimSpace(s.Text())) == "" && s.Find("img[alt]").Length() == 0 {
			t.Errorf("%s: a control without a name: %s", page, s.AttrOr("class", ""))
		}
	case "input", "select", "textarea":
		if s.AttrOr("type", "") == "hidden" || s.AttrOr("aria-hidden", "") == "true" {
			return
		}
		labelled := s.AttrOr("aria-label", "") != "" || s.ParentsFiltered("label").Length() > 0 || doc.Find(`label[for="`+s.AttrOr("id", "-")+`"]`).Length() > 0
		if !labelled {
			t.Errorf("%s: an input without a label: %s", page, s.AttrOr("name", ""))
		}
	case "img":
		if _, ok := s.Attr("alt"); !ok {
			t.Errorf("%s: a picture without alt", page)
		}
	}
}

// The words of others never become markup, wherever they stand.
func TestHostileNamesStayText(t *testing.T) {
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)>'`
	person := Person{ID: evil, Name: evil, Avatar: "javascript:alert(1)"}
	page := samplePage(evil)
	page.Viewer, page.App, page.Nonce = person, evil, evil
	room := crew()
	room.Title, room.Description, room.Faces = evil, evil, []Person{person, person}
	room.Slice.Messages = []Message{
		{ID: evil, Kind: "text", Author: person, HTML: "<p>hi</p>", Quote: &Quote{ID: evil, Author: person, Text: evil}, Files: []File{{Name: evil, URL: "javascript:alert(1)"}, {Name: evil, URL: "/f", Image: true}}},
		{ID: "b", Kind: "system", System: evil, Author: person},
	}
	list := List{Rows: []Row{{ID: evil, Title: evil, Last: &Preview{Author: person, Text: evil}, Faces: []Person{person, person}}}, Next: evil, Query: evil}
	form := Form{Error: evil, Fields: map[string]Field{"name": {Value: evil, Error: evil}, "email": {Value: evil, Error: evil}}, Many: map[string][]string{"members": {evil}}}
	views := map[string]templ.Component{
		"room": RoomPage(page, room), "inbox": InboxPage(page, list), "bubble": Bubble(page.Site, room.Slice.Messages[0]),
		"info": InfoPage(page, Info{Room: room, People: []Member{{Person: person}}, CanEdit: true, CanLeave: true}),
		"edit": EditPage(page, Edit{Room: room, People: []Member{{Person: person}}, Form: form, CanRole: true}),
		"new":  NewDirectPage(page, form), "group": NewGroupPage(page, form),
		"failure": FailurePage(page, Failure{Title: evil, Message: evil, Retry: "javascript:alert(1)"}),
		"signin":  SignInPage(page, SignIn{Form: form, Next: evil, Identity: evil, Notice: evil, Password: true}),
		"found":   CheckUserResult(page.Site, CheckUser{Email: evil, Found: true, Person: person}),
	}
	for name, view := range views {
		doc := document(t, view)
		if doc.Find("script:not([src]), [onerror], img[src=x]").Length() != 0 {
			t.Errorf("%s: markup came out of a name", name)
		}
		doc.Find("[href], [src], [action]").Each(func(_ int, s *goquery.Selection) {
			for _, key := range []string{"href", "src", "action"} {
				if strings.HasPrefix(strings.ToLower(s.AttrOr(key, "")), "javascript:") {
					t.Errorf("%s: %s runs a script", name, key)
				}
			}
		})
	}
	if strings.Contains(html(t, RoomPage(page, room)), "<style") {
		t.Error("an id that is not plain came into a style sheet")
	}
}
