package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// newDirectForm answers GET /new/.
func (w *Web) newDirectForm(v *visit) error {
	if id := v.Request.URL.Query().Get("user"); id != "" {
		return w.messageThem(v, id)
	}
	form := formOf(map[string]string{"email": v.Request.URL.Query().Get("email")})
	if wants(v.Request) == answer.Fragment {
		return w.answers.HTML(v.RequestEvent, http.StatusOK, w.Views.NewDirectForm(w.answers.Site(v.RequestEvent), form))
	}
	return show(w, v, v.view.Site.Labels.NewChat, w.Views.NewDirectPage, form)
}

// newDirect answers POST /new/: it opens the one room with the person behind
// an e-mail. Nobody's address and that of somebody who may not be found are
// refused in the same words.
func (w *Web) newDirect(v *visit) error {
	var typed struct {
		Email string `form:"email" json:"email"`
		User  string `form:"user" json:"user"` // the id, from a host's page
	}
	if err := w.bind(v, &typed); err != nil {
		return err
	}
	room, err := w.openDirect(v, strings.TrimSpace(typed.Email), typed.User)
	if err != nil {
		return w.refuseForm(v, err, formOf(map[string]string{"email": typed.Email}), func(form templates.Form) templ.Component {
			if wants(v.Request) == answer.Fragment {
				return w.Views.NewDirectForm(w.answers.Site(v.RequestEvent), form)
			}
			return w.Views.NewDirectPage(w.answers.Model(v.RequestEvent, v.view.Site.Labels.NewChat), form)
		})
	}
	return w.opened(v, room)
}

// messageThem shows the button of a host's page again: a guest who pressed it
// has signed in since.
func (w *Web) messageThem(v *visit, id string) error {
	other, err := w.Acts.Reach(v.App, v.viewer, id)
	if err != nil {
		return err
	}
	if other == nil {
		return chat.Refuse(chat.NotFound, "", w.Words.NobodyThere)
	}
	return show(w, v, v.view.Site.Labels.NewChat, templates.WriteToPage, v.view.Viewer(other))
}

func (w *Web) openDirect(v *visit, email, id string) (room string, err error) {
	if id != "" && email == "" {
		other, err := w.Acts.Reach(v.App, v.viewer, id)
		if err != nil {
			return "", err
		}
		if other == nil {
			return "", chat.Refuse(chat.Invalid, "email", w.Words.NobodyThere)
		}
		return w.Acts.OpenDirect(v.App, v.viewer.Id, other.Id)
	}
	if email == "" {
		return "", chat.Refuse(chat.Invalid, "email", w.Words.NoAddress)
	}
	found, err := w.Acts.LookUp(v.App, v.viewer, email)
	if err != nil {
		return "", err
	}
	if found == nil {
		return "", chat.Refuse(chat.Invalid, "email", w.Words.NobodyFound)
	}
	return w.Acts.OpenDirect(v.App, v.viewer.Id, found.Id)
}
