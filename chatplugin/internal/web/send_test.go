package web_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

func parse(t *testing.T, html string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// said is what a refusal tells the person.
func said(of *goquery.Selection) string {
	return strings.TrimSpace(of.Find("[role=alert]:not([hidden])").Text())
}

func TestSendAnswersWhatTheFrameCarries(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	first := app.Message(room, bob, "hi")
	socket := app.Client(bob).Socket("/ws/chat/" + room + "/")
	socket.WaitType("synced")
	for _, form := range [][]string{{"body", "*hello* <b>", "client_id", "a1"}, {"body", "yes", "client_id", "a2", "reply_to", first.Id}} {
		got := app.Client(ann).Post("/chat/"+room+"/send/", chattest.Form(form...))
		if got.Status != 200 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		frame := socket.WaitType("message")
		if frame.Text("html") != got.Body {
			t.Errorf("the frame's html:\n%s\nthe answer:\n%s", frame.Text("html"), got.Body)
		}
		li := parse(t, got.Body).Find("li#message-" + frame.Message().Text("id"))
		if li.AttrOr("data-message", "") != frame.Message().Text("id") || li.AttrOr("data-author", "") != ann.Id || li.AttrOr("data-seq", "") == "" {
			t.Errorf("the fragment lacks what the contract names: %s", got.Body)
		}
	}
}

func TestSendToOtherClients(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	ok := app.Client(ann).JSON("POST", "/chat/"+room+"/send", map[string]any{"body": "by JSON", "client_id": "j1"})
	if ok.Status != 200 || ok.Field("body") != "by JSON" || ok.Field("author") != ann.Id || ok.Field("kind") != "text" || ok.Field("id") == "" {
		t.Errorf("JSON: %d %s", ok.Status, ok.Body)
	}
	again := app.Client(ann).JSON("POST", "/chat/"+room+"/send/", map[string]any{"body": "by JSON", "client_id": "j1"})
	if again.Status != 200 || again.Field("id") != ok.Field("id") {
		t.Errorf("the same client_id: %d %s", again.Status, again.Body)
	}
	plain := app.Client(ann).Do("POST", "/chat/"+room+"/send/", strings.NewReader("body=without+script"),
		"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html", "Sec-Fetch-Mode", "navigate")
	if plain.Status != 303 || plain.Header.Get("Location") != "/chat/"+room+"/" {
		t.Errorf("without script: %d %s", plain.Status, plain.Header.Get("Location"))
	}
	curl := app.Client(ann).Do("POST", "/chat/"+room+"/send", strings.NewReader("body=by+hand"), "Content-Type", "application/x-www-form-urlencoded")
	if curl.Status != 200 || !strings.HasPrefix(curl.Body, "<li ") {
		t.Errorf("by hand: %d %s", curl.Status, curl.Body)
	}
	page := app.Client(bob).Get("/chat/" + room + "/")
	for _, text := range []string{"by JSON", "without script", "by hand"} {
		if strings.Count(page.Body, text) != 1 {
			t.Errorf("%q shows %d times on the page", text, strings.Count(page.Body, text))
		}
	}
}

func TestF04_TwentyAtOnceAreOneMessage(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	client := app.Client(ann)
	answers := make([]chattest.Answer, 20)
	errs := make([]error, len(answers))
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			answers[i], errs[i] = client.Try("POST", "/chat/"+room+"/send/", strings.NewReader("body=once&client_id=same"),
				"Content-Type", "application/x-www-form-urlencoded", "HX-Request", "true")
		})
	}
	wg.Wait()
	for i, answer := range answers {
		if errs[i] != nil || answer.Status != 200 || answer.Body != answers[0].Body {
			t.Errorf("answer %d: %v %d %s", i, errs[i], answer.Status, answer.Body)
		}
	}
	if total, err := app.CountRecords("chat_messages"); err != nil || total != 1 {
		t.Errorf("%d rows, %v", total, err)
	}
}

