package throttle

import (
	"net/http"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/migrated"
)

// TestRequests counts by the user and by the address that PocketBase's trusted
// proxy settings give.
func TestRequests(t *testing.T) {
	app := migrated.App(t)
	account := func(collection, id string) *core.Record {
		c, err := app.FindCollectionByNameOrId(collection)
		if err != nil {
			t.Fatal(err)
		}
		record := core.NewRecord(c)
		record.Id = id
		return record
	}
	ann, boss := account("users", "ann"), account(core.CollectionNameSuperusers, "boss")
	one := Rate{1, time.Hour, 1}
	tests := []struct {
		name           string
		limit          Limit
		auth1, auth2   *core.Record
		from1, from2   string // the connection
		proxy1, proxy2 string // what X-Forwarded-For says
		trust          bool
		refused        bool
	}{
		{"one user", Limit{one, Unbounded}, ann, ann, "1.1.1.1:1", "2.2.2.2:2", "", "", false, true},
		{"one address", Limit{Unbounded, one}, nil, nil, "1.1.1.1:1", "1.1.1.1:2", "", "", false, true},
		{"two addresses", Limit{Unbounded, one}, nil, nil, "1.1.1.1:1", "2.2.2.2:2", "", "", false, false},
		{"two behind a trusted proxy", Limit{Unbounded, one}, nil, nil, "1.1.1.1:1", "1.1.1.1:1", "8.8.8.8", "9.9.9.9", true, false},
		{"who only says so", Limit{Unbounded, one}, nil, nil, "1.1.1.1:1", "1.1.1.1:1", "8.8.8.8", "9.9.9.9", false, true},
		{"a superuser", Limit{one, one}, boss, boss, "1.1.1.1:1", "1.1.1.1:1", "", "", false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app.Settings().TrustedProxy.Headers = nil
			if test.trust {
				app.Settings().TrustedProxy.Headers = []string{"X-Forwarded-For"}
			}
			throttle := New(Options{Rates: Rates{Send: test.limit}, Now: newClock().Now})
			ask := func(auth *core.Record, from, proxy string) error {
				e := &core.RequestEvent{App: app, Auth: auth}
				e.Request = &http.Request{RemoteAddr: from, Header: http.Header{}}
				if proxy != "" {
					e.Request.Header.Set("X-Forwarded-For", proxy)
				}
				return throttle.Middleware(Send).Func(e)
			}
			if err := ask(test.auth1, test.from1, test.proxy1); err != nil {
				t.Fatalf("the first: %v", err)
			}
			err := ask(test.auth2, test.from2, test.proxy2)
			if refusal := chat.AsError(err); (refusal != nil && refusal.Code == chat.Throttled) != test.refused {
				t.Errorf("the second: %v", err)
			}
		})
	}
}
