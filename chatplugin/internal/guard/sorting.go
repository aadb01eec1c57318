package guard

import (
	"net/url"
	"strings"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

const askForSort = `Messages are sorted by seq (their place) or rev (their last change), such as sort=-seq; other orders would read the whole room.`

// quickSort is the key that an index has for each key that people ask for.
var quickSort = map[string]string{
	store.FieldSeq: store.FieldSeq, store.FieldCreated: store.FieldSeq,
	store.FieldRev: store.FieldRev, store.FieldUpdated: store.FieldRev,
}

// sortByIndex keeps lists of messages to the two orders that an index has. Both
// are unique in a room, so whatever stands behind the first key says nothing.
func sortByIndex(query url.Values) error {
	sort := strings.TrimSpace(query.Get("sort"))
	if sort == "" {
		return nil
	}
	first, _, _ := strings.Cut(sort, ",")
	first = strings.TrimSpace(first)
	name := strings.TrimLeft(first, "+-")
	quick, ok := quickSort[name]
	if !ok {
		return APIError(chat.Refuse(chat.Invalid, "sort", askForSort))
	}
	query.Set("sort", strings.TrimSuffix(first, name)+quick)
	return nil
}
