package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// bubbles are the ids of the messages that are in the HTML, in its order.
func bubbles(doc *goquery.Document) (ids []string) {
	doc.Find("li[data-message]:not([data-state])").Each(func(_ int, li *goquery.Selection) {
		ids = append(ids, li.AttrOr("data-message", ""))
	})
	return ids
}

// talk has the author write n messages, and answers their ids.
func talk(app *chattest.App, room string, author *core.Record, n int) (ids []string) {
	for i := range n {
		ids = append(ids, app.Message(room, author, fmt.Sprint("message ", i)).Id)
	}
	return ids
}

func number(t *testing.T, of *goquery.Selection, attribute string) int {
	t.Helper()
	n, err := strconv.Atoi(of.AttrOr(attribute, ""))
	if err != nil {
		t.Errorf("%s is no number: %v", attribute, err)
	}
	return n
}

func TestLoadingOlder(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	for _, total := range []int{1, 49, 50, 51, 80, 81} {
		t.Run(fmt.Sprint(total), func(t *testing.T) {
			room := app.Group("Group", ann, bob)
			total++ // with what the room says about its beginning
			want := talk(app, room, ann, total-1)
			client := app.Client(ann)
			doc := parse(t, client.Get("/chat/"+room+"/").Body)
			got := bubbles(doc)
			if len(got) != min(total, 50) {
				t.Fatalf("the page opens with %d messages", len(got))
			}
			for {
				link := doc.Find("a[data-load-older]")
				if older := len(got) < total; older != (link.Length() == 1) {
					t.Fatalf("%d of %d are there, and controls for older ones: %d", len(got), total, link.Length())
				}
				if link.Length() == 0 {
					break
				}
				answer := client.Get(link.AttrOr("href", ""), asHTMX...)
				doc = parse(t, answer.Body)
				page := bubbles(doc)
				if answer.Status != 200 || len(page) == 0 || len(page) > 30 {
					t.Fatalf("%d with %d messages", answer.Status, len(page))
				}
				got = append(page, got...)
			}
			if !slices.Equal(got[1:], want) {
				t.Errorf("got %d messages, not the %d in their order", len(got), total)
			}
		})
	}
}

func TestRoomOpensWhereReadingStopped(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	total := 0
	for _, test := range []struct{ read, unread int }{{1, 1}, {1, 48}, {1, 49}, {1, 80}, {60, 40}, {60, 41}, {3, 46}, {3, 47}, {3, 48}, {10, 290}} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			room := app.Group("Group", ann, bob)
			talk(app, room, ann, test.read-1)
			total += test.unread
			unread := talk(app, room, bob, test.unread)
			answer := app.Client(ann).Get("/chat/" + room + "/")
			doc := parse(t, answer.Body)
			section, got := doc.Find("[data-room-page]"), bubbles(doc)
			if !slices.Contains(got, unread[0]) {
				t.Errorf("the first unread message is not on the page of %d", len(got))
			}
			if len(got) != min(50, test.read+test.unread) {
				t.Errorf("%d messages on the page", len(got))
			}
			if n := number(t, section, "data-unread"); n != test.unread || number(t, doc.Find("body"), "data-unread-total") != total {
				t.Errorf("%d unread", n)
			}
			socket := app.Client(ann).Socket("/ws/chat/" + room + "/?rev=" + section.AttrOr("data-rev", ""))
			synced := socket.Wait("the end of the replay", func(f chattest.Frame) bool { return f.Type() == "synced" || f.Type() == "reload" })
			for _, frame := range socket.OfType("message") {
				got = append(got, frame.Message().Text("id"))
			}
			if synced.Type() != "synced" || !slices.Equal(got[len(got)-test.unread:], unread) {
				t.Errorf("page and socket together miss some: %s, %d messages", synced.Type(), len(got))
			}
			latest := bubbles(parse(t, app.Client(ann).Get("/chat/"+room+"/?latest=1").Body))
			if latest[len(latest)-1] != unread[len(unread)-1] {
				t.Error("the way to the latest does not end with it")
			}
		})
	}
}

func TestFarBehindOpensAtTheEnd(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	all := talk(app, room, bob, 350)
	doc := parse(t, app.Client(ann).Get("/chat/"+room+"/").Body)
	if got := bubbles(doc); !slices.Equal(got, all[300:]) || number(t, doc.Find("[data-room-page]"), "data-rev") != 350 {
		t.Errorf("%d messages, the last of them among them: %v", len(got), slices.Contains(got, all[349]))
	}
}

