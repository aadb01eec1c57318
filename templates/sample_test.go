package templates

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

// Rows that look like life, by name. The viewer of all samples is mia.
var (
	mia   = Person{ID: "mia0000000000aa", Name: "Mia Sommer"}
	jonas = Person{ID: "jonas00000000bb", Name: "Jonas Lindqvist"}
	aiko  = Person{ID: "aiko000000000cc", Name: "Aiko Tanaka"}
	omar  = Person{ID: "omar000000000dd", Name: "Omar Haddad"}
	dalia = Person{ID: "dalia00000000ee", Name: "دالية منصور"}
	li    = Person{ID: "li00000000000ff", Name: "李"}

	noon = time.Date(2026, 3, 3, 12, 4, 0, 0, time.UTC)
)

func sampleSite() Site {
	return Site{
		App: "Harbour", Base: "/chat", Socket: "/ws/chat",
		Asset:  func(name string) string { return "/chat/assets/" + name },
		Labels: English(), Lang: "en", Dir: "ltr", Theme: "auto", SignUp: true,
		MessageRunes: 4000, NameRunes: 80, DescRunes: 500, Files: 10, FileBytes: 10 << 20,
	}
}

func samplePage(title string) Page {
	return Page{Site: sampleSite(), Title: title, Nonce: "n0nce", Viewer: mia, Unread: 7}
}

func guestPage(title string) Page {
	p := samplePage(title)
	p.Viewer, p.Unread = Person{}, 0
	return p
}

func text(author Person, minutes int, html string) Message {
	return Message{Kind: "text", Author: author, HTML: "<p>" + html + "</p>", Created: noon.Add(time.Duration(minutes) * time.Minute)}
}

func system(minutes int, sentence string) Message {
	return Message{Kind: "system", Author: mia, System: sentence, Created: noon.Add(time.Duration(minutes) * time.Minute)}
}

// numbered gives messages the ids and cursors that their places make.
func numbered(messages []Message) []Message {
	for i := range messages {
		messages[i].ID = fmt.Sprintf("msg%012d", i+1)
		messages[i].Room = "room00000000001"
		messages[i].Seq = int64(i + 1)
		messages[i].Rev = int64(i + 3)
	}
	return messages
}

func talk() []Message {
	deleted := text(omar, 31, "")
	deleted.Deleted = true
	edited := text(jonas, 14, "The boat leaves at <b>07:40</b>, so coffee at the pier from 07:00?")
	edited.Edited = true
	big := text(aiko, 47, "🎉🙌")
	big.Big = true
	reply := text(mia, 45, "Yes! I’ll bring the big thermos.")
	reply.Quote = &Quote{ID: "msg000000000007", Author: jonas, Text: "The boat leaves at 07:40, so coffee at the pier from 07:00?"}
	files := text(jonas, 52, "Here is the map.")
	files.Files = []File{{Name: "harbour-map-2026.pdf", URL: "/f/1"}, {Name: "pier.png", URL: "/f/?m=1&f=2", Image: true}}
	big.Reactions = []Reaction{
		{Emoji: "❤️", Count: 2, Users: []string{mia.ID, omar.ID}, Names: []string{mia.Name, omar.Name}},
		{Emoji: "😂", Count: 31, Users: []string{jonas.ID}, Names: []string{jonas.Name}},
	}
	return numbered([]Message{
		system(-2, "Mia Sommer created the group “Weekend crew”"),
		system(-1, "Mia Sommer added Jonas Lindqvist, Aiko Tanaka and Omar Haddad"),
		text(mia, 0, "Hi all 👋"),
		text(mia, 0, "Who is in for the island on Saturday?"),
		text(jonas, 3, "Me."),
		text(jonas, 3, "I can also take the tent, it sleeps four if nobody snores."),
		edited,
		text(aiko, 16, "Perfect. I looked it up: the last ferry back is at 21:15, the timetable is at <a href=\"https://example.com/ferries\">example.com/ferries</a>"),
		text(mia, 20, "Great, then we have the whole day. Things we need:</p><ul><li>sun cream</li><li>two loaves of bread</li><li>the small stove and its <code>M4</code> key</li></ul><p>Anything else?"),
		deleted,
		text(omar, 33, "Sorry, wrong chat. I’m in, but I have to be home by ten, so the 21:15 is the latest for me. If it is cancelled because of the wind, as it was last year, I’d rather take the one at six and leave you to it."),
		text(dalia, 40, "هل يمكنني إحضار أخي معي؟ لديه سيارة ويمكنه أن يأخذ الخيمة."),
		reply,
		big,
		text(omar, 49, "This is what the ferry’s page answers:</p><pre><code>{&#34;line&#34;: 12, &#34;status&#34;: &#34;on time&#34;, &#34;next&#34;: [&#34;07:40&#34;, &#34;09:10&#34;, &#34;11:40&#34;, &#34;13:10&#34;, &#34;15:40&#34;]}</code></pre><p>So all good."),
		files,
		text(jonas, 53, "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung"),
		text(mia, 55, "Sleep well, see you at the pier!"),
		text(mia, 56, "And Omar: don’t be late 😄"),
	})
}

