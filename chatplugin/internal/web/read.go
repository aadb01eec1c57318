package web

import (
	"bytes"

	"pocketchat/chatplugin/internal/web/answer"
)

// number is a number as it was sent: bare or quoted.
type number string

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(data []byte) error {
	*n = number(bytes.Trim(data, `"`))
	return nil
}

// read answers POST /{id}/read/: everything up to a revision was read. The mark
// never goes back, and at most to the room's end.
func (w *Web) read(v *visit) error {
	var typed struct {
		Rev number `form:"rev" json:"rev"`
	}
	if err := w.bind(v, &typed); err != nil {
		return err
	}
	rev, err := w.revision(string(typed.Rev))
	if err != nil {
		return err
	}
	if err := w.Acts.MarkRead(v.App, v.seat.Room.ID, v.viewer.Id, rev); err != nil {
		return err
	}
	if answer.Navigating(v.Request) { // the button for browsers without script
		return w.answers.Redirect(v.RequestEvent, w.base+"/"+v.seat.Room.ID+"/")
	}
	return w.answers.NoContent(v.RequestEvent)
}
