package web

import (
	"net/http"
	"strings"

	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// checkUser answers GET /check-user/: whose address it is, by name and picture
// alone. An unknown one takes the same steps and has the same status.
func (w *Web) checkUser(v *visit) error {
	asked := templates.CheckUser{Email: strings.TrimSpace(v.Request.URL.Query().Get("email"))}
	found, err := w.Acts.LookUp(v.App, v.viewer, asked.Email)
	if err != nil {
		return err
	}
	if found != nil {
		asked.Found, asked.Person = true, v.view.Viewer(found)
	}
	if wants(v.Request) == answer.JSON {
		return w.answers.JSON(v.RequestEvent, http.StatusOK, map[string]any{
			"found": asked.Found, "name": asked.Person.Name, "avatar": asked.Person.Avatar,
		})
	}
	return w.answers.HTML(v.RequestEvent, http.StatusOK, w.Views.CheckUser(w.answers.Site(v.RequestEvent), asked))
}
