package web_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// cursors are the places to go on from that a client may name.
var cursors = []string{
	"/chat/{id}/messages/?before=", "/chat/{id}/messages/?after=", "/chat/{id}/messages/?around=", "/chat/{id}/messages/?newer=", "/chat/{id}/messages/?at=", "/chat/{id}/messages/?m=",
	"/chat/{id}/?at=", "/chat/{id}/?m=", "/chat/{id}/?reply=", "/chat/{id}/?latest=", "/chat/list-partial/?before=", "/chat/list-partial/?q=", "/chat/list-partial/?open=",
	"/chat/{id}/message/?m=", "/chat/{id}/message/?m=x&at=", "/chat/{id}/file/?m=", "/chat/{id}/info/?before=", "/chat/unread/?room=", "/ws/chat/{id}/?rev=",
}

// FuzzCursors asks for what lies before, after and around anything, and resumes
// there. The answer is a page, or a refusal with a sentence, and never a 500.
func FuzzCursors(f *testing.F) {
	app := chattest.NewApp(f, chatplugin.Config{}).Serve()
	ann, bob, eve := app.User("Ann"), app.User("Bob"), app.User("Eve")
	room, other := app.Group("Club", ann, bob), app.Group("Elsewhere", bob, eve)
	first := app.Message(room, bob, "a message").Id
	talk(app, room, bob, 3)
	foreign := app.Message(other, bob, "quagga").Id
	client, token, end := app.Client(ann), app.Token(ann), app.Rev(room)
	if got := client.Get("/chat/" + room + "/messages/?around=" + first); got.Status != 200 || !strings.Contains(got.Body, "a message") {
		f.Fatalf("premise: a place that is there answers %d", got.Status)
	}
	for i := range cursors {
		for n, seed := range []string{"", "0", "1", "-1", "007", "1.5", "1e3", "9223372036854775807", "9223372036854775808", "99999999999999999999999", " 1", "0x1", "１", "\x00", "\xff", "'", "%", "../..",
			first, foreign, "20260101000000.000-" + room, "20261332256199.999--", "-" + room, strings.Repeat("9", 3000)} {
			f.Add(byte(i+n*len(cursors)), seed)
		}
	}
	f.Fuzz(func(t *testing.T, which byte, value string) {
		path := strings.Replace(cursors[int(which)%len(cursors)], "{id}", room, 1) + url.QueryEscape(value)
		if strings.HasPrefix(path, "/ws") {
			resume(t, chattest.At(t, app.URL).WithToken(token), path, value, end)
			return
		}
		headers := [][]string{asPage, asHTMX, asJSON}[int(which)/len(cursors)%3]
		got, err := client.Try("GET", path, nil, headers...)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains([]int{200, 204, 303, 400, 404, 409, 413, 422}, got.Status) {
			t.Errorf("%.100s: %d %s", path, got.Status, got.Body)
		}
		if strings.Contains(got.Body, "quagga") {
			t.Errorf("%.100s shows what others wrote", path)
		}
		sentence, _ := got.Field("message").(string)
		if got.Status >= 400 && sentence == "" && said(parse(t, got.Body).Selection) == "" {
			t.Errorf("%.100s: %d without a sentence: %s", path, got.Status, got.Body)
		}
	})
}

// resume opens a socket at a point, which is answered in any case.
func resume(t *testing.T, client *chattest.Client, path, point string, end int64) {
	t.Helper()
	socket, status, err := client.TrySocket(path)
	if err != nil {
		t.Fatalf("%.100q: %d %v", point, status, err)
	}
	defer socket.Cut()
	last, err := socket.TryWait("an answer", func(f chattest.Frame) bool { return f.Type() == "synced" || f.Type() == "reload" })
	if err != nil {
		t.Fatalf("%.100q: %v", point, err)
	}
	rev, err := strconv.ParseInt(point, 10, 64)
	if had := err == nil && rev >= 0 && rev <= end; (last.Type() == "synced") != had {
		t.Errorf("from %.100q: %s", point, last.Raw())
	}
}
