package web

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/act"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

type messageForm struct {
	Body     string `form:"body" json:"body"`
	ClientID string `form:"client_id" json:"client_id"`
	ReplyTo  string `form:"reply_to" json:"reply_to"`
}

// send answers POST /{id}/send/: with the message's fragment, the same bytes
// as the frame about it; with the record to a client without pages; and with
// the room to a browser without script.
func (w *Web) send(v *visit) error {
	var typed messageForm
	if err := w.typed(v, &typed); err != nil {
		return err
	}
	record, err := w.post(v, typed)
	if err != nil {
		return w.refuseSend(v, err, typed)
	}
	switch {
	case wants(v.Request) == answer.JSON:
		if err := apis.EnrichRecord(v.RequestEvent, record); err != nil {
			return err
		}
		return w.answers.JSON(v.RequestEvent, http.StatusOK, record)
	case answer.Navigating(v.Request):
		return w.answers.Redirect(v.RequestEvent, w.base+"/"+record.GetString(store.FieldRoom)+"/")
	}
	fragment, err := w.Live.FragmentOf(v.App, record, v.view)
	if err != nil {
		return err
	}
	return w.answers.HTML(v.RequestEvent, http.StatusOK, templ.Raw(fragment))
}

// typed reads the form. What cannot be read is refused as such, but to a
// stranger, to whom there is no room to write into.
func (w *Web) typed(v *visit, form *messageForm) error {
	err := w.bind(v, form)
	if err == nil && chat.ValidID(v.Request.PathValue("id")) {
		return nil
	}
	if stranger := w.sit(v); stranger != nil {
		return stranger
	}
	return err
}

func (w *Web) post(v *visit, typed messageForm) (*core.Record, error) {
	files, err := w.uploads(v, filesInput)
	if err != nil {
		return nil, err
	}
	return w.Acts.Send(v.App, act.Draft{
		Room: v.Request.PathValue("id"), Author: v.viewer.Id, Body: typed.Body,
		ClientID: typed.ClientID, ReplyTo: typed.ReplyTo, Files: files,
	})
}

// refuseSend gives what was typed back: in the room to a browser without
// script, else in the composer alone. A stranger hears what they would hear of
// any other request about the room.
func (w *Web) refuseSend(v *visit, err error, typed messageForm) error {
	if seatErr := w.sit(v); seatErr != nil {
		return seatErr
	}
	room, roomErr := templates.Room{}, error(nil)
	if wants(v.Request) != answer.JSON {
		if room, roomErr = w.openRoom(v); roomErr != nil {
			return roomErr
		}
		if room.Reply, roomErr = w.quoted(v, typed.ReplyTo); roomErr != nil {
			return roomErr
		}
	}
	return w.answers.RefuseForm(v.RequestEvent, err, func(refusal answer.Refusal) templ.Component {
		room.Draft, room.Problem, room.ClientID = typed.Body, refusal.Message, typed.ClientID
		if answer.Navigating(v.Request) {
			return w.Views.RoomPage(w.answers.Model(v.RequestEvent, room.Title), room)
		}
		return w.Views.Composer(w.answers.Site(v.RequestEvent), room)
	})
}
