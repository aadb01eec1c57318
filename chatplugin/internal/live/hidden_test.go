package live_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

func TestDeletedForOneselfInAllTabs(t *testing.T) {
	h := newHouse(t)
	h.Message(h.group, h.ann, "to be cleared")
	tab, cid := h.inbox(h.bob), h.inbox(h.cid)
	h.post(h.bob, h.group+"/delete/")
	gone := about(tab, "inbox", h.group)
	if gone["gone"] != true || gone.Text("html") != "" || gone.Int("last_seq") != h.Rev(h.group) {
		t.Errorf("got %s", gone.Raw())
	}
	if frame := about(tab, "unread", h.group); frame.Int("unread") != 0 || frame.Int("total") != 0 {
		t.Errorf("got %s", frame.Raw())
	}
	h.Message(h.group, h.ann, "something new")
	for _, s := range []*chattest.Socket{tab, cid} {
		frame := about(s, "inbox", h.group)
		if frame["gone"] == true || !strings.Contains(frame.Text("html"), "something new") || frame.Int("posts") != 2 {
			t.Errorf("got %s", frame.Raw())
		}
	}
}

// Who deleted a chat for themselves is shown nothing of it again: not by a
// change of what they deleted, and not by opening the room anew.
func TestWhatWasDeletedForOneselfStaysHidden(t *testing.T) {
	h := newHouse(t)
	secret := h.Message(h.direct, h.ann, "secret")
	h.post(h.bob, h.direct+"/delete/")
	tab, in := h.inbox(h.bob), h.open(h.bob, h.direct)
	h.Direct(h.bob, h.ann) // back in the list, with nothing in it
	about(tab, "inbox", h.direct)
	h.change(store.Messages, secret.Id, map[string]any{"body": "secret, edited"})
	h.React(secret.Id, h.ann, "👍")
	now := h.Rev(h.direct)
	in.Wait("word of the changes", func(f chattest.Frame) bool { return f.Type() == "synced" && f.Int("rev") == now })
	h.Message(h.direct, h.ann, "new")
	message(in, now+1)
	about(tab, "inbox", h.direct)
	for _, s := range []*chattest.Socket{tab, in} {
		h.never(s, "what was deleted", func(f chattest.Frame) bool { return strings.Contains(f.Raw(), "secret") })
	}
	replay := h.resume(h.bob, h.direct, 0)
	replay.Synced()
	h.never(replay, "what was deleted", func(f chattest.Frame) bool { return strings.Contains(f.Raw(), "secret") })
}

func TestHistoryBeginsAtJoining(t *testing.T) {
	h := configured(t, chatplugin.Config{History: chatplugin.HistoryJoined})
	old := h.Message(h.group, h.ann, "before Eve")
	h.save(h.record(store.Members, map[string]any{"room": h.group, "user": h.eve.Id}))
	eve, bob := h.open(h.eve, h.group), h.open(h.bob, h.group)
	h.change(store.Messages, old.Id, map[string]any{"body": "before Eve, edited"})
	rev := h.Rev(h.group)
	message(bob, rev)
	eve.Wait("word of the edit", func(f chattest.Frame) bool { return f.Type() == "synced" && f.Int("rev") == rev })
	h.Message(h.group, h.ann, "hello Eve")
	message(eve, rev+1)
	h.never(eve, "what was before her", func(f chattest.Frame) bool { return strings.Contains(f.Raw(), "before Eve") })
}

// Who came later gets a reply without what it quotes from before, by frames and in
// answers, as on a page.
func TestQuotesFromBeforeJoining(t *testing.T) {
	h := configured(t, chatplugin.Config{History: chatplugin.HistoryJoined})
	old := h.Message(h.group, h.ann, "before Eve")
	h.save(h.record(store.Members, map[string]any{"room": h.group, "user": h.eve.Id}))
	since := h.Rev(h.group)
	eve, bob, german := h.open(h.eve, h.group), h.open(h.bob, h.group), h.Client(h.eve).Socket("/ws/chat/"+h.group+"/?lang=de")
	german.Synced()
	reply := h.save(h.record(store.Messages, map[string]any{"room": h.group, "author": h.bob.Id, "body": "as I said", "reply_to": old.Id}))
	if frame := message(bob, since+1); !strings.Contains(frame.Text("html"), "before Eve") {
		t.Fatalf("premise: those who were there see the quote: %s", frame.Raw())
	}
	for _, s := range []*chattest.Socket{eve, german, h.resume(h.eve, h.group, since)} {
		if frame := message(s, since+1); !strings.Contains(frame.Text("html"), "as I said") || strings.Contains(frame.Raw(), "before Eve") || frame["html_in"] != nil {
			t.Errorf("Eve got %s", frame.Raw())
		}
	}
	answer := h.post(h.eve, h.group+"/react/", "message", reply.Id, "emoji", "👍")
	if !strings.Contains(answer.Body, "as I said") || strings.Contains(answer.Body, "before Eve") {
		t.Errorf("the answer to a reaction: %s", answer.Body)
	}
	for _, s := range []*chattest.Socket{eve, german} {
		if frame := message(s, since+2); strings.Contains(frame.Raw(), "before Eve") {
			t.Errorf("after a reaction Eve got %s", frame.Raw())
		}
	}
}

// A page that is older than its reader's deleting the chat is loaded anew, however
// little came since; one that was made after it goes on.
func TestPagesFromBeforeDeletingForOneself(t *testing.T) {
	h := newHouse(t)
	h.Message(h.direct, h.ann, "to be cleared")
	at := func() string {
		page, err := goquery.NewDocumentFromReader(strings.NewReader(h.Client(h.bob).Get("/chat/" + h.direct + "/").Body))
		if err != nil {
			t.Fatal(err)
		}
		section := page.Find("[data-room-page]")
		return "/ws/chat/" + h.direct + "/?rev=" + section.AttrOr("data-rev", "") + "&since=" + section.AttrOr("data-since", "")
	}
	before := at()
	if got := until(h.Client(h.bob).Socket(before), "synced"); len(got) != 1 {
		t.Fatalf("premise: nothing was missed yet, but %v", got)
	}
	h.post(h.bob, h.direct+"/delete/")
	if got := until(h.Client(h.bob).Socket(before), "reload"); len(got) != 1 {
		t.Errorf("the old page gets %v", got)
	}
	after := at()
	if got := until(h.Client(h.bob).Socket(after), "synced"); after == before || len(got) != 1 {
		t.Errorf("the new page at %s gets %v", after, got)
	}
	for _, odd := range []string{"&since=x", "&since=-5", "&since=", "&since=99999999999999999999"} {
		address, _, _ := strings.Cut(after, "&since")
		if got := until(h.Client(h.bob).Socket(address+odd), "synced"); len(got) != 1 {
			t.Errorf("%s gets %v", odd, got)
		}
	}
}
