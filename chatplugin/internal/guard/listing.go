package guard

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ganigeorgiev/fexpr"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

const (
	askForRoom   = `Listing messages needs a filter on the room, such as filter=(room="ID"), so that it stays quick.`
	askForTopics = "Record topics of the chat's collections are off, since each would cost every save a query a subscriber. " +
		"Subscribe to chat/inbox and chat/rooms/ID instead."
)

// bindListing keeps two of PocketBase's own doors from costing everybody: lists
// of messages over all rooms, and its record topics.
func (g *Guard) bindListing(app core.App) {
	on(app.OnServe(), "listing", 0, func(e *core.ServeEvent) error {
		e.Router.Bind(&hook.Handler[*core.RequestEvent]{
			Id: hookID + "listing", Priority: apis.DefaultRateLimitMiddlewarePriority + 1, Func: g.roomFilter,
		})
		e.Router.Bind(&hook.Handler[*core.RequestEvent]{Id: hookID + "rule", Priority: last, Func: spareRule})
		return e.Next()
	})
	on(app.OnRealtimeSubscribeRequest(), "topics", early, func(e *core.RealtimeSubscribeRequestEvent) error {
		for _, topic := range e.Subscriptions {
			if ourRecords(e.App, topic) && !e.HasSuperuserAuth() {
				return e.BadRequestError(askForTopics, nil)
			}
		}
		return e.Next()
	})
}

// ourRecords reports a record topic of one of our collections, which PocketBase
// knows by name and by id.
func ourRecords(app core.App, topic string) bool {
	name, _, _ := strings.Cut(topic, "/")
	name, _, _ = strings.Cut(name, "?")
	collection, err := app.FindCachedCollectionByNameOrId(name)
	return err == nil && slices.Contains(ours, collection.Name)
}

// roomFilter refuses a list of messages without a filter on the room, and asks
// PocketBase to leave the totals out: both would read every message there is.
func (g *Guard) roomFilter(e *core.RequestEvent) error {
	if e.HasSuperuserAuth() {
		return e.Next()
	}
	query := e.Request.URL.Query()
	if err := shortWays(e, query); err != nil {
		return err
	}
	if e.Request.Method != http.MethodGet && e.Request.Method != http.MethodHead || !atMessages(e) {
		return e.Next()
	}
	if !filtersRoom(query.Get("filter")) {
		return APIError(chat.Refuse(chat.Invalid, "filter", askForRoom))
	}
	if err := sortByIndex(query); err != nil {
		return err
	}
	query.Set("skipTotal", "1")
	e.Request.URL.RawQuery = query.Encode()
	return e.Next()
}

// atMessages reports a request for messages as such, not for one of them.
func atMessages(e *core.RequestEvent) bool {
	name, ok := strings.CutPrefix(e.Request.URL.Path, "/api/collections/")
	if !ok {
		return false
	}
	name, ok = strings.CutSuffix(strings.TrimSuffix(name, "/"), "/records")
	if !ok {
		return false
	}
	collection, err := e.App.FindCachedCollectionByNameOrId(name)
	return err == nil && collection.Name == store.Messages
}

// filtersRoom reports whether a filter, as PocketBase will read it, holds only
// for one room: a condition room = "…" that no "or" can go round.
func filtersRoom(filter string) bool {
	groups, err := fexpr.Parse(filter)
	return err == nil && pinsRoom(groups)
}

func pinsRoom(groups []fexpr.ExprGroup) bool {
	found := false
	for _, group := range groups {
		if group.Join == fexpr.JoinOr {
			return false
		}
		switch item := group.Item.(type) {
		case fexpr.Expr:
			found = found || isRoom(item.Left) && item.Op == fexpr.SignEq && item.Right.Type == fexpr.TokenText
		case fexpr.ExprGroup:
			found = found || pinsRoom([]fexpr.ExprGroup{item})
		case []fexpr.ExprGroup:
			found = found || pinsRoom(item)
		}
	}
	return found
}

func isRoom(token fexpr.Token) bool {
	return token.Type == fexpr.TokenIdentifier && (token.Literal == store.FieldRoom || token.Literal == "room.id")
}
