package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// reactorsShown is how many people a message's own page names.
const reactorsShown = 200

// message answers GET /{id}/message/?m=ID: one message with what the viewer can
// do with it, as a page for a browser without script and as forms for ours.
func (w *Web) message(v *visit) error {
	if at := v.Request.URL.Query().Get("at"); at != "" { // what it quotes
		return w.answers.Redirect(v.RequestEvent, w.placeOf(v, at))
	}
	message, err := w.seen(v, v.Request.URL.Query().Get("m"))
	if err != nil {
		return err
	}
	model, err := w.messagePage(v, message)
	if err != nil {
		return err
	}
	if wants(v.Request) == answer.Fragment {
		return w.answers.HTML(v.RequestEvent, http.StatusOK, w.Views.MessageActions(w.answers.Site(v.RequestEvent), model))
	}
	return show(w, v, model.Room.Title, w.Views.MessagePage, model)
}

func (w *Web) messagePage(v *visit, message store.Message) (templates.MessagePage, error) {
	page := templates.MessagePage{Own: message.Author == v.viewer.Id, Draft: message.Body}
	var err error
	if page.Room, err = v.view.Room(v.App, v.seat, v.viewer.Id); err != nil {
		return page, err
	}
	shown, err := v.view.Messages(v.App, []store.Message{message}, v.seat.Member.Since())
	if err != nil {
		return page, err
	}
	page.Message = shown[0]
	if len(page.Message.Reactions) == 0 {
		return page, nil
	}
	if page.Mine, err = store.MyReactions(v.App, message.ID, v.viewer.Id); err != nil {
		return page, err
	}
	reactors, err := store.Reactors(v.App, message.ID, reactorsShown)
	if err != nil {
		return page, err
	}
	page.Reactors, err = v.view.Reactors(v.App, reactors)
	return page, err
}

// changed answers what was done to a message: with its fragment, the same bytes
// as the frame about it, or with the room to a browser without script.
func (w *Web) changed(v *visit, id string) error {
	if answer.Navigating(v.Request) {
		return w.answers.Redirect(v.RequestEvent, w.placeOf(v, id))
	}
	message, err := store.FindMessage(v.App, v.seat.Room.ID, id)
	if err != nil {
		return err
	}
	fragment, err := w.Live.Fragment(v.App, message, v.view, v.seat.Member.Since())
	if err != nil {
		return err
	}
	return w.answers.HTML(v.RequestEvent, http.StatusOK, templ.Raw(fragment))
}

// placeOf is where the room shows a message.
func (w *Web) placeOf(v *visit, id string) string {
	return w.base + "/" + v.seat.Room.ID + "/?at=" + url.QueryEscape(id) + "#message-" + url.QueryEscape(id)
}

// emoji answers GET /emoji/: what there is to react with.
func (w *Web) emoji(v *visit) error {
	return w.answers.HTML(v.RequestEvent, http.StatusOK, w.Views.EmojiGrid(w.answers.Site(v.RequestEvent)))
}
