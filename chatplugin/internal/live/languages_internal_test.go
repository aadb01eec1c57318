package live

import (
	"encoding/json"
	"testing"
)

// hard is HTML with everything in it that the cutting goes by.
const hard = `<b title='x,"html_in":{"de":"no"}}'>\"},"html":"</b>` + "\n" + `"}}`

func TestFramesAreCutToOneLanguage(t *testing.T) {
	frame := inboxFrame{Type: "inbox", Room: "room1", fragment: fragment{HTML: hard}}
	frame.In = map[string]string{"ar": "عربي" + hard, "de": "deutsch" + hard}
	several := encode(frame)
	for lang, want := range map[string]string{"en": hard, "de": "deutsch" + hard, "ar": "عربي" + hard, "fr": hard} {
		got := inLanguage(several, lang)
		alone := encode(inboxFrame{Type: "inbox", Room: "room1", fragment: fragment{HTML: want}})
		if string(got) != string(alone) {
			t.Errorf("%s: %s, want %s", lang, got, alone)
		}
	}
	if again := encode(frame); string(again) != string(several) {
		t.Error("cutting changed the frame that others get")
	}
	for name, same := range map[string]any{
		"one language": inboxFrame{Type: "inbox", Room: "room1", fragment: fragment{HTML: hard}},
		"no html":      messageFrame{Type: "message", Room: "room1", Message: messageJSON{Body: hard}},
		"a name":       roomFrame{Type: "room", Room: "room1", Name: hard},
	} {
		whole := encode(same)
		if got := inLanguage(whole, "de"); string(got) != string(whole) || !json.Valid(got) {
			t.Errorf("%s: %s became %s", name, whole, got)
		}
	}
}