func TestSendRefuses(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{Limits: chatplugin.Limits{MessageRunes: 50, BodyBytes: 2000, FileBytes: 1000, Files: 2}}).Serve()
	ann, bob, eve := app.User("Ann"), app.User("Bob"), app.User("Eve")
	room, other := app.Direct(ann, bob), app.Direct(ann, eve)
	elsewhere := app.Message(other, ann, "elsewhere")
	before, _ := app.CountRecords("chat_messages")
	tooMany, tooManyType := files(t, nil, [][3]string{{"files", "a.txt", "a"}, {"files", "b.txt", "b"}, {"files", "c.txt", "c"}})
	tooLarge, tooLargeType := files(t, nil, [][3]string{{"files", "a.txt", strings.Repeat("a", 1500)}})
	flood, floodType := files(t, nil, [][3]string{{"files", "a.txt", strings.Repeat("a", 9000)}})
	const urlencoded = "application/x-www-form-urlencoded"
	tests := []struct {
		name, contentType, body string
		html, json              int
	}{
		{"empty", urlencoded, "body=", 422, 400},
		{"nothing", urlencoded, "", 422, 400},
		{"blanks", urlencoded, "body=%20%0a%09%e2%80%8b", 422, 400},
		{"over the limit", urlencoded, "body=" + strings.Repeat("x", 51), 422, 400},
		{"invalid UTF-8", urlencoded, "body=%ff%fe", 422, 400},
		{"only NUL", urlencoded, "body=%00", 422, 400},
		{"a client_id with spaces", urlencoded, "body=x&client_id=a+b", 422, 400},
		{"a long client_id", urlencoded, "body=x&client_id=" + strings.Repeat("a", 65), 422, 400},
		{"a reply to nothing", urlencoded, "body=x&reply_to=abcdefghijklmno", 422, 400},
		{"a reply to another room", urlencoded, "body=x&reply_to=" + elsewhere.Id, 422, 400},
		{"a reply to nonsense", urlencoded, "body=x&reply_to=%27%20OR%201", 422, 400},
		{"too many bytes", urlencoded, "body=" + strings.Repeat("x", 3000), 413, 413},
		{"bad escapes", urlencoded, "body=%zz", 400, 400},
		{"no JSON", "application/json", "{", 400, 400},
		{"JSON of another shape", "application/json", `{"body":5}`, 400, 400},
		{"too much JSON", "application/json", `{"body":"` + strings.Repeat("x", 3000) + `"}`, 413, 413},
		{"no multipart", "multipart/form-data; boundary=x", "nonsense", 400, 400},
		{"multipart without boundary", "multipart/form-data", "nonsense", 400, 400},
		{"another kind", "text/plain", "hello", 400, 400},
		{"too many files", tooManyType, tooMany, 413, 413},
		{"a large file", tooLargeType, tooLarge, 413, 413},
		{"a flood of bytes", floodType, flood, 413, 413},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			html := app.Client(ann).Do("POST", "/chat/"+room+"/send/", strings.NewReader(test.body), "Content-Type", test.contentType, "HX-Request", "true")
			if html.Status != test.html || said(parse(t, html.Body).Selection) == "" {
				t.Errorf("html: %d, want %d: %s", html.Status, test.html, html.Body)
			}
			got := app.Client(ann).Do("POST", "/chat/"+room+"/send/", strings.NewReader(test.body), "Content-Type", test.contentType, "Accept", "application/json")
			if message, _ := got.Field("message").(string); got.Status != test.json || message == "" {
				t.Errorf("JSON: %d, want %d: %s", got.Status, test.json, got.Body)
			}
		})
	}
	if after, _ := app.CountRecords("chat_messages"); after != before {
		t.Errorf("%d rows were written by what was refused", after-before)
	}
	if unread := app.Unread(bob); unread != 0 {
		t.Errorf("%d unread of what was refused", unread)
	}
}

func TestRefusedMessageIsGivenBack(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{Limits: chatplugin.Limits{MessageRunes: 5}}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	form := "body=%3Cb%3Etoo+long&client_id=keepme"
	for kind, headers := range map[string][]string{"page": asPage, "fragment": asHTMX} {
		got := app.Client(ann).Do("POST", "/chat/"+room+"/send/", strings.NewReader(form), append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
		doc := parse(t, got.Body)
		if text := doc.Find("form[data-composer] textarea[name=body]").Text(); got.Status != 422 || text != "<b>too long" {
			t.Errorf("%s: %d holds %q", kind, got.Status, text)
		}
		if id := doc.Find("input[name=client_id]").AttrOr("value", ""); id != "keepme" {
			t.Errorf("%s: the next try would be another message: %q", kind, id)
		}
		if whole := doc.Find("[data-room-page]").Length() == 1; whole != (kind == "page") {
			t.Errorf("%s: a whole page is %v", kind, whole)
		}
	}
}

func TestSendingIntoARoomThatGoes(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Group("Club", ann, bob)
	for i := range 50 {
		app.Message(room, ann, fmt.Sprint(i))
	}
	var wg sync.WaitGroup
	statuses := make([]int, 30)
	for i := range statuses {
		wg.Go(func() {
			got, err := app.Client(bob).Try("POST", "/chat/"+room+"/send/", strings.NewReader(fmt.Sprint("body=late", i)),
				"Content-Type", "application/x-www-form-urlencoded", "HX-Request", "true")
			if err == nil {
				statuses[i] = got.Status
			}
		})
	}
	wg.Go(func() {
		got, err := app.Client(ann).Try("POST", "/chat/"+room+"/delete-group/", nil, "Accept", "application/json")
		if err != nil || got.Status != 204 {
			t.Errorf("deleting: %v %d %s", err, got.Status, got.Body)
		}
	})
	wg.Wait()
	for i, status := range statuses {
		if status != 200 && status != 404 {
			t.Errorf("send %d: %d", i, status)
		}
	}
	if got := app.Client(bob).Post("/chat/"+room+"/send/", chattest.Form("body", "after")); got.Status != 404 {
		t.Errorf("after: %d", got.Status)
	}
}
