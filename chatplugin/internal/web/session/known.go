package session

import (
	"maps"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
)

// known remembers the tokens that PocketBase has found good. While an account's
// row is as it was then, and its collection too, PocketBase would find the same
// again: so a request reads the row, which is cheap, and nothing is decoded and
// signed anew. A changed password, a deleted account, another secret: any
// difference, made by whatever process, has PocketBase look again.
type known struct {
	row func(e *core.RequestEvent, users *core.Collection, id string) (dbx.NullStringMap, error)

	mu sync.Mutex
	of map[string]good // by token
}

// good is what was found about a token.
type good struct {
	claims  claims
	session string            // as headerSession says it
	record  *core.Record      // as PocketBase read it
	row     dbx.NullStringMap // what it was read from; nil until that was compared
}

// mostKnown bounds them: some ten megabytes. Past it all are found anew.
const mostKnown = 5000

func newKnown(row func(*core.RequestEvent, *core.Collection, string) (dbx.NullStringMap, error)) *known {
	return &known{row: row, of: map[string]good{}}
}

func (k *known) get(token string) (good, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	g, ok := k.of[token]
	return g, ok
}

func (k *known) put(token string, g good) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, had := k.of[token]; !had && len(k.of) >= mostKnown {
		clear(k.of)
	}
	k.of[token] = g
}

// forget spares the row's being read in vain.
func (k *known) forget(user string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	maps.DeleteFunc(k.of, func(_ string, g good) bool { return g.record.Id == user })
}

// claimsOf are a token's, and the session that it stands for in a header.
func (k *known) claimsOf(token string) (c claims, session string) {
	if g, ok := k.get(token); ok {
		return g.claims, g.session
	}
	return readClaims(token), headerSession(token)
}

// bearer is the account of a token that is good now, or nil.
func (s *Session) bearer(e *core.RequestEvent, token string) *core.Record {
	if g, ok := s.known.get(token); ok && s.stillGood(e, token, g) {
		return g.record.Original()
	}
	record, err := e.App.FindAuthRecordByToken(token, core.TokenTypeAuth)
	if err != nil || !s.mayChat(record) {
		return nil
	}
	s.known.put(token, good{claims: readClaims(token), session: headerSession(token), record: record.Original()})
	return record
}

func (s *Session) stillGood(e *core.RequestEvent, token string, g good) bool {
	users := g.record.Collection()
	if current, err := e.App.FindCachedCollectionByNameOrId(users.Id); err != nil || current != users || !time.Now().Before(g.claims.expires) {
		return false
	}
	row, err := s.known.row(e, users, g.record.Id)
	switch {
	case err != nil || row == nil:
		return false
	case g.row != nil:
		return maps.Equal(row, g.row)
	case !readFrom(g.record, row):
		return false
	}
	g.row = row
	s.known.put(token, g)
	return true
}

// readFrom reports whether the row is what PocketBase has made the record of.
func readFrom(record *core.Record, row dbx.NullStringMap) bool {
	for _, field := range record.Collection().Fields {
		var raw any
		if cell := row[field.GetName()]; cell.Valid {
			raw = cell.String
		}
		value, err := field.PrepareValue(record, raw)
		if err != nil || !reflect.DeepEqual(value, record.GetRaw(field.GetName())) {
			return false
		}
	}
	return true
}

// bindKnown forgets accounts that this process changes.
func (s *Session) bindKnown() {
	forget := func(e *core.RecordEvent) error {
		s.known.forget(e.Record.Id)
		return e.Next()
	}
	for name, hooks := range map[string]*hook.TaggedHook[*core.RecordEvent]{
		"updated": s.App.OnRecordAfterUpdateSuccess(s.Users), "deleted": s.App.OnRecordAfterDeleteSuccess(s.Users),
	} {
		hooks.Bind(&hook.Handler[*core.RecordEvent]{Id: "chatSessionKnown_" + name, Priority: -100, Func: forget})
	}
}

// RecallID is the fixed id of [Session.Recall].
const RecallID = "chatSessionRecall"

// Recall finds the account of a token in the Authorization header before
// PocketBase would, which leaves a request alone that has one.
func (s *Session) Recall() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id:       RecallID,
		Priority: apis.DefaultLoadAuthTokenMiddlewarePriority - 1,
		Func:     s.recall,
	}
}

func (s *Session) recall(e *core.RequestEvent) error {
	e.Set(beganKey, time.Now())
	if token := headerToken(e.Request); token != "" && e.Auth == nil {
		e.Auth = s.bearer(e, token)
	}
	return e.Next()
}

const beganKey = "chatBegan"

// Began is a time before which nothing was looked up about who asks; zero for a
// route that does not ask that.
func Began(e *core.RequestEvent) time.Time {
	began, _ := e.Get(beganKey).(time.Time)
	return began
}

// RecallAPI is Recall for PocketBase's own routes below a path. It changes
// nothing of whom PocketBase takes a request to be from: what bearer answers is
// what PocketBase would, and where it answers nobody, PocketBase looks itself.
func (s *Session) RecallAPI(path string) *hook.Handler[*core.RequestEvent] {
	handler := s.Recall()
	handler.Id += "API"
	handler.Func = func(e *core.RequestEvent) error {
		if !strings.HasPrefix(e.Request.URL.Path, path) {
			return e.Next()
		}
		return s.recall(e)
	}
	return handler
}
