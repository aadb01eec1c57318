package web

// typing answers POST /{id}/typing/. Nothing is written for it.
func (w *Web) typing(v *visit) error {
	w.Live.Typing(v.seat.Room, v.viewer)
	return w.answers.NoContent(v.RequestEvent)
}
