package web

import (
	"mime"
	"slices"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"pocketchat/chatplugin/internal/store"
)

// PocketBase serves protected files to those who bring a file token. Pages have
// a cookie instead, so these two routes serve the same files to members.

// avatar answers GET /{id}/avatar/: a group's picture, small.
func (w *Web) avatar(v *visit) error {
	name := v.seat.Room.Avatar
	if name == "" {
		return w.nothing(v)
	}
	size := v.Request.URL.Query().Get("thumb")
	if size == "" {
		size = "100x100"
	}
	return w.serveFile(v, store.Rooms, v.seat.Room.ID, store.FieldAvatar, name, size)
}

// file answers GET /{id}/file/?m=MESSAGE&f=NAME: a file of a message that the
// viewer can see. thumb asks for one of the field's sizes, or 1 for the first.
func (w *Web) file(v *visit) error {
	query := v.Request.URL.Query()
	message, err := w.seen(v, query.Get("m"))
	if err != nil {
		return err
	}
	if !message.Deleted.IsZero() || !slices.Contains(message.Files, query.Get("f")) {
		return w.nothing(v)
	}
	return w.serveFile(v, store.Messages, message.ID, store.FieldFiles, query.Get("f"), query.Get("thumb"))
}

// serveFile passes PocketBase's own hook for downloads, so that a host's rules
// about files hold here as well.
func (w *Web) serveFile(v *visit, collection, id, field, name, size string) error {
	record, err := v.App.FindRecordById(collection, id)
	if err != nil {
		return err
	}
	fileField, _ := record.Collection().Fields.GetByName(field).(*core.FileField)
	files, err := v.App.NewFilesystem()
	if err != nil {
		return err
	}
	defer files.Close()
	path := record.BaseFilesPath() + "/" + name
	attributes, err := files.Attributes(path)
	if err != nil {
		return w.nothing(v)
	}
	event := &core.FileDownloadRequestEvent{RequestEvent: v.RequestEvent, Record: record, FileField: fileField, ServedPath: path, ServedName: name}
	event.Collection = record.Collection()
	if isPicture(attributes.ContentType) && fileField != nil {
		event.ServedPath = w.thumbs.of(files, record.BaseFilesPath(), name, thumbSize(fileField, size))
	}
	w.fileHeaders(v, name, event.ServedPath, attributes.ContentType)
	return v.App.OnFileDownloadRequest().Trigger(event, func(e *core.FileDownloadRequestEvent) error {
		if err := files.Serve(e.Response, e.Request, e.ServedPath, e.ServedName); err != nil {
			return w.nothing(v)
		}
		return nil
	})
}

// pictures are shown in the page; everything else is handed over for saving, as
// a kind that no browser runs.
var pictures = []string{"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/avif"}

func isPicture(kind string) bool { return slices.Contains(pictures, kind) }

func (w *Web) fileHeaders(v *visit, name, path, kind string) {
	disposition := "inline"
	if !isPicture(kind) {
		disposition, kind = "attachment", "application/octet-stream"
	}
	header := v.Response.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name}))
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Referrer-Policy", "same-origin")
	// Kept by the browser, but never shown again without asking: whoever was
	// removed, or signs in next, has no copy to see.
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Vary", "Cookie, Authorization")
	header.Set("ETag", `"`+path[len(path)-min(len(path), 120):]+`"`)
}

func thumbSize(field *core.FileField, asked string) string {
	if asked == "1" && len(field.Thumbs) > 0 {
		return field.Thumbs[0]
	}
	if slices.Contains(field.Thumbs, asked) {
		return asked
	}
	return ""
}

// thumbs makes small pictures, a few at a time: each holds the whole large one
// in memory.
type thumbs struct{ slots chan struct{} }

func newThumbs() *thumbs { return &thumbs{slots: make(chan struct{}, 2)} }

// of is where the picture lies in the size, made when it is not there yet; the
// original where it cannot be made.
func (t *thumbs) of(files *filesystem.System, folder, name, size string) string {
	original := folder + "/" + name
	if size == "" {
		return original
	}
	small := folder + "/thumbs_" + name + "/" + size + "_" + name // as PocketBase names them
	if exists, _ := files.Exists(small); exists {
		return small
	}
	t.slots <- struct{}{}
	defer func() { <-t.slots }()
	if exists, _ := files.Exists(small); exists {
		return small
	}
	if err := files.CreateThumb(original, small, size); err != nil {
		return original
	}
	return small
}
