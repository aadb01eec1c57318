// Package templates turns plain data into HTML: templ components, their view
// models and the words they show. It knows nothing of PocketBase or of rules,
// so that a host can render or replace any component with data of its own.
package templates

import (
	"time"

	"github.com/a-h/templ"
)

// Site is what every page and fragment needs to know of where it stands.
type Site struct {
	App    string              // the application's name, shown in titles
	Base   string              // the base path without a trailing slash: "/chat"
	Socket string              // the socket base: "/ws/chat"
	Asset  func(string) string // hashed address of an embedded file: Asset("chat.css")
	Labels *Labels             // the words, in the viewer's language
	Lang   string              // BCP 47 tag of those words
	Dir    string              // "ltr" or "rtl"
	Theme  string              // "auto", "light" or "dark"
	Panel  bool                // whether this is the widget's narrow panel, whose links stay in it
	SignUp bool                // whether strangers may make an account
	Views  *Views              // the components; nil takes ours
	Layout Layout              // a host's own page around ours; nil for none

	// Origins are the foreign ones whose pages may hold the panel.
	Origins []string

	// Preload gives the addresses of what a script imports, so that its chain of
	// imports costs one round trip; nil preloads nothing.
	Preload func(string) []string

	// Kept draws what is the same on all pages of the site once, and once for the
	// panel; nil draws it each time. See [Keeper].
	Kept func(name string, component templ.Component) templ.Component

	// MessageRunes is the length limit that the composer counts down to.
	MessageRunes int
	NameRunes    int
	DescRunes    int
	Files        int   // how many files a message may carry; 0 shows no control for them
	FileBytes    int64 // how large each of them may be
}

// Page is one whole document for one viewer.
type Page struct {
	Site
	Title  string
	Nonce  string // of the inline style that tells the viewer's own bubbles; CSP allows only it
	Viewer Person // zero for a guest
	Unread int    // the viewer's unread total

	Outside string // in the panel: the same page without it
}

// Person is all that anybody sees of another user.
type Person struct {
	ID     string
	Name   string
	Avatar string // address of a picture, or "": then initials are shown
}

// Row is a room in the list. Unread, Muted and Pinned are the viewer's own;
// rows sent to several viewers leave them zero.
type Row struct {
	ID      string
	Type    string // "direct" or "group"
	Title   string
	Avatar  string
	Peer    string   // the other person's id in a direct room
	Faces   []Person // at most two members, for a group without a picture
	Unread  int
	Posts   int64 // the room's count of people's messages: unread = Posts - Posts at the mark
	ReadRev int64 // the viewer's read mark; 0 in rows for several viewers
	LastSeq int64 // seq of the last message: the order of the list follows At, then this
	Rev     int64 // the room's revision, by which a row that comes late is known; 0 in one that was made for its viewer
	At      time.Time
	Last    *Preview // nil in a room without messages
	Muted   bool
	Pinned  bool
	Open    bool // whether it is open beside the list
}

// Preview is the one line under a room's name.
type Preview struct {
	Author  Person // zero for a system message
	Text    string // plain text, shortened; the words of a system message already written out
	System  bool
	Deleted bool
	Files   int
}

// List is one page of the viewer's rooms.
type List struct {
	Rows   []Row
	Next   string // cursor for ?before=, "" on the last page
	Query  string // the ?q= filter
	First  bool   // whether this is the top of the list
	Unread int    // the total over all rooms, not only these
	Open   string // the room that is open beside the list
	Drawn  string // its rows, where they were drawn before; "" draws them
}

// Message is one bubble or one line of the room about itself.
type Message struct {
	ID       string
	Room     string
	Seq      int64
	Rev      int64
	Kind     string // "text" or "system"
	Author   Person
	HTML     string // sanitised markup of the text
	Big      bool   // one to three emoji and nothing else
	System   string // the sentence of a system message
	Created  time.Time
	Edited   bool
	Deleted  bool
	ClientID string
	Quote    *Quote // what it replies to
	Files    []File
	Body     string // the raw text; shown nowhere, kept out of the HTML
	First    bool   // whether it begins a group of consecutive ones
	Last     bool   // and whether it ends one

	Reactions []Reaction
}

