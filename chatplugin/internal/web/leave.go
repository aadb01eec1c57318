package web

// leave answers POST /{id}/leave/.
func (w *Web) leave(v *visit) error {
	if err := w.Acts.Leave(v.App, v.seat.Room.ID, v.viewer.Id); err != nil {
		return err
	}
	return w.done(v, w.root(v)+"/")
}
