package live

import (
	"bytes"
	"encoding/json"
	"testing"

	"pocketchat/chatplugin/internal/store"
)

// FuzzFrames reads by bytes what was put into frames, whatever people wrote.
func FuzzFrames(f *testing.F) {
	f.Add("hello", "<b>hello</b>", "<b>hallo</b>", "de", int64(12), int64(7))
	f.Add(hard, hard, hard, "ar", int64(1), int64(1))
	f.Add(`","rev":99,"seq":98,"room":"elsewhere`, `,"html":"`, `"}}`, "de", int64(9223372036854775807), int64(1))
	f.Add("\\", "\\", "\\\"", "de", int64(3), int64(2))
	f.Add("\xff\x00\u2028", "\xff", "\xff", "de", int64(3), int64(2))
	f.Fuzz(func(t *testing.T, body, html, other, lang string, rev, seq int64) {
		message := store.Message{ID: "m", Room: "room1", Author: body, Seq: seq, Rev: rev, Body: body, ClientID: body, Files: []string{body}}
		made := fragment{HTML: html}
		if lang == "de" || lang == "ar" {
			made.In = map[string]string{lang: other}
		}
		quotes := max(0, seq-1)
		if quotes > 0 {
			made.without(fragment{HTML: other})
		}
		several := encode(messageFrame{Type: "message", Room: "room1", Rev: rev, Quotes: quotes, Message: jsonOf(message), fragment: made})
		if got := quotesOf(several); got != quotes {
			t.Errorf("quotes %d, not %d in %s", got, quotes, several)
		}
		if got, ok := RevOf(several); !ok || got != rev {
			t.Errorf("revision %d, %v in %s", got, ok, several)
		}
		if got, ok := seqOf(several); !ok || got != seq {
			t.Errorf("seq %d, %v in %s", got, ok, several)
		}
		if about, last := aboutOf(several); about != "rooms/room1" || last {
			t.Errorf("about %q, %v", about, last)
		}
		if room, got, ok := roomRevOf(several); !ok || room != "room1" || got != rev {
			t.Errorf("room %q at %d, %v", room, got, ok)
		}
		if html == "" || other == "" {
			return // a fragment is never empty
		}
		alone := messageFrame{Type: "message", Room: "room1", Rev: rev, Quotes: quotes, Message: jsonOf(message)}
		bare := encode(alone)
		for _, spoken := range []string{"en", "de", "ar"} {
			alone.HTML = html
			if made.In[spoken] != "" {
				alone.HTML = other
			}
			checkCut(t, inLanguage(several, spoken), encode(alone), bare)
			if alone.HTML = other; quotes > 0 {
				checkCut(t, withoutQuote(several, spoken), encode(alone), bare)
				placed, unplaced := encode(alone), alone
				unplaced.Quotes = 0
				if got, want := withoutPlace(placed), encode(unplaced); !bytes.Equal(got, want) {
					t.Errorf("without its place it is %s, not %s", got, want)
				}
			}
		}
	})
}

// checkCut looks at what a socket gets of a frame.
func checkCut(t *testing.T, got, want, bare []byte) {
	t.Helper()
	if !bytes.Equal(got, want) || !json.Valid(got) {
		t.Errorf("it became %s, not %s", got, want)
	}
	if got := WithoutHTML(got); !bytes.Equal(got, bare) {
		t.Errorf("without HTML it is %s, not %s", got, bare)
	}
}

// FuzzBytes hands what reads frames anything else: it may answer what it likes,
// but says no number that does not stand there, and breaks nothing.
func FuzzBytes(f *testing.F) {
	for _, frame := range []string{"", "{}", `{"type":"message","room":"`, `{"type":"message","room":"r","rev":`, `{"type":"message","room":"r","rev":1,"seq":`, `{"a":1,"room":"`,
		`,"html":"`, `{"html":"x","html_in":{"de":"y"}}`, `,"html_in":{"}}`, `,"html":"a,"html_in":{"de":"\"}}`, `{"type":"inbox","room":"r","rev":-5,`} {
		f.Add([]byte(frame), "de")
	}
	f.Fuzz(func(t *testing.T, frame []byte, lang string) {
		before := bytes.Clone(frame)
		for _, read := range []func([]byte) (int64, bool){RevOf, seqOf} {
			if n, ok := read(frame); ok && !bytes.Contains(frame, []byte(",")) {
				t.Errorf("%q has %d", frame, n)
			}
		}
		roomRevOf(frame)
		aboutOf(frame)
		veil(frame, "r", 5)
		if short := WithoutHTML(frame); len(short) > len(frame) {
			t.Errorf("%q grew to %q", frame, short)
		}
		for _, cut := range []func([]byte, string) []byte{inLanguage, withoutQuote} {
			if own := cut(frame, lang); len(own) > len(frame) {
				t.Errorf("%q grew to %q", frame, own)
			}
		}
		quotesOf(frame)
		if !bytes.Equal(frame, before) {
			t.Errorf("%q became %q, which others get as well", before, frame)
		}
		ownerOf(string(frame))
	})
}
