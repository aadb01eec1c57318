package web

// widget answers GET /widget/: the list as a narrow panel.
func (w *Web) widget(v *visit) error {
	list, err := w.list(v)
	if err != nil {
		return err
	}
	return w.showList(v, w.Views.WidgetList, list)
}

// widgetRoom answers GET /widget/{id}/: the room as a narrow panel.
func (w *Web) widgetRoom(v *visit) error {
	if v.Request.URL.Query().Has("m") {
		return w.message(v)
	}
	room, err := w.openRoom(v)
	if err != nil {
		return err
	}
	return show(w, v, room.Title, w.Views.WidgetRoom, room)
}
