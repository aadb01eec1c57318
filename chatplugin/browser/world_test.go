package browser

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"pocketchat/chatplugin/chattest"
)

// world is people who know each other and what they wrote, for pictures.
type world struct {
	t                                           *testing.T
	app                                         *chattest.App
	mira, jonas, aiko, lea, noor, tomas, newbie *core.Record
	crew, books, direct, quiet                  string // rooms
}

// line is one message: so many minutes after the one before it.
type line struct {
	after  int
	author *core.Record
	body   string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, serve(t))
}

func newWorldWith(t *testing.T, app *chattest.App) *world {
	t.Helper()
	w := &world{t: t, app: app}
	users := w.app.Users("Mira Solberg", "Jonas Weber", "Aiko Tanaka", "Léa Fontaine", "نور حداد", "Tomás Silva", "Sam Newman")
	w.mira, w.jonas, w.aiko, w.lea, w.noor, w.tomas, w.newbie = users[0], users[1], users[2], users[3], users[4], users[5], users[6]
	w.face(w.aiko, 20)
	w.face(w.tomas, 200)
	now := time.Now().Truncate(time.Minute)
	talk := now.Add(-50 * time.Minute) // just after midnight, that is yesterday
	day := func(ago, hour, minute int) time.Time {
		y, m, d := talk.AddDate(0, 0, -ago).Date()
		return time.Date(y, m, d, hour, minute, 0, 0, now.Location())
	}

	w.quiet = w.app.Direct(w.mira, w.tomas)
	w.wrote(w.quiet, day(9, 18, 2), w.quietly()...)
	w.read(w.quiet, w.mira, w.tomas)
	old := w.app.Group("Flat 14", w.tomas, w.mira, w.lea)
	w.wrote(old, day(6, 8, 40), line{0, w.lea, "Plumber comes Thursday between 9 and 11, can somebody be in?"}, line{12, w.tomas, "I can."})
	w.read(old, w.mira)
	noor := w.app.Direct(w.mira, w.noor)
	w.wrote(noor, day(3, 19, 30), line{0, w.mira, "Did the parcel arrive?"}, line{25, w.noor, "نعم، وصل هذا الصباح. شكرا جزيلا! 🙏"})
	w.read(noor, w.mira, w.noor)
	w.books = w.app.Group("Book club", w.lea, w.mira, w.aiko, w.noor)
	w.wrote(w.books, day(1, 20, 5), line{0, w.lea, "Next month: *The Summer Book*?"}, line{3, w.aiko, "Yes please"}, line{1, w.aiko, "I have two copies, one to lend."}, line{9, w.noor, "Count me in"})
	w.direct = w.app.Direct(w.mira, w.jonas)
	w.wrote(w.direct, day(1, 17, 10), w.directly()...)
	w.crew = w.app.Group("Harbour crew", w.mira, w.jonas, w.aiko, w.lea, w.noor, w.tomas)
	w.picture(w.crew, harbour())
	w.wrote(w.crew, day(2, 9, 14), w.planning()...)
	w.wrote(w.crew, talk, w.today()...)
	w.read(w.crew, w.mira, w.jonas, w.aiko, w.lea)
	w.wrote(w.direct, now.Add(-9*time.Minute), line{0, w.jonas, "Are you bringing the big kettle?"}, line{1, w.jonas, "The small one never makes it past the second cup."})
	return w
}

