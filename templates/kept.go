package templates

import (
	"context"
	"io"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// Keeper makes what [Site].Kept is for the sites of one language.
func Keeper() func(name string, component templ.Component) templ.Component {
	var drawn sync.Map // name → string
	return func(name string, component templ.Component) templ.Component {
		return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			html, ok := drawn.Load(name)
			if !ok {
				var made strings.Builder
				if err := component.Render(ctx, &made); err != nil {
					return err
				}
				html, _ = drawn.LoadOrStore(name, made.String())
			}
			_, err := io.WriteString(w, html.(string))
			return err
		})
	}
}

// kept is a component that depends on the site alone, and not on its App, which
// may be named for a request.
func (s Site) kept(name string, component templ.Component) templ.Component {
	if s.Kept == nil {
		return component
	}
	if s.Panel {
		name = "panel " + name
	}
	return s.Kept(name, component)
}
