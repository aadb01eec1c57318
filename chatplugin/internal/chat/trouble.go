package chat

import "strings"

// What may be wrong with a database that writes fail on.
const (
	Busy     = "busy"      // another writer had it for longer than one waits
	ReadOnly = "read_only" // the file, its folder or the whole disk
	Full     = "full"      // the disk
	Failing  = "failing"   // the disk, or what is between
)

// troubles are told by SQLite's own words, which all drivers pass on.
var troubles = []struct{ name, words string }{
	{Busy, "database is locked"}, {Busy, "database table is locked"}, {ReadOnly, "readonly database"},
	{Full, "database or disk is full"}, {Failing, "disk I/O error"},
}

// Trouble names what an error says of the database, "" when it is about
// something else.
func Trouble(err error) string {
	if err == nil {
		return ""
	}
	said := err.Error()
	for _, trouble := range troubles {
		if strings.Contains(said, trouble.words) {
			return trouble.name
		}
	}
	return ""
}

// Troubles are all that Trouble may name.
func Troubles() []string { return []string{Busy, ReadOnly, Full, Failing} }

// Unsaved is the refusal for an error of a database that can take nothing just
// now, or nil. It is no fault of who asked, and passes: the same request may go
// well later.
func Unsaved(err error) *Error {
	if Trouble(err) == "" {
		return nil
	}
	return Refuse(Unavailable, "", "The server cannot save anything at the moment, so nothing was changed. Try again later.")
}
