package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/router"

	"pocketchat/chatplugin/internal/chat"
)

// bind reads the request's form or JSON into fields. What cannot be read is the
// sender's mistake, whatever the parser calls it.
func (w *Web) bind(v *visit, fields any) error { return w.readable(v.BindBody(fields)) }

func (w *Web) readable(err error) error {
	var tooLarge *http.MaxBytesError
	var api *router.ApiError
	if err == nil || errors.As(err, &tooLarge) || errors.As(err, &api) {
		return err
	}
	return chat.Refuse(chat.Invalid, "", w.Words.Unreadable)
}

// The inputs that take files.
const (
	avatarInput = "avatar"
	filesInput  = "files"
)

// uploads are the files of one input.
func (w *Web) uploads(v *visit, input string) ([]*filesystem.File, error) {
	if v.Request.MultipartForm == nil {
		return nil, nil // bind has read a multipart form, and there was none
	}
	files, err := v.FindUploadedFiles(input)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	}
	return files, w.readable(err)
}

// many is a list of names: repeated in a form, a list or a single string in
// JSON, and in each of them also several at once.
type many []string

// UnmarshalJSON implements json.Unmarshaler.
func (m *many) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*m = many{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(m))
}

// names are the single names, as typed but for the spaces around them, each
// once.
func (m many) names() []string {
	var names []string
	seen := map[string]bool{}
	for _, value := range m {
		for _, name := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(",;\r\n", r) }) {
			name = strings.TrimSpace(name)
			key := name
			if strings.Contains(name, "@") {
				key = strings.ToLower(name)
			}
			if name != "" && !seen[key] {
				seen[key] = true
				names = append(names, name)
			}
		}
	}
	return slices.Clip(names)
}