func TestMessagesAroundAndAfter(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob, eve := app.User("Ann"), app.User("Bob"), app.User("Eve")
	room, other := app.Direct(ann, bob), app.Direct(ann, eve)
	all := talk(app, room, ann, 100)
	elsewhere := app.Message(other, ann, "elsewhere")
	client := app.Client(ann)
	get := func(query string) (chattest.Answer, *goquery.Document) {
		answer := client.Get("/chat/"+room+"/messages/?"+query, asHTMX...)
		return answer, parse(t, answer.Body)
	}
	_, doc := get("around=" + all[50])
	if got := bubbles(doc); !slices.Equal(got, all[35:65]) {
		t.Errorf("around: %d", len(got))
	}
	if slice := doc.Find("ol[data-slice]"); slice.AttrOr("data-older", "") != "true" || slice.AttrOr("data-newer", "") != "true" {
		t.Error("around: both directions go on")
	}
	_, doc = get("before=" + all[40])
	if got := bubbles(doc); !slices.Equal(got, all[10:40]) {
		t.Errorf("before: %d", len(got))
	}
	_, doc = get("after=90")
	if got := bubbles(doc); !slices.Equal(got, all[90:]) {
		t.Errorf("after: %d", len(got))
	}
	if err := app.Chat.DeleteMessage(all[3]); err != nil {
		t.Fatal(err)
	}
	_, doc = get("after=100")
	if got := bubbles(doc); !slices.Equal(got, all[3:4]) || doc.Find("[data-deleted]").Length() != 1 || strings.Contains(doc.Text(), "message 3") {
		t.Errorf("a deletion is a change: %v", got)
	}
	for query, status := range map[string]int{
		"before=" + elsewhere.Id: 404, "around=" + elsewhere.Id: 404, "before=abcdefghijklmno": 404, "before=": 404, "before=%00": 404,
		"around=../x": 404, "after=-1": 400, "after=x": 400, "after=": 400, "after=1.5": 400, "after=99999999999999999999999": 200,
		"after=9223372036854775807": 200, "after=0": 200, "": 200,
	} {
		answer, doc := get(query)
		if answer.Status != status || status != 200 && said(doc.Selection) == "" {
			t.Errorf("%s: %d, want %d: %s", query, answer.Status, status, answer.Body)
		}
	}
	page := client.Get("/chat/"+room+"/messages/?before="+all[40], asPage...)
	if doc := parse(t, page.Body); doc.Find("[data-room-page]").Length() != 1 || !slices.Equal(bubbles(doc), all[10:40]) {
		t.Error("followed without script, it is no page")
	}
}

func TestClearedHistoryStaysHidden(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	old := talk(app, room, bob, 3)
	client := app.Client(ann)
	if got := client.Post("/chat/"+room+"/delete/", nil, "Accept", "application/json"); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if list := client.Get("/chat/"); strings.Contains(list.Body, room) || app.Unread(ann) != 0 {
		t.Error("the room is in the list still")
	}
	fresh := app.Message(room, bob, "fresh")
	if list := parse(t, client.Get("/chat/").Body); list.Find("[data-room='"+room+"'][data-unread='1']").Length() != 1 {
		t.Error("the room is not back with one message")
	}
	for _, query := range []string{"", "?before=" + fresh.Id, "?around=" + fresh.Id, "?after=0"} {
		for _, id := range bubbles(parse(t, client.Get("/chat/"+room+"/messages/"+query, asHTMX...).Body)) {
			if slices.Contains(old, id) {
				t.Errorf("%s shows what was deleted", query)
			}
		}
	}
	for _, query := range []string{"before", "around"} {
		if got := client.Get("/chat/" + room + "/messages/?" + query + "=" + old[1]); got.Status != 404 {
			t.Errorf("%s a hidden message: %d", query, got.Status)
		}
	}
	if got := bubbles(parse(t, client.Get("/chat/"+room+"/").Body)); !slices.Equal(got, []string{fresh.Id}) {
		t.Errorf("the page shows %d messages", len(got))
	}
	if got := bubbles(parse(t, app.Client(bob).Get("/chat/"+room+"/").Body)); len(got) != 4 {
		t.Errorf("the other sees %d", len(got))
	}
}

func TestReadMarks(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	talk(app, room, bob, 5)
	for _, step := range []struct {
		rev            string
		status, unread int
	}{
		{"3", 204, 2}, {"1", 204, 2}, {"0", 204, 2}, {"-1", 400, 2}, {"", 400, 2}, {"x", 400, 2}, {"1e9", 400, 2},
		{"99999999999999999999999", 204, 0}, {"2", 204, 0},
	} {
		got := app.Client(ann).Post("/chat/"+room+"/read/", chattest.Form("rev", step.rev))
		if got.Status != step.status || app.Unread(ann) != step.unread {
			t.Errorf("rev %q: %d, %d unread", step.rev, got.Status, app.Unread(ann))
		}
	}
	app.Message(room, bob, "one more")
	if got := app.Client(ann).JSON("POST", "/chat/"+room+"/read", map[string]any{"rev": 6}); got.Status != 204 || app.Unread(ann) != 0 {
		t.Errorf("JSON: %d %s", got.Status, got.Body)
	}
	plain := app.Client(ann).Do("POST", "/chat/"+room+"/read/", strings.NewReader("rev=6"), append(asPage, "Content-Type", "application/x-www-form-urlencoded")...)
	if plain.Status != 303 {
		t.Errorf("without script: %d", plain.Status)
	}
}

// A room page of fifty ordinary messages stays small on the way.
func TestRoomPageIsSmall(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob, cid := app.User("Ann Archer"), app.User("Bob Baker"), app.User("Cid Carter")
	room := app.Group("Gardening", ann, bob, cid)
	for i := range 60 {
		author := []*core.Record{ann, bob, cid}[i/2%3]
		app.Message(room, author, fmt.Sprintf("Message %d says a little of *this* and something more of https://example.com/%d", i, i*7919))
	}
	body := app.Client(ann).Get("/chat/" + room + "/").Body
	if n := len(bubbles(parse(t, body))); n != 50 {
		t.Fatalf("%d messages", n)
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte(body))
	_ = w.Close()
	t.Logf("%d bytes, %d gzipped", len(body), zipped.Len())
	if len(body) > 60<<10 || zipped.Len() > 10<<10 {
		t.Errorf("%d bytes, %d gzipped", len(body), zipped.Len())
	}
}