func crew() Room {
	return Room{
		ID: "room00000000001", Type: "group", Title: "Weekend crew", Role: "owner", Members: 6, Online: 3,
		Description: "Islands, tents and far too much coffee.", Faces: []Person{jonas, aiko},
		Rev: 21, ReadRev: 21, Posts: 17, ClientID: "c1", Slice: Slice{Room: "room00000000001", Messages: talk(), Older: true},
	}
}

func pair() Room {
	messages := numbered([]Message{
		text(jonas, 0, "Did the parcel come?"),
		text(mia, 2, "This morning. Thank you!"),
		text(mia, 2, "It is even nicer than in the picture."),
		text(jonas, 4, "😊"),
		text(jonas, 5, "Then dinner on Thursday?"),
	})
	messages[3].Big = true
	return Room{
		ID: "room00000000002", Type: "direct", Title: jonas.Name, Peer: jonas.ID, Role: "member", Members: 2, Online: 2,
		Rev: 7, ReadRev: 4, Posts: 5, Unread: 2, PeerRead: 6, ClientID: "c2", Slice: Slice{Room: "room00000000002", Messages: messages},
	}
}

func rooms() List {
	row := func(i int, title string, unread int, last *Preview, edit func(*Row)) Row {
		r := Row{
			ID: fmt.Sprintf("room%011d", i), Type: "group", Title: title, Unread: unread, Posts: int64(40 + i), ReadRev: 3,
			LastSeq: int64(i), At: noon.Add(-time.Duration(i*i) * time.Hour), Last: last,
		}
		if edit != nil {
			edit(&r)
		}
		return r
	}
	says := func(p Person, words string) *Preview { return &Preview{Author: p, Text: words} }
	return List{First: true, Unread: 7, Next: "cursor", Rows: []Row{
		row(1, "Weekend crew", 3, says(omar, "Sorry, wrong chat. I’m in, but I have to be home by ten"), func(r *Row) { r.Faces = []Person{jonas, aiko}; r.Pinned = true }),
		row(2, jonas.Name, 2, says(jonas, "Then dinner on Thursday?"), func(r *Row) { r.Type, r.Peer = "direct", jonas.ID }),
		row(3, aiko.Name, 0, says(mia, "The second one, by far"), func(r *Row) { r.Type, r.Peer = "direct", aiko.ID }),
		row(4, "Allotment 14", 0, &Preview{System: true, Text: "Jonas Lindqvist renamed the group to “Allotment 14”"}, nil),
		row(5, dalia.Name, 2, says(dalia, "هل يمكنني إحضار أخي معي؟"), func(r *Row) { r.Type, r.Peer = "direct", dalia.ID }),
		row(6, "Choir, second altos and everybody who can hold a low D", 120, &Preview{Author: li, Files: 3}, func(r *Row) { r.Muted = true }),
		row(7, omar.Name, 0, &Preview{Author: omar, Deleted: true}, func(r *Row) { r.Type, r.Peer = "direct", omar.ID }),
		row(8, "Book club", 0, nil, func(r *Row) { r.Faces = []Person{li, dalia} }),
	}}
}

func people() []Member {
	return []Member{
		{Person: mia, Role: "owner"}, {Person: aiko, Role: "admin"}, {Person: jonas, Role: "member"},
		{Person: omar, Role: "member"}, {Person: dalia, Role: "member"}, {Person: li, Role: "member"},
	}
}

// html renders a component into a string.
func html(tb testing.TB, c templ.Component) string {
	tb.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// document renders a component for selectors.
func document(tb testing.TB, c templ.Component) *goquery.Document {
	tb.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html(tb, c)))
	if err != nil {
		tb.Fatal(err)
	}
	return doc
}
