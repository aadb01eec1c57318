package session

import (
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/web/answer"
)

// start opens a session with a token that PocketBase has just made or checked.
// It always has a new id, so that nobody can be made to use one that somebody
// else knows; a session that the browser had until now ends.
func (s *Session) start(e *core.RequestEvent, token string) error {
	fresh := readClaims(token)
	if fresh.user == "" || fresh.expires.IsZero() {
		return errors.New("session: PocketBase's answer holds no usable token")
	}
	s.endCookie(e)
	s.writeCookie(e, newSessionID(), token, fresh.expires, false)
	return nil
}

// endCookie ends the session of the request's cookie, whoever the request is
// from otherwise.
func (s *Session) endCookie(e *core.RequestEvent) {
	c, ok := readCookie(e)
	if !ok {
		return
	}
	s.clearCookie(e)
	old := readClaims(c.token)
	// The claims are not verified here: an id that somebody made up is told
	// to nobody but their own, so only a session that was loaded counts.
	if SessionID(e) == c.session && e.Auth != nil {
		s.end(e.Auth.Id, c.session, old.expires)
		return
	}
	if record, err := e.App.FindAuthRecordByToken(c.token, core.TokenTypeAuth); err == nil && s.mayChat(record) {
		s.end(record.Id, c.session, old.expires)
	}
}

// done answers a request that opened or ended a session: on to path, or 204 to
// a client without pages.
func (s *Session) done(e *core.RequestEvent, path string) error {
	if answer.KindOf(e.Request) == answer.JSON {
		return s.Answers.NoContent(e)
	}
	return s.Answers.Redirect(e, path)
}

// Create answers POST /session/: a client that has a PocketBase token, in the
// Authorization header, gets the cookie for it. As it sets a cookie it is
// refused to other sites even though it brings a token.
func (s *Session) Create(e *core.RequestEvent) error {
	if err := s.checkCrossOrigin(e.Request); err != nil {
		return err
	}
	token := headerToken(e.Request)
	if token == "" {
		return e.UnauthorizedError(s.Words.SignInFirst, nil)
	}
	if Viewer(e) == nil {
		// Load has let go of tokens that may not chat: say why, where the
		// token itself is good.
		if _, err := e.App.FindAuthRecordByToken(token, core.TokenTypeAuth); err == nil {
			return e.ForbiddenError(s.Words.NoChatAccount, nil)
		}
		return e.UnauthorizedError(s.Words.SignInFirst, nil)
	}
	if err := s.start(e, token); err != nil {
		return err
	}
	return s.Answers.NoContent(e)
}

// Delete answers DELETE /session/: the cookie goes, and its sockets with it.
func (s *Session) Delete(e *core.RequestEvent) error {
	if err := s.checkCrossOrigin(e.Request); err != nil {
		return err
	}
	s.endCookie(e)
	return s.Answers.NoContent(e)
}

// SignOut answers POST /sign-out/: the session of this browser ends, and with
// everywhere=1 all of this user's, by a new token key.
func (s *Session) SignOut(e *core.RequestEvent) error {
	var form struct {
		Everywhere string `form:"everywhere" json:"everywhere"`
	}
	if err := answer.Bind(e, &form); err != nil {
		return err
	}
	viewer := Viewer(e)
	if viewer != nil && (form.Everywhere == "1" || form.Everywhere == "true") {
		if err := s.endEverywhere(e, viewer); err != nil {
			return err
		}
	}
	if c, ok := readCookie(e); viewer != nil && (!ok || c.session != SessionID(e)) {
		s.end(viewer.Id, SessionID(e), Expires(e)) // a token that the client brought itself
	}
	s.endCookie(e)
	s.clearCookie(e) // an unreadable one too
	return s.done(e, s.Base+"/sign-in/?signed-out=1")
}

// endEverywhere makes every token of the user worthless. The record is saved
// without validation: an old account that misses a field which the host asks
// for today must be able to sign out.
func (s *Session) endEverywhere(e *core.RequestEvent, viewer *core.Record) error {
	record, err := e.App.FindRecordById(viewer.Collection().Id, viewer.Id)
	if err != nil {
		return err
	}
	record.RefreshTokenKey()
	if err := e.App.SaveNoValidate(record); err != nil {
		return err
	}
	s.OnSignOut(viewer.Id, "")
	return nil
}
