package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/act"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// changeForm is what the forms of the page send: each part says in action what
// it is, and a client may leave that to be seen from the fields.
type changeForm struct {
	Action      string  `form:"action" json:"action"` // details, add, remove or role
	Name        *string `form:"name" json:"name"`
	Description *string `form:"description" json:"description"`
	DropAvatar  string  `form:"avatar_remove" json:"avatar_remove"`
	Members     many    `form:"members" json:"members"`
	Remove      string  `form:"remove" json:"remove"`
	User        string  `form:"user" json:"user"`
	Role        string  `form:"role" json:"role"`
}

func (f changeForm) action(files int) string {
	switch {
	case f.Action != "":
		return f.Action
	case f.Role != "":
		return "role"
	case f.Remove != "":
		return "remove"
	case len(f.Members) > 0:
		return "add"
	case f.Name != nil || f.Description != nil || f.DropAvatar != "" || files > 0:
		return "details"
	}
	return ""
}

// forgetAbsent takes back what the binding of a form made of inputs that were
// not sent: empty texts. JSON has none to take back.
func (f *changeForm) forgetAbsent(form url.Values) {
	if form == nil {
		return
	}
	if !form.Has("name") {
		f.Name = nil
	}
	if !form.Has("description") {
		f.Description = nil
	}
}

// editForm answers GET /{id}/edit/, to whom may change the group.
func (w *Web) editForm(v *visit) error {
	if err := chat.CanEditRoom(v.seat.Room.Type, v.seat.Member.Role); err != nil {
		return err
	}
	edit, err := w.editModel(v)
	if err != nil {
		return err
	}
	return show(w, v, v.view.Site.Labels.EditGroup, w.Views.EditPage, edit)
}

// edit answers POST /{id}/edit/: one change of the group.
func (w *Web) edit(v *visit) error {
	var typed changeForm
	err := w.bind(v, &typed)
	if err != nil {
		return err
	}
	files, err := w.uploads(v, avatarInput)
	if err != nil {
		return err
	}
	typed.forgetAbsent(v.Request.Form)
	action := typed.action(len(files))
	changes := act.Changes{Name: typed.Name, Description: typed.Description, DropAvatar: typed.DropAvatar != ""}
	if len(files) > 0 {
		changes.Avatar = files[0]
	}
	if err := w.change(v, action, typed, changes); err != nil {
		return w.refuseEdit(v, err, typed)
	}
	return w.edited(v, action)
}

func (w *Web) change(v *visit, action string, typed changeForm, changes act.Changes) error {
	room, viewer := v.seat.Room.ID, v.viewer.Id
	user := typed.User
	if user == "" {
		user = typed.Remove
	}
	switch action {
	case "details":
		return w.Acts.Change(v.App, room, viewer, changes)
	case "add":
		// Asked before anybody is looked up: whoever may add nobody learns nothing.
		if err := chat.CanAddMembers(v.seat.Room.Type, v.seat.Member.Role); err != nil {
			return err
		}
		users, err := w.Acts.Resolve(v.App, v.viewer, typed.Members.names())
		if err != nil {
			return err
		}
		return w.Acts.AddMembers(v.App, room, viewer, users)
	case "remove":
		return w.Acts.Remove(v.App, room, viewer, user)
	case "role":
		return w.Acts.SetRole(v.App, room, viewer, user, chat.Role(typed.Role))
	}
	return chat.Refuse(chat.Invalid, "action", w.Words.NoAction)
}

// edited answers a change: the details lead back to the room's, the people
// stay on the page, as long as the viewer still may see it.
func (w *Web) edited(v *visit, action string) error {
	if wants(v.Request) == answer.JSON {
		return w.answers.NoContent(v.RequestEvent)
	}
	seat, err := store.FindSeat(v.App, v.seat.Room.ID, v.viewer.Id)
	if err == chat.ErrNoRoom {
		return w.answers.Redirect(v.RequestEvent, w.root(v)+"/")
	}
	if err != nil {
		return err
	}
	v.seat = seat
	here := w.root(v) + "/" + seat.Room.ID
	if action == "details" || chat.CanEditRoom(seat.Room.Type, seat.Member.Role) != nil {
		return w.answers.Redirect(v.RequestEvent, here+"/info/")
	}
	if wants(v.Request) == answer.Page {
		return w.answers.Redirect(v.RequestEvent, here+"/edit/")
	}
	edit, err := w.editModel(v)
	if err != nil {
		return err
	}
	page := w.answers.Model(v.RequestEvent, v.view.Site.Labels.EditGroup)
	return w.answers.HTML(v.RequestEvent, http.StatusOK, w.Views.EditForm(page, edit))
}

func (w *Web) refuseEdit(v *visit, err error, typed changeForm) error {
	refusal := chat.AsError(ofForm(err))
	if refusal != nil && refusal.Code != chat.Invalid && refusal.Code != chat.Conflict {
		return err // no other form would help
	}
	edit, modelErr := w.editModel(v)
	if modelErr != nil {
		return modelErr
	}
	values := map[string]string{}
	if typed.Name != nil {
		values["name"] = *typed.Name
	}
	if typed.Description != nil {
		values["description"] = *typed.Description
	}
	form := formOf(values)
	form.Many["members"] = typed.Members.names()
	return w.refuseForm(v, err, form, func(form templates.Form) templ.Component {
		edit.Form = form
		page := w.answers.Model(v.RequestEvent, v.view.Site.Labels.EditGroup)
		if wants(v.Request) == answer.Fragment {
			return w.Views.EditForm(page, edit)
		}
		return w.Views.EditPage(page, edit)
	})
}

func (w *Web) editModel(v *visit) (templates.Edit, error) {
	room, err := v.view.Room(v.App, v.seat, v.viewer.Id)
	if err != nil {
		return templates.Edit{}, err
	}
	people, err := w.people(v)
	promote := chat.RoleChange{Room: v.seat.Room.Type, Actor: v.seat.Member.Role, Target: chat.Member, To: chat.Admin, Owners: 1}
	return templates.Edit{Room: room, People: people, CanRole: chat.CanSetRole(promote) == nil}, err
}
