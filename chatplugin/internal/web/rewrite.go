package web

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/apis"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
)

type rewriteForm struct {
	Message string `form:"message" json:"message"`
	Body    string `form:"body" json:"body"`
}

// rewrite answers POST /{id}/change/: another text for the viewer's own message.
func (w *Web) rewrite(v *visit) error {
	var typed rewriteForm
	if err := w.bind(v, &typed); err != nil {
		return err
	}
	if !chat.ValidID(typed.Message) {
		return chat.ErrNoMessage
	}
	if err := w.Acts.Edit(v.App, v.seat.Room.ID, typed.Message, v.viewer.Id, typed.Body); err != nil {
		return w.refuseRewrite(v, err, typed)
	}
	if wants(v.Request) != answer.JSON {
		return w.changed(v, typed.Message)
	}
	record, err := v.App.FindRecordById(store.Messages, typed.Message)
	if err != nil {
		return err
	}
	if err := apis.EnrichRecord(v.RequestEvent, record); err != nil {
		return err
	}
	return w.answers.JSON(v.RequestEvent, http.StatusOK, record)
}

// refuseRewrite gives back what was typed, and what is wrong with it.
func (w *Web) refuseRewrite(v *visit, err error, typed rewriteForm) error {
	if wants(v.Request) == answer.JSON {
		return err
	}
	message, seenErr := w.seen(v, typed.Message)
	if seenErr != nil {
		return seenErr
	}
	model, modelErr := w.messagePage(v, message)
	if modelErr != nil {
		return modelErr
	}
	return w.answers.RefuseForm(v.RequestEvent, err, func(refusal answer.Refusal) templ.Component {
		model.Draft, model.Problem = typed.Body, refusal.Message
		if answer.Navigating(v.Request) {
			return w.Views.MessagePage(w.answers.Model(v.RequestEvent, model.Room.Title), model)
		}
		return w.Views.MessageActions(w.answers.Site(v.RequestEvent), model)
	})
}

// retract answers POST /{id}/retract/: the viewer's own message becomes a
// tombstone.
func (w *Web) retract(v *visit) error {
	var typed rewriteForm
	if err := w.bind(v, &typed); err != nil {
		return err
	}
	if !chat.ValidID(typed.Message) {
		return chat.ErrNoMessage
	}
	if err := w.Acts.DeleteMessage(v.App, v.seat.Room.ID, typed.Message, v.viewer.Id); err != nil {
		return err
	}
	if wants(v.Request) == answer.JSON {
		return w.answers.NoContent(v.RequestEvent)
	}
	return w.changed(v, typed.Message)
}
