package chat

import "strings"

// maxID is the longest id of a record or a client that is looked at.
const maxID = 64

// ValidID tells whether s can be the id of a record at all. PocketBase's own
// are 15 lower-case letters and digits; a host's users may have others.
func ValidID(s string) bool {
	return s != "" && len(s) <= maxID && strings.IndexFunc(s, notInID) < 0
}

func notInID(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
}

// ValidClientID tells whether s can be what a client calls its own message: 1
// to 64 printable ASCII characters without spaces.
func ValidClientID(s string) bool {
	return s != "" && len(s) <= maxID && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// DirectKey is what makes the direct room of two people the only one: the same
// whoever of them opens it. The separator is in no id.
func DirectKey(a, b string) string {
	if b < a {
		a, b = b, a
	}
	return a + ":" + b
}
