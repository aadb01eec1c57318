package web_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// files is a multipart form with text fields and files, by name and content.
func files(t *testing.T, fields, files [][3]string) (body, contentType string) {
	t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	for _, f := range fields {
		if err := form.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := form.CreateFormFile(f[0], f[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(f[2])); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String(), form.FormDataContentType()
}

// dot is the smallest picture.
const dot = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"

func TestSendFiles(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob, eve := app.User("Ann"), app.User("Bob"), app.User("Eve")
	room := app.Direct(ann, bob)
	body, contentType := files(t, [][3]string{{"body", "look"}, {"client_id", "f1"}}, [][3]string{
		{"files", "dot.png", dot}, {"files", "evil.svg", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`},
		{"files", "evil.html", "<html><script>alert(1)</script></html>"},
	})
	sent := app.Client(ann).Do("POST", "/chat/"+room+"/send/", strings.NewReader(body), "Content-Type", contentType, "Accept", "application/json")
	var record struct {
		ID    string
		Files []string
	}
	if err := json.Unmarshal([]byte(sent.Body), &record); err != nil || len(record.Files) != 3 {
		t.Fatalf("%d %s", sent.Status, sent.Body)
	}
	socket := app.Client(bob).Socket("/ws/chat/" + room + "/")
	socket.WaitType("synced")
	alone, aloneType := files(t, nil, [][3]string{{"files", "alone.txt", "no words"}})
	got := app.Client(ann).Do("POST", "/chat/"+room+"/send/", strings.NewReader(alone), "Content-Type", aloneType, "HX-Request", "true")
	frame := socket.WaitType("message")
	if got.Status != 200 || !strings.Contains(got.Body, "alone") || frame.Text("html") != got.Body {
		t.Errorf("a file without words: %d\n%s\n%s", got.Status, got.Body, frame.Text("html"))
	}
	if err := app.Chat.DeleteMessage(frame.Message().Text("id")); err != nil {
		t.Fatal(err)
	}

	links := parse(t, app.Client(bob).Get("/chat/"+room+"/").Body).Find("#messages a[href*='/file/']")
	if links.Length() != 3 {
		t.Fatalf("%d links to files", links.Length())
	}
	for i := range 3 {
		href := links.Eq(i).AttrOr("href", "")
		got := app.Client(bob).Get(href)
		inline := strings.HasPrefix(got.Header.Get("Content-Disposition"), "inline")
		picture := got.Header.Get("Content-Type") == "image/png"
		if got.Status != 200 || inline != strings.Contains(href, "dot") || picture != inline {
			t.Errorf("%s: %d %s, %s", href, got.Status, got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition"))
		}
		if got.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s may be run: %v", href, got.Header)
		}
		if again := app.Client(bob).Get(href, "If-None-Match", got.Header.Get("ETag")); again.Status != 304 {
			t.Errorf("%s again: %d", href, again.Status)
		}
		if stranger := app.Client(eve).Get(href); stranger.Status != 404 {
			t.Errorf("a stranger gets %s: %d", href, stranger.Status)
		}
		if small := app.Client(bob).Get(href + "&thumb=1"); small.Status != 200 {
			t.Errorf("%s small: %d", href, small.Status)
		}
	}
	if got := app.Client(bob).Get("/chat/" + room + "/file/?m=" + record.ID + "&f=../../data.db"); got.Status != 404 {
		t.Errorf("a file that is not the message's: %d", got.Status)
	}
	if err := app.Chat.DeleteMessage(record.ID); err != nil {
		t.Fatal(err)
	}
	if got := app.Client(bob).Get(links.Eq(0).AttrOr("href", "")); got.Status != 404 {
		t.Errorf("a deleted message's file: %d", got.Status)
	}
}
