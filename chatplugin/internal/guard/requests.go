package guard

import (
	"errors"
	"math"
	"net/http"
	"strconv"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// bindRequests is what only a request knows: who asks. It puts the asker on
// the record and lets the record hooks decide; it never decides by itself.
func (g *Guard) bindRequests(app core.App) {
	on(app.OnRecordCreateRequest(store.Messages), "request_rule", first, proveRule)
	on(app.OnRecordCreateRequest(ours...), "request_create", early, g.createRequest)
	on(app.OnRecordUpdateRequest(ours...), "request_update", early, g.updateRequest)
	on(app.OnRecordDeleteRequest(ours...), "request_delete", early, g.deleteRequest)
}

func (g *Guard) createRequest(e *core.RecordRequestEvent) error {
	user := g.asker(e)
	if user != "" {
		switch e.Collection.Name {
		case store.Messages:
			e.Record.Set(store.FieldAuthor, user)
		case store.Reactions:
			e.Record.Set(store.FieldUser, user)
		}
		if err := g.throttle(e, user); err != nil {
			if e.Collection.Name == store.Messages {
				g.counts.refuse(err)
			}
			return g.refuse(e, err)
		}
	}
	if e.Collection.Name == store.Messages {
		return g.refuse(e, g.createOnce(e))
	}
	return g.refuse(e, e.Next())
}

// createOnce answers a repeated client_id with the message that it already
// made. Of twenty requests at once one creates; the others fail at the unique
// index, and find it then. So does one that comes later, since most come once:
// only in a batch, which a failure may end, it is looked for first.
func (g *Guard) createOnce(e *core.RecordRequestEvent) error {
	find := func() (*core.Record, error) {
		return store.FindByClientID(e.App, e.Record.GetString(store.FieldRoom), e.Record.GetString(store.FieldAuthor), e.Record.GetString(store.FieldClientID))
	}
	if e.App.IsTransactional() {
		if found, err := find(); err != nil || found != nil {
			return g.answerFound(e, found, err)
		}
	}
	err := e.Next()
	if err == nil {
		return nil
	}
	if !e.Record.IsNew() && e.App.IsTransactional() {
		return err // it was saved; what failed is a later request of the batch
	}
	if found, findErr := find(); findErr == nil && found != nil {
		return g.answerFound(e, found, nil)
	}
	return err
}

func (g *Guard) answerFound(e *core.RecordRequestEvent, found *core.Record, err error) error {
	if err != nil {
		return err
	}
	if err := apis.EnrichRecord(e.RequestEvent, found); err != nil {
		return err
	}
	g.CountRepeat()
	e.Record = found
	return e.JSON(http.StatusOK, found)
}

func (g *Guard) throttle(e *core.RecordRequestEvent, user string) error {
	if g.Throttle == nil {
		return nil
	}
	bucket := "newroom"
	switch {
	case e.Collection.Name == store.Messages, e.Collection.Name == store.Reactions:
		bucket = "send"
	case e.Collection.Name == store.Members && !e.Record.IsNew():
		bucket = "read" // read marks and settings, as pages make them
	}
	err := g.Throttle(bucket, user, e.RealIP())
	if refusal := chat.AsError(err); refusal != nil {
		seconds := int(math.Ceil(refusal.RetryAfter.Seconds()))
		e.Response.Header().Set("Retry-After", strconv.Itoa(max(seconds, 1)))
	}
	return err
}

func (g *Guard) updateRequest(e *core.RecordRequestEvent) error {
	if user := g.asker(e); user != "" {
		if err := g.throttle(e, user); err != nil {
			return g.refuse(e, err)
		}
	}
	return g.refuse(e, e.Next())
}

// deleteRequest turns two deletions into what they mean here: a message becomes
// a tombstone, and a room is closed, the rest going in the background.
func (g *Guard) deleteRequest(e *core.RecordRequestEvent) error {
	g.asker(e)
	switch e.Collection.Name {
	case store.Messages:
		e.Record.Set(store.FieldDeleted, types.NowDateTime())
	case store.Rooms:
		e.Record.Set(store.FieldClosed, true)
	default:
		return g.refuse(e, e.Next())
	}
	if err := e.App.Save(e.Record); err != nil {
		return g.refuse(e, err)
	}
	return e.NoContent(http.StatusNoContent)
}

// guest stands for somebody who is not signed in: no user has such an id.
const guest = "@guest"

// asker puts the signed-in user on the record, as its only mark. It answers ""
// for a superuser.
func (g *Guard) asker(e *core.RecordRequestEvent) string {
	user := guest
	switch {
	case e.HasSuperuserAuth():
		user = ""
	case e.Auth != nil:
		user = e.Auth.Id
	}
	e.Record.SetRaw(marksKey, marks{actor: user})
	return user
}

// refuse gives a refusal of the rules its status and its sentence; other errors
// pass unchanged. PocketBase wraps what comes from a save in an error of its
// own, which says only that the save failed.
func (g *Guard) refuse(e *core.RecordRequestEvent, err error) error {
	refusal := chat.AsError(err)
	var wrapped *router.ApiError
	if refusal == nil && errors.As(err, &wrapped) {
		cause, _ := wrapped.RawData().(error)
		if refusal = chat.AsError(cause); refusal == nil {
			if refusal = chat.Unsaved(cause); refusal != nil {
				e.App.Logger().Error("chat: the database could not save", "error", cause)
			}
		}
	}
	if refusal == nil {
		return err
	}
	if g.Word == nil {
		return APIError(refusal)
	}
	said := *refusal
	said.Message = g.Word(e.Request.Header.Get("Accept-Language"), refusal)
	return APIError(&said)
}
