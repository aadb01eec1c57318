package soak

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// bubble is all that a reader sees of one message.
type bubble struct {
	id                string
	seq, rev          int64
	author, kind      string
	deleted, edited   bool
	name, text, quote string
	quoted            string // the message that is quoted
	reactions         []string
}

func (b bubble) String() string {
	return fmt.Sprintf("%s seq %d rev %d %s %s deleted=%v edited=%v %q quotes %s %q %q", b.id, b.seq, b.rev, b.kind, b.author, b.deleted, b.edited, b.text, b.quoted, b.quote, b.reactions)
}

func line(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func number(s *goquery.Selection, name string) int64 {
	n, _ := strconv.ParseInt(s.AttrOr(name, "0"), 10, 64)
	return n
}

func has(s *goquery.Selection, name string) bool { _, there := s.Attr(name); return there }

func bubbleOf(li *goquery.Selection) bubble {
	b := bubble{
		id: li.AttrOr("data-message", ""), seq: number(li, "data-seq"), rev: number(li, "data-rev"), author: li.AttrOr("data-author", ""), kind: li.AttrOr("data-kind", ""),
		deleted: has(li, "data-deleted"), edited: has(li, "data-edited"), name: line(li.Find(".chat-message__name")), text: line(li.Find(".chat-bubble, .chat-system")),
	}
	if quote := li.Find("[data-quote]"); quote.Length() > 0 {
		b.quoted, b.quote = quote.AttrOr("data-quote", ""), line(quote.Find("span"))
	}
	li.Find(".chat-reaction").Each(func(_ int, r *goquery.Selection) {
		b.reactions = append(b.reactions, line(r)+" by "+r.AttrOr("data-users", ""))
	})
	return b
}

func parse(html string) *goquery.Document {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		panic(err) // a reader of memory does not fail
	}
	return doc
}

// timeline is pb_public/js/messages.js and timeline.js: each message once, in its
// newest revision.
type timeline struct {
	known  map[string]*bubble
	older  string // where the link to older messages leads, "" when all are here
	part   bool   // whether it ends before the room does
	missed int64  // the highest place that was left to pages which are not loaded yet
}

// restart takes the run of messages that a page holds.
func (t *timeline) restart(page *goquery.Document) {
	t.known = map[string]*bubble{}
	t.older = page.Find("[data-load-older]").AttrOr("href", "")
	t.part = newer(page)
	t.upsertAll(page)
	if t.missed <= t.lastSeq() {
		t.missed = 0
	}
}

// newer tells the link to newer messages; one that is there only without script
// is text to the parser of a browser that runs scripts, and not to ours.
func newer(page *goquery.Document) bool {
	return page.Find("[data-load-newer]").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.ParentsFiltered("noscript").Length() == 0
	}).Length() > 0
}

func (t *timeline) upsertAll(page *goquery.Document) {
	page.Find("[data-message][data-seq]").Each(func(_ int, li *goquery.Selection) { t.upsert(bubbleOf(li)) })
}

func (t *timeline) upsert(b bubble) {
	if known := t.known[b.id]; known != nil {
		if b.rev <= known.rev {
			return
		}
		*known = b
		for _, other := range t.known { // what quotes a message says what it says now
			if other.quoted == b.id {
				other.quote = b.text
			}
		}
		return
	}
	t.known[b.id] = &b
}

// arrive takes in one that came by itself.
func (t *timeline) arrive(b bubble) {
	switch {
	case t.known[b.id] != nil:
	case b.seq < t.firstSeq() && t.older != "":
		return
	case b.seq >= t.lastSeq() && t.part:
		t.missed = max(t.missed, b.seq)
		return
	}
	t.upsert(b)
}

func (t *timeline) all() []bubble {
	all := make([]bubble, 0, len(t.known))
	for _, b := range t.known {
		all = append(all, *b)
	}
	slices.SortFunc(all, func(a, b bubble) int { return int(a.seq - b.seq) })
	return all
}

func (t *timeline) firstSeq() int64 {
	if all := t.all(); len(all) > 0 {
		return all[0].seq
	}
	return 0
}

func (t *timeline) last() (last bubble) {
	for _, b := range t.known {
		if b.seq > last.seq {
			last = *b
		}
	}
	return last
}

func (t *timeline) lastSeq() int64 { return t.last().seq }
