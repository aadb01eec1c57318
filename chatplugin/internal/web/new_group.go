package web

import (
	"net/http"

	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/act"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// groupForm is what a new group is made from.
type groupForm struct {
	Name        string `form:"name" json:"name"`
	Description string `form:"description" json:"description"`
	Members     many   `form:"members" json:"members"`
}

// newGroupForm answers GET /new-group/.
func (w *Web) newGroupForm(v *visit) error {
	form := formOf(nil)
	if wants(v.Request) == answer.Fragment {
		return w.answers.HTML(v.RequestEvent, http.StatusOK, w.Views.NewGroupForm(w.answers.Site(v.RequestEvent), form))
	}
	return show(w, v, v.view.Site.Labels.NewGroup, w.Views.NewGroupPage, form)
}

// newGroup answers POST /new-group/: the viewer's group, with the people that
// were named by e-mail or id.
func (w *Web) newGroup(v *visit) error {
	var typed groupForm
	if err := w.bind(v, &typed); err != nil {
		return err
	}
	room, err := w.createGroup(v, typed)
	if err != nil {
		form := formOf(map[string]string{"name": typed.Name, "description": typed.Description})
		form.Many["members"] = typed.Members.names()
		return w.refuseForm(v, err, form, func(form templates.Form) templ.Component {
			if wants(v.Request) == answer.Fragment {
				return w.Views.NewGroupForm(w.answers.Site(v.RequestEvent), form)
			}
			return w.Views.NewGroupPage(w.answers.Model(v.RequestEvent, v.view.Site.Labels.NewGroup), form)
		})
	}
	return w.opened(v, room)
}

func (w *Web) createGroup(v *visit, typed groupForm) (room string, err error) {
	members, err := w.Acts.Resolve(v.App, v.viewer, typed.Members.names())
	if err != nil {
		return "", err
	}
	return w.Acts.CreateGroup(v.App, v.viewer.Id, act.Group{Name: typed.Name, Description: typed.Description, Members: members})
}
