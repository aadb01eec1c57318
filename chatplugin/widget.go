package chatplugin

import (
	"github.com/a-h/templ"

	"pocketchat/templates"
)

// WidgetOptions are the attributes of the widget's element; zero fields leave
// them out.
type WidgetOptions = templates.WidgetOptions

// Widget is the chat in the corner of a templ host's page: the loader's script
// and the element, for the end of the body. It shows for whoever is signed in.
func (c *Chat) Widget(options WidgetOptions) templ.Component {
	return templates.WidgetElement(c.web.View.Site, options)
}
