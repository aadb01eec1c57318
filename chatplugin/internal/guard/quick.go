package guard

import (
	"net/url"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

const (
	askForSort = `Messages are sorted by seq (their place) or rev (their last change), such as sort=-seq; other orders would read the whole room.`
	askForList = `A room's messages are a list of their own: ask for them with filter=(room="ID"), in pages.`
)

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

// throughMessages is how a room's messages are reached from elsewhere. An
// expand reads a thousand of each room, a filter or a sort all there are.
const throughMessages = store.Messages + "_via_" + store.FieldRoom

// shortWays refuses the long way to a room's messages.
func shortWays(e *core.RequestEvent, query url.Values) error {
	if !asksForOurs(e) {
		return nil
	}
	for _, by := range []string{"expand", "filter", "sort"} {
		if strings.Contains(query.Get(by), throughMessages) {
			return APIError(chat.Refuse(chat.Invalid, by, askForList))
		}
	}
	return nil
}

// asksForOurs reports a request for records of ours, or of one of them.
func asksForOurs(e *core.RequestEvent) bool {
	path, ok := strings.CutPrefix(e.Request.URL.Path, "/api/collections/")
	if !ok {
		return false
	}
	name, rest, _ := strings.Cut(path, "/")
	if !strings.HasPrefix(rest, "records") {
		return false
	}
	collection, err := e.App.FindCachedCollectionByNameOrId(name)
	return err == nil && (slices.Contains(ours, collection.Name) || collection.Name == store.People)
}
