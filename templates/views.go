package templates

import "github.com/a-h/templ"

// Views are the components that everything is made of, pages and their parts,
// each used wherever it stands: a Bubble in a page, in the answer to sending and
// in the frames that go to open pages. A host replaces single ones; what stays
// nil is ours. The first argument says where the chat is and which words it has.
//
// An override keeps what scripts and others go by: [Row.Attributes],
// [Message.Attributes], and the data- attributes and ids that the component it
// replaces has. Its HTML is the same for all viewers where the model is.
type Views struct {
	InboxPage func(Page, List) templ.Component
	RoomList  func(Site, List) templ.Component
	ListRows  func(Site, List) templ.Component
	RoomRow   func(Site, Row) templ.Component

	NewDirectPage func(Page, Form) templ.Component
	NewDirectForm func(Site, Form) templ.Component
	NewGroupPage  func(Page, Form) templ.Component
	NewGroupForm  func(Site, Form) templ.Component
	CheckUser     func(Site, CheckUser) templ.Component

	RoomPage   func(Page, Room) templ.Component
	RoomMain   func(Page, Room) templ.Component
	RoomHeader func(Site, Room) templ.Component
	Composer   func(Site, Room) templ.Component
	Messages   func(Site, Slice) templ.Component
	Bubble     func(Site, Message) templ.Component
	InfoPage   func(Page, Info) templ.Component
	EditPage   func(Page, Edit) templ.Component

	MessagePage    func(Page, MessagePage) templ.Component
	MessageActions func(Site, MessagePage) templ.Component
	EmojiGrid      func(Site) templ.Component

	EditForm func(Page, Edit) templ.Component

	WidgetList func(Page, List) templ.Component
	WidgetRoom func(Page, Room) templ.Component

	SignInPage func(Page, SignIn) templ.Component
	SignInForm func(Site, SignIn) templ.Component
	SignUpPage func(Page, SignUp) templ.Component
	SignUpForm func(Site, SignUp) templ.Component

	FailurePage     func(Page, Failure) templ.Component
	FailureFragment func(Site, Failure) templ.Component

	// Of a host's own pages.
	Badge        func(Site, Badge) templ.Component
	MessageThem  func(Site, Person) templ.Component
	EmbeddedList func(Page, List) templ.Component
	EmbeddedRoom func(Page, Room) templ.Component
}

// ours are what a Site without Views has. They are set in init, since they use
// one another.
var ours Views

func init() { ours = Views{}.WithDefaults() }

// WithDefaults fills what is nil with our own.
func (v Views) WithDefaults() Views {
	v.lists()
	v.rooms()
	v.doors()
	v.embedded()
	return v
}

func (v *Views) lists() {
	pick(&v.InboxPage, InboxPage)
	pick(&v.RoomList, RoomList)
	pick(&v.ListRows, ListRows)
	pick(&v.RoomRow, RoomRow)
	pick(&v.NewDirectPage, NewDirectPage)
	pick(&v.NewDirectForm, NewDirectForm)
	pick(&v.NewGroupPage, NewGroupPage)
	pick(&v.NewGroupForm, NewGroupForm)
	pick(&v.CheckUser, CheckUserResult)
}

func (v *Views) rooms() {
	pick(&v.RoomPage, RoomPage)
	pick(&v.RoomMain, RoomMain)
	pick(&v.RoomHeader, RoomHeader)
	pick(&v.Composer, Composer)
	pick(&v.Messages, Messages)
	pick(&v.Bubble, Bubble)
	pick(&v.InfoPage, InfoPage)
	pick(&v.EditPage, EditPage)
	pick(&v.EditForm, EditForm)
	pick(&v.MessagePage, MessageView)
	pick(&v.MessageActions, MessageActions)
	if v.EmojiGrid == nil {
		v.EmojiGrid = EmojiGrid
	}
	pick(&v.WidgetList, WidgetList)
	pick(&v.WidgetRoom, WidgetRoom)
}

func (v *Views) doors() {
	pick(&v.SignInPage, SignInPage)
	pick(&v.SignInForm, SignInForm)
	pick(&v.SignUpPage, SignUpPage)
	pick(&v.SignUpForm, SignUpForm)
	pick(&v.FailurePage, FailurePage)
	pick(&v.FailureFragment, FailureFragment)
}

func (v *Views) embedded() {
	pick(&v.Badge, UnreadTotal)
	pick(&v.MessageThem, MessageThem)
	pick(&v.EmbeddedList, EmbeddedList)
	pick(&v.EmbeddedRoom, EmbeddedRoom)
}

func pick[M, P any](field *func(M, P) templ.Component, ours func(M, P) templ.Component) {
	if *field == nil {
		*field = ours
	}
}

// View are the components that this site is made of.
func (s Site) View() *Views {
	if s.Views == nil {
		return &ours
	}
	return s.Views
}

// bubble is a message in its place among others.
func (s Site) bubble(m Message, p place) templ.Component {
	m.First, m.Last = p.first, p.last
	return s.View().Bubble(s, m)
}

// Bubbles are the messages of a slice without anything around them: what is drawn
// once for many pages, as [Slice].Drawn.
func Bubbles(s Site, sl Slice) templ.Component { return bubbles(s, sl) }

// row is a room in a list beside which one of its rooms may be open.
func (s Site) row(r Row, open string) templ.Component {
	r.Open = r.ID == open
	return s.View().RoomRow(s, r)
}

// Attributes are what a row's element has for scripts, whatever it looks like.
func (r Row) Attributes() templ.Attributes {
	return templ.Attributes{
		"id": "room-" + r.ID, "data-room": r.ID, "data-unread": count(r.Unread), "data-posts": num(r.Posts),
		"data-read-rev": num(r.ReadRev), "data-last-seq": num(r.LastSeq), "data-at": fineStamp(r.At),
		"data-muted": r.Muted, "data-pinned": r.Pinned,
	}
}

// Attributes are what a message's element has for scripts, whatever it looks
// like.
func (m Message) Attributes() templ.Attributes {
	return templ.Attributes{
		"id": "message-" + m.ID, "data-message": m.ID, "data-seq": num(m.Seq), "data-rev": num(m.Rev),
		"data-author": m.Author.ID, "data-kind": m.Kind,
		"data-deleted": m.Deleted, "data-edited": m.Edited && !m.Deleted, "data-first": m.First, "data-last": m.Last,
	}
}

// Home is the address of the list, Open that of a room, and Below that of what
// is at a path under the base, such as Below("new"): what an override links to.
func (s Site) Home() string { return s.home() }

// Open is the address of a room.
func (s Site) Open(room string) string { return s.open(room) }

// Below is the address of a path under the base.
func (s Site) Below(parts ...string) string { return s.link(append(parts, "")...) }

// Fill puts values into the places of a phrase: Fill(l.MessageTo, "{name}", "Ann").
func Fill(phrase string, pairs ...string) string { return fill(phrase, pairs...) }
