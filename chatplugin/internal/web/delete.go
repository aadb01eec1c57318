package web

// deleteForMe answers POST /{id}/delete/: the room leaves the viewer's list,
// and what is there up to now is hidden from them alone.
func (w *Web) deleteForMe(v *visit) error {
	if err := w.Acts.DeleteForMe(v.App, v.seat.Room.ID, v.viewer.Id); err != nil {
		return err
	}
	return w.done(v, w.root(v)+"/")
}

// deleteGroup answers POST /{id}/delete-group/: the group is gone for all.
func (w *Web) deleteGroup(v *visit) error {
	if err := w.Acts.DeleteGroup(v.App, v.seat.Room.ID, v.viewer.Id); err != nil {
		return err
	}
	return w.done(v, w.root(v)+"/")
}
