package session

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
)

// RefreshID is the fixed id of the hook that hears of new tokens.
const RefreshID = "chatSessionRefresh"

// bindRefresh lets what a client opened with a token live on when PocketBase
// gave the client a newer one for it: nobody opens sockets and topics anew for
// that.
func (s *Session) bindRefresh() {
	s.App.OnRecordAuthRequest().Bind(&hook.Handler[*core.RecordAuthRequestEvent]{
		Id: RefreshID,
		Func: func(e *core.RecordAuthRequestEvent) error {
			if err := e.Next(); err != nil {
				return err
			}
			s.refreshed(e)
			return nil
		},
	})
}

func (s *Session) refreshed(e *core.RecordAuthRequestEvent) {
	if !strings.HasSuffix(strings.TrimSuffix(e.Request.URL.Path, "/"), "/auth-refresh") || e.Auth == nil || !s.mayChat(e.Record) {
		return
	}
	old := headerToken(e.Request)
	was, is := readClaims(old), readClaims(e.Token)
	if was.refreshable && is.refreshable && was.user == e.Record.Id && is.user == e.Record.Id {
		s.book.follow(headerSession(old), headerSession(e.Token), is.expires)
	}
}
