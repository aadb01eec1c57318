package guard

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/list"
)

// What a save is about is told by comparison with what its record last knew of
// the row. PocketBase's Original is that only for the first save after loading:
// it stays as it was when the same record is saved again, and is empty for one
// that was just created.

// before answers what the record knew of its row before it was changed.
func before(record *core.Record) *core.Record {
	if known := marksOf(record).known; known != nil {
		return known
	}
	return record.Original()
}

// know notes the row as this save leaves it.
func know(record *core.Record) {
	collection := record.Collection()
	known := core.NewRecord(collection)
	for _, field := range collection.Fields {
		name := field.GetName()
		if file, ok := field.(*core.FileField); ok {
			known.SetRaw(name, fileNames(record, file))
			continue
		}
		known.SetRaw(name, record.GetRaw(name))
	}
	mark(record, func(m *marks) { m.known, m.knew, m.saved = known, m.known, true })
}

// unknow takes back what know noted of a save that was rolled back after all.
func unknow(e *core.RecordErrorEvent) error {
	mark(e.Record, func(m *marks) {
		if m.saved {
			m.known, m.saved = m.knew, false
		}
	})
	return e.Next()
}

// files are the names in a file field, those about to be uploaded included.
func files(record *core.Record, name string) []string {
	field, ok := record.Collection().Fields.GetByName(name).(*core.FileField)
	if !ok {
		return nil
	}
	return fileNames(record, field)
}

func fileNames(record *core.Record, field *core.FileField) []string {
	value, _ := field.DriverValue(record)
	return list.ToUniqueStringSlice(value)
}

// touched reports whether this save sets a field to something else.
func touched(record, before *core.Record, field string) bool {
	return record.GetString(field) != before.GetString(field)
}

func touchedFiles(record, before *core.Record, field string) bool {
	return len(record.GetUnsavedFiles(field)) > 0 || !slices.Equal(files(record, field), files(before, field))
}
