package chatplugin

import (
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/throttle"
	"pocketchat/templates"
)

type (
	// Limits bound what people can write and make; zero fields take defaults.
	Limits = chat.Limits
	// History says what new members of a group may read.
	History = chat.History
	// Rates bound how often people may do things; zero fields take defaults
	// that nobody meets who types by hand.
	Rates = throttle.Rates
	// Limit bounds one person and one address.
	Limit = throttle.Limit
	// Rate allows Count uses in Per on average, and Burst of them at once.
	Rate = throttle.Rate
	// Redis says where nodes reach each other: by one Address, or by a Cluster or
	// Sentinels.
	Redis = hub.Redis
	// Labels are the words that pages show, in one language.
	Labels = templates.Labels
	// Views are the components that everything is made of.
	Views = templates.Views
	// Layout puts a page of the chat into the host's own.
	Layout = templates.Layout
	// Plural is a phrase with {n} in all its forms.
	Plural = templates.Plural
	// Error is a refusal with a sentence that a person can act on.
	Error = chat.Error
)

// What new members of a group may read.
const (
	HistoryAll    = chat.HistoryAll
	HistoryJoined = chat.HistoryJoined
)

// Config adapts the chat to its host. The zero value works.
type Config struct {
	// AppName stands in page titles; if empty, the name in PocketBase's settings,
	// or "Chat" where that is still PocketBase's example.
	AppName string

	// BasePath is where the pages are; "/chat" if empty. Sockets are at /ws and
	// the base path.
	BasePath string

	// Users is the auth collection whose records chat, and which of its fields
	// others see. Defaults: "users", "name", "avatar".
	Users Users

	// Limits of length, number and size.
	Limits Limits

	// Rates of sending, looking up, signing in and so on; Rates.Off for load tests.
	Rates Rates

	// History is what new members of a group may read: HistoryAll (default) or
	// HistoryJoined, which begins at their joining.
	History History

	// EraseDeleted has what people wrote go with their account: text, files and
	// reactions, leaving tombstones. Without it messages stay, without the name.
	EraseDeleted bool

	// CanLookUp says whether viewer may find found by e-mail and write to them.
	// nil lets everybody find everybody who can sign in by the users collection's
	// auth rule; so an account that is closed or not verified yet is not found
	// where that rule says so. Who may not be found looks to the viewer just like
	// an address that nobody has.
	CanLookUp func(app core.App, viewer, found *core.Record) bool

	// AllowedOrigins are other origins, such as "https://app.example", whose
	// pages may post to the chat and open its sockets with the cookie.
	AllowedOrigins []string

	// Realtime tunes the sockets.
	Realtime Realtime

	// Purge removes for good what was deleted and what is too old; off by default.
	Purge Purge

	// Metrics are figures for Prometheus at BasePath/metrics/; off by default.
	Metrics Metrics

	// CloseSignUp hides the sign-up page and refuses its form. Whether strangers
	// may make accounts over REST is the users collection's own create rule.
	CloseSignUp bool

	// Theme is "auto" (default), "light" or "dark".
	Theme string

	// Languages are those that pages are shown in, as BCP 47 tags such as "de" or
	// "ar-EG"; nil takes all that come with the module. The browser's wish chooses
	// among them, and the first one is for whoever wishes for none of them; a
	// single one is for everybody.
	Languages []string

	// Views are components that replace ours, in pages and in what goes to open
	// pages; nil fields keep ours. See package templates for what one keeps.
	Views Views

	// Layout puts the pages into the host's own; nil leaves them by themselves.
	// See templates.Layout for what it keeps.
	Layout Layout

	// Labels changes words after the defaults were filled in; nil changes none.
	// It is called once for each language, which labels.Lang names. A language
	// that does not come with the module starts with English words.
	Labels func(labels *Labels)
}

// Realtime tunes the sockets; zero fields take defaults.
type Realtime struct {
	// PingEvery is the heartbeat, 25 seconds if zero and never more. Proxies that
	// close quiet connections sooner need a shorter one.
	PingEvery time.Duration

	// Redis is where several nodes reach each other, all on one database. Without
	// it a node is alone; processes on the same pb_data see each other's changes
	// within some 5 seconds all the same.
	Redis Redis
}

// Metrics says whether there are figures for Prometheus, and who may see them:
// superusers by their token, and whoever has Token. For others the page does not
// exist.
type Metrics struct {
	On bool

	// Token is shown by "Authorization: Bearer TOKEN", and has to be as hard to
	// guess as a password that nobody types: 16 characters at least. Empty leaves
	// it to superusers. It also shows why the health answer is not "ok".
	Token string
}

// tokenLength is the least that is taken.
const tokenLength = 16

// Users names the collection of people and the fields that others see of them.
type Users struct {
	Collection  string
	NameField   string
	AvatarField string
}

func (c Config) withDefaults() (Config, error) {
	if c.BasePath == "" {
		c.BasePath = "/chat"
	}
	c.BasePath = "/" + strings.Trim(c.BasePath, "/")
	if c.BasePath == "/" || strings.HasPrefix(c.BasePath+"/", "/api/") || strings.HasPrefix(c.BasePath+"/", "/_/") || strings.ContainsAny(c.BasePath, "{} ?#") {
		return c, fmt.Errorf("pocketchat: BasePath %q cannot be used; choose one such as /chat", c.BasePath)
	}
	fill(&c.Users.Collection, "users")
	if c.Users.Collection == core.CollectionNameSuperusers {
		return c, fmt.Errorf("pocketchat: the people of Config.Users.Collection cannot be %s, which are operators; choose another auth collection", c.Users.Collection)
	}
	fill(&c.Users.NameField, "name")
	fill(&c.Users.AvatarField, "avatar")
	fill(&c.Theme, "auto")
	if c.History == "" {
		c.History = HistoryAll
	}
	if c.History != HistoryAll && c.History != HistoryJoined {
		return c, fmt.Errorf("pocketchat: History %q is neither %q nor %q", c.History, HistoryAll, HistoryJoined)
	}
	if c.Metrics.Token != "" && len(c.Metrics.Token) < tokenLength {
		return c, fmt.Errorf("pocketchat: Metrics.Token is too short to be a secret; make it %d characters or more", tokenLength)
	}
	if c.CanLookUp == nil {
		c.CanLookUp = canSignIn
	}
	var err error
	if c.Languages, err = languages(c.Languages); err != nil {
		return c, fmt.Errorf("pocketchat: Languages: %w", err)
	}
	c.Limits = c.Limits.WithDefaults()
	c.Purge, err = c.Purge.withDefaults()
	return c, err
}

// canSignIn asks PocketBase's auth rule of the users collection. A collection
// without a rule at all signs in by other ways than PocketBase's.
func canSignIn(app core.App, _, found *core.Record) bool {
	rule := found.Collection().AuthRule
	if rule == nil || *rule == "" {
		return true
	}
	ok, err := app.CanAccessRecord(found, &core.RequestInfo{Auth: found, Context: core.RequestInfoContextPasswordAuth}, rule)
	return ok && err == nil
}

func (c Config) users() store.Users {
	return store.Users{Collection: c.Users.Collection, NameField: c.Users.NameField, Avatar: c.Users.AvatarField}
}

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}
