package realtime

import (
	"encoding/json"
	"net/url"
	"strings"

	"pocketchat/chatplugin/internal/chat"
)

// prefix begins the names of all our topics.
const prefix = "chat/"

// topic is one of ours, as a client wrote it.
type topic struct {
	name string // with its options: messages carry it as it was subscribed
	room string // "" for the inbox
	html bool   // whether frames come with their fragment
}

// ours says whether a subscription is meant for the chat.
func ours(subscription string) bool { return strings.HasPrefix(subscription, prefix) }

// parse reads a subscription of ours: chat/inbox or chat/rooms/ID, with
// PocketBase's options behind it, of which the query html=1 is looked at.
func parse(subscription string) (topic, bool) {
	path, query, _ := strings.Cut(subscription, "?")
	t := topic{name: subscription, html: wantsHTML(query)}
	if path == prefix+"inbox" {
		return t, true
	}
	t.room = strings.TrimPrefix(path, prefix+"rooms/")
	return t, t.room != path && chat.ValidID(t.room)
}

func wantsHTML(query string) bool {
	values, err := url.ParseQuery(query)
	if err != nil {
		return false
	}
	var options struct {
		Query map[string]any `json:"query"`
	}
	if json.Unmarshal([]byte(values.Get("options")), &options) != nil {
		return false
	}
	switch asked := options.Query["html"].(type) {
	case string:
		return asked == "1" || asked == "true"
	case float64:
		return asked == 1
	case bool:
		return asked
	}
	return false
}