func (w *world) planning() []line {
	return []line{
		{0, w.jonas, "Morning all. Tide table for Saturday:"},
		{0, w.jonas, "```\nlow    06:12   0.4 m\nhigh   12:31   2.1 m\nlow    18:44   0.5 m\n```"},
		{4, w.aiko, "So we leave at eleven at the latest."},
		{1, w.aiko, "🙌"},
		{6, w.mira, "Eleven works. What is still missing:\n\n1. gas for the stove\n2. two life jackets, size M\n3. somebody who can cook"},
		{2, w.lea, "I can do 1 and 2. Not 3, you have tasted my cooking."},
		{1, w.jonas, "> somebody who can cook\n\nTomás?"},
		{190, w.tomas, "Only if I choose the menu **and** nobody asks for ketchup."},
		{24 * 60, w.noor, "صباح الخير! سأصل بالقطار في الساعة التاسعة والنصف."},
		{3, w.mira, "Perfect, I'll pick you up at the station. Track 4, by the clock."},
		{8, w.tomas, "Forecast: https://weather.example/harbour/saturday?units=metric&hours=48&model=high-resolution"},
		{2, w.aiko, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft is still the longest word I know. No reason."},
	}
}

func (w *world) today() []line {
	return []line{
		{0, w.lea, "Life jackets: done. The shop only had orange ones, so we will be seen from space."},
		{1, w.lea, "Gas: done too."},
		{4, w.mira, "You're the best, Léa."},
		{1, w.mira, "Set `VHF 72` as our channel, please, and charge the handhelds tonight."},
		{6, w.jonas, "Done and done."},
		{9, w.aiko, "I'll bring the charts, the camera and far too many sandwiches."},
		{1, w.aiko, "😄"},
		{12, w.tomas, "Menu: fish stew, bread, plums. No ketchup."},
	}
}

func (w *world) directly() []line {
	return []line{
		{0, w.mira, "Can you look at the mooring lines before Saturday?"},
		{14, w.jonas, "On it. The stern line is worn through at the cleat, I'd replace it."},
		{1, w.jonas, "14 mm, 12 metres?"},
		{3, w.mira, "Yes. And a new shackle while you're there."},
		{2, w.jonas, "👍"},
	}
}

// quietly is a long conversation, so that there are older pages to load.
func (w *world) quietly() []line {
	lines := []line{}
	says := []string{"Did you see the lights last night?", "All green from here.", "I stayed up until two.", "Worth it?", "Every minute.", "Next time call me!"}
	for i := range 120 {
		author := w.tomas
		if i%3 == 1 {
			author = w.mira
		}
		lines = append(lines, line{1 + i%7, author, says[i%len(says)]})
	}
	return lines
}

// wrote sends lines and moves them to when they were written.
func (w *world) wrote(room string, at time.Time, lines ...line) {
	w.t.Helper()
	for _, l := range lines {
		at = at.Add(time.Duration(l.after) * time.Minute)
		message := w.app.Message(room, l.author, l.body)
		w.run("UPDATE chat_messages SET created={:at}, updated={:at} WHERE id={:id}", dbx.Params{"at": stamp(at), "id": message.Id})
	}
	w.run("UPDATE chat_rooms SET last_activity={:at} WHERE id={:id}", dbx.Params{"at": stamp(at), "id": room})
	w.run("UPDATE chat_messages SET created=(SELECT MIN(created) FROM chat_messages WHERE room={:id} AND kind='text') WHERE room={:id} AND kind='system'", dbx.Params{"id": room})
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05.000Z") }

func (w *world) run(query string, params dbx.Params) {
	w.t.Helper()
	if _, err := w.app.DB().NewQuery(query).Bind(params).Execute(); err != nil {
		w.t.Fatal(err)
	}
}

// read marks all of a room as read.
func (w *world) read(room string, users ...*core.Record) {
	w.t.Helper()
	rev := w.app.Find("chat_rooms", room).GetString("last_seq")
	for _, user := range users {
		w.app.Client(user).Post("/chat/"+room+"/read/", chattest.Form("rev", rev))
	}
}

func (w *world) face(user *core.Record, hue float64) {
	w.t.Helper()
	w.attach(user, painted(func(x, y float64) color.Color {
		head := math.Hypot(x-.5, y-.42) < .2
		body := math.Hypot((x-.5)*.8, y-1.02) < .38
		switch {
		case head:
			return hsl(hue+15, .45, .72)
		case body:
			return hsl(hue+190, .4, .42)
		}
		return hsl(hue, .35, .55+.3*y)
	}))
}

func (w *world) picture(room string, picture []byte) {
	w.t.Helper()
	w.attach(w.app.Find("chat_rooms", room), picture)
}

func (w *world) attach(record *core.Record, picture []byte) {
	w.t.Helper()
	file, err := filesystem.NewFileFromBytes(picture, "picture.png")
	if err != nil {
		w.t.Fatal(err)
	}
	record.Set("avatar", file)
	if err := w.app.Save(record); err != nil {
		w.t.Fatal(err)
	}
}

// harbour is a sail before a low sun.
func harbour() []byte {
	return painted(func(x, y float64) color.Color {
		sail := x > .46 && x < .46+(y-.2)*.62 && y > .2 && y < .66
		jib := x < .44 && x > .44-(y-.3)*.45 && y > .3 && y < .66
		hull := y > .68 && y < .76 && x > .24+(y-.68) && x < .8-(y-.68)
		switch {
		case sail, jib:
			return hsl(40, .6, .97)
		case hull:
			return hsl(12, .6, .38)
		case y > .7:
			return hsl(205, .5, .36+.25*(y-.7)+.02*math.Sin(60*y))
		case math.Hypot(x-.72, y-.5) < .13:
			return hsl(45, 1, .78)
		}
		return hsl(205-165*y, .75, .62+.15*y)
	})
}

// painted is a PNG of a function over the unit square.
func painted(paint func(x, y float64) color.Color) []byte {
	const size = 160
	picture := image.NewRGBA(image.Rect(0, 0, size, size))
	for i := range size {
		for j := range size {
			picture.Set(i, j, paint((float64(i)+.5)/size, (float64(j)+.5)/size))
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func hsl(h, s, l float64) color.Color {
	channel := func(n float64) uint8 {
		k := math.Mod(n+math.Mod(h+360, 360)/30, 12)
		return uint8(255 * min(max(l-s*min(l, 1-l)*max(-1, min(k-3, 9-k, 1)), 0), 1))
	}
	return color.RGBA{channel(0), channel(8), channel(4), 255}
}
