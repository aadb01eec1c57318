package realtime

import (
	"strings"
	"testing"

	"pocketchat/chatplugin/internal/chat"
)

// FuzzSubscription reads what clients subscribe to.
func FuzzSubscription(f *testing.F) {
	for _, seed := range []string{
		"chat/inbox", "chat/rooms/abcdefghijklmno", `chat/rooms/abcdefghijklmno?options={"query":{"html":"1"}}`, "chat/rooms/?", "chat/rooms/../inbox",
		"chat/", "chat/inbox?options=%", `chat/inbox?options={"query":{"html":[1]}}`, "chat/rooms/\x00", "chat_messages/*", `chat/inbox?options=[[[`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, subscription string) {
		read, ok := parse(subscription)
		if !ok {
			return
		}
		if !ours(subscription) || read.name != subscription {
			t.Errorf("%q was read as %+v", subscription, read)
		}
		if path, _, _ := strings.Cut(subscription, "?"); read.room == "" && path != "chat/inbox" || read.room != "" && (path != "chat/rooms/"+read.room || !chat.ValidID(read.room)) {
			t.Errorf("%q leads to room %q", subscription, read.room)
		}
	})
}