// Reaction is one emoji under a message, and who gave it.
type Reaction struct {
	Emoji string
	Count int
	Users []string // the ids of the first of them
	Names []string // the names of the very first of them
}

// Reactor is somebody who reacted, with what.
type Reactor struct {
	Person
	Emoji string
}

// Quote is the message that another one replies to.
type Quote struct {
	ID      string
	Author  Person
	Text    string // plain, shortened; "" when Deleted
	Deleted bool
}

// File is something attached to a message.
type File struct {
	Name  string
	URL   string
	Image bool
}

// Member is somebody's place in a room.
type Member struct {
	Person
	Role    string // "owner", "admin", "member"
	ReadRev int64
}

// Room is an open conversation.
type Room struct {
	ID          string
	Type        string
	Title       string
	Avatar      string
	Description string
	Peer        string
	Faces       []Person
	Role        string // the viewer's
	Members     int    // how many
	Online      int    // distinct users with the room open
	Rev         int64
	ReadRev     int64 // the viewer's mark when the page was made: the "new messages" line
	Unread      int   // in this room
	Posts       int64
	Since       int64  // nothing up to here is shown: the viewer joined, or deleted it for themselves
	PeerRead    int64  // direct rooms: how far the other has read
	ClientID    string // of the next message sent without script; "" makes one up
	Draft       string // what was typed and refused
	Problem     string // why
	Reply       *Quote // what the next message replies to
	Slice       Slice
}

// Slice is a run of messages, oldest first.
type Slice struct {
	Room     string
	Messages []Message
	Older    bool   // whether older ones exist before the first
	Newer    bool   // whether newer ones exist after the last
	Around   string // the message that was asked for, if any
	Drawn    string // its bubbles, where they were drawn before; "" draws them
}

// MessagePage is one message by itself, and what can be done with it.
type MessagePage struct {
	Room     Room
	Message  Message
	Mine     []string  // the viewer's own reactions
	Reactors []Reactor // who reacted, with what
	Own      bool      // whether the viewer wrote it
	Draft    string    // its text, or what was typed and refused
	Problem  string    // why
}

// Info is a room's details.
type Info struct {
	Room     Room
	People   []Member // all members, by role and name
	Media    []File   // the newest shared files
	CanEdit  bool     // owner or admin of a group
	CanLeave bool
}

// Field is one input of a form: what was typed and what is wrong with it.
type Field struct {
	Value string
	Error string
}

// Form carries what was typed back to the person, with what is wrong.
type Form struct {
	Error  string              // the sentence at the top, "" when nothing is wrong
	Fields map[string]Field    // by input name
	Many   map[string][]string // repeated inputs, such as members
}

// Value is what was typed into the named input.
func (f Form) Value(name string) string { return f.Fields[name].Value }

// Problem is what is wrong with the named input.
func (f Form) Problem(name string) string { return f.Fields[name].Error }

// wrong says whether an input is, which then has the focus.
func (f Form) wrong() bool {
	for _, field := range f.Fields {
		if field.Error != "" {
			return true
		}
	}
	return false
}

// unsaid is what is wrong with the form as a whole: nothing where one of its
// shown inputs says it already.
func (f Form) unsaid(shown ...string) string {
	for _, name := range shown {
		if f.Problem(name) == f.Error {
			return ""
		}
	}
	return f.Error
}

// Edit is the page for changing a group.
type Edit struct {
	Room    Room
	People  []Member
	Form    Form
	CanRole bool // whether the viewer may change roles
}

// SignIn is the sign-in page in any of its steps.
type SignIn struct {
	Form     Form
	Next     string
	Step     string // "password", "otp" (a code was mailed), "mfa" (a second method is asked for)
	MFA      string // PocketBase's mfaId, carried through the second step
	OTP      string // PocketBase's otpId
	Identity string
	Password bool // which methods the users collection offers
	Code     bool
	Notice   string // something good to say, such as "You are signed out."
}

// SignUp is the sign-up page.
type SignUp struct {
	Form Form
	Next string
}

// CheckUser is the answer of a look-up by e-mail.
type CheckUser struct {
	Email  string
	Found  bool
	Person Person
}

// Failure is a page or fragment that says why something was refused.
type Failure struct {
	Status  int
	Title   string
	Message string
	Retry   string // address of the next sensible action
}
