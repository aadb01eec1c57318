package chat

import (
	"errors"
	"strings"
	"time"
)

// Code says what kind of refusal an [Error] is. The web package turns it into
// an HTTP status, record hooks into a PocketBase error: each in one place.
type Code int

// The kinds of refusal.
const (
	Invalid     Code = iota // what was written breaks a rule of text or shape; 400, or 422 for a form
	Forbidden               // the viewer is a member, but may not do this; 403
	NotFound                // the room or message does not exist for the viewer; 404
	TooLarge                // more bytes or people than the limits allow; 413 for bytes
	Throttled               // too often; 429 with RetryAfter
	Conflict                // what was changed meanwhile makes this impossible; 409 is answered as 400
	Unavailable             // nothing can be saved just now, whoever asks for what; 503
)

// Error is a refusal with a sentence that a person can act on. The message is
// safe to show to anybody: it never holds ids, SQL or other people's data.
type Error struct {
	Code       Code
	Field      string // the form or record field that is at fault, "" if none
	Message    string
	RetryAfter time.Duration // for Throttled

	// Pattern is the English sentence with its places in braces, by which pages
	// find it in the viewer's language, and Pairs are what fills them: "{n}", "3".
	Pattern string
	Pairs   []string
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Refuse makes an error of the given kind; field may be empty. The sentence is a
// constant, which is how its translations are found and a test finds those that
// lack one; pairs fill its places: "{n}", "3".
func Refuse(code Code, field, pattern string, pairs ...string) *Error {
	return &Error{Code: code, Field: field, Message: Fill(pattern, pairs), Pattern: pattern, Pairs: pairs}
}

// Fill puts values into the places of a sentence.
func Fill(pattern string, pairs []string) string {
	if len(pairs) == 0 {
		return pattern
	}
	return strings.NewReplacer(pairs...).Replace(pattern)
}

// AsError finds the refusal in err's chain, or returns nil.
func AsError(err error) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return nil
}

// ErrNoRoom is the one answer for a room that does not exist and for one that
// the viewer is not a member of, so that nobody learns which it was.
var ErrNoRoom = Refuse(NotFound, "", "This conversation does not exist, or you are not a member of it.")

// ErrNoMessage is the answer for a message that does not exist, is of another
// room, or came before the viewer could see the room.
var ErrNoMessage = Refuse(NotFound, "", "This message does not exist any more.")
