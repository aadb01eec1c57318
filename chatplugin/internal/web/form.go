package web

import (
	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/templates"
)

// formOf is a form that gives back what was typed.
func formOf(typed map[string]string) templates.Form {
	form := templates.Form{Fields: map[string]templates.Field{}, Many: map[string][]string{}}
	for name, value := range typed {
		form.Fields[name] = templates.Field{Value: value}
	}
	return form
}

// refuseForm answers with the form again, and what is wrong with it.
func (w *Web) refuseForm(v *visit, err error, form templates.Form, component func(templates.Form) templ.Component) error {
	return w.answers.RefuseForm(v.RequestEvent, ofForm(err), func(refusal answer.Refusal) templ.Component {
		form.Error = refusal.Message
		for name, problem := range refusal.Fields {
			field := form.Fields[name]
			field.Error = problem
			form.Fields[name] = field
		}
		return component(form)
	})
}

// ofForm makes too many people a fault of what was typed, as any other in a
// form: 413 is for bytes.
func ofForm(err error) error {
	if refusal := chat.AsError(err); refusal != nil && refusal.Code == chat.TooLarge && refusal.Field == "members" {
		typed := *refusal
		typed.Code = chat.Invalid
		return &typed
	}
	return err
}
