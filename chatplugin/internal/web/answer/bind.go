package answer

import (
	"errors"
	"net/http"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
)

// Bind reads the request's form or JSON into dst, a pointer to a struct. A body
// that isn't what it says it is comes back as 400, one over the limit as 413.
func Bind(e *core.RequestEvent, dst any) error {
	err := e.BindBody(dst)
	if err == nil {
		return nil
	}
	var api *router.ApiError
	var tooLarge *http.MaxBytesError
	if errors.As(err, &api) || errors.As(err, &tooLarge) {
		return err
	}
	return router.NewBadRequestError("", err)
}
