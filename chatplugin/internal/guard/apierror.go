package guard

import (
	"net/http"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/tools/router"

	"pocketchat/chatplugin/internal/chat"
)

// Status is the HTTP status of a refusal; the same for pages, REST and sockets.
func Status(code chat.Code) int {
	switch code {
	case chat.Forbidden:
		return http.StatusForbidden
	case chat.NotFound:
		return http.StatusNotFound
	case chat.Throttled:
		return http.StatusTooManyRequests
	case chat.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusBadRequest
	}
}

// APIError is a refusal in PocketBase's own shape: the sentence as message, and
// under data the field that is at fault.
func APIError(refusal *chat.Error) *router.ApiError {
	var data any
	if refusal.Field != "" {
		data = validation.Errors{refusal.Field: validation.NewError("chat_refused", refusal.Message)}
	}
	return apis.NewApiError(Status(refusal.Code), refusal.Message, data)
}
