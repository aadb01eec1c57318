package guard

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
)

// refs are references, by collection and field, that PocketBase is not to
// follow when a record is deleted: it reads and saves every record that points
// there, where one statement of ours does.
type refs map[string]string

// keepFromCascade hides the references from PocketBase's deletion.
func (r refs) keepFromCascade(e *core.RecordEvent) error {
	outer := e.App
	e.App = withoutRefs{outer, r}
	defer func() { e.App = outer }()
	return e.Next()
}

// withoutRefs is an app in which hidden references do not exist.
type withoutRefs struct {
	core.App
	hidden refs
}

// FindCachedCollectionReferences overrides what PocketBase cascades by.
func (a withoutRefs) FindCachedCollectionReferences(collection *core.Collection, except ...string) (map[*core.Collection][]core.Field, error) {
	found, err := a.App.FindCachedCollectionReferences(collection, except...)
	for from, fields := range found {
		fields = slices.DeleteFunc(fields, func(field core.Field) bool { return a.hidden[from.Name] == field.GetName() })
		if found[from] = fields; len(fields) == 0 {
			delete(found, from)
		}
	}
	return found, err
}
