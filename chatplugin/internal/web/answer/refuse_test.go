package answer

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"pocketchat/chatplugin/internal/chat"
)

func TestRefusals(t *testing.T) {
	secret := "SELECT secret FROM _params"
	tests := []struct {
		name    string
		err     error
		status  int
		message string
	}{
		{"rule", chat.Refuse(chat.Invalid, "body", "Write something first."), 400, "Write something first."},
		{"forbidden", chat.Refuse(chat.Forbidden, "", "Only an owner may."), 403, "Only an owner may."},
		{"no room", chat.ErrNoRoom, 404, chat.ErrNoRoom.Message},
		{"too large", chat.Refuse(chat.TooLarge, "", "At most 10 files."), 413, "At most 10 files."},
		{"too often", &chat.Error{Code: chat.Throttled, Message: "Wait.", RetryAfter: 1500 * time.Millisecond}, 429, "Wait."},
		{"conflict", chat.Refuse(chat.Conflict, "", "It is gone."), 400, "It is gone."},
		{"wrapped rule", fmt.Errorf("saving: %w", chat.ErrNoRoom), 404, chat.ErrNoRoom.Message},
		{"PocketBase's stock sentence", router.NewForbiddenError("", errors.New(secret)), 403, Words{}.WithDefaults().Forbidden},
		{"a host's sentence", router.NewForbiddenError("Your account rests until Monday", nil), 403, "Your account rests until Monday."},
		{"unauthorized", router.NewUnauthorizedError("", nil), 401, Words{}.WithDefaults().Unauthorized},
		{"PocketBase's rate limit", router.NewTooManyRequestsError("", errors.New(secret)), 429, Words{}.WithDefaults().TooMany},
		{"PocketBase's body limit", apis.ErrRequestEntityTooLarge, 413, Words{}.WithDefaults().TooLarge},
		{"http's body limit", &http.MaxBytesError{Limit: 3}, 413, Words{}.WithDefaults().TooLarge},
		{"validation", validation.Errors{"name": validation.NewError("x", "too short")}, 400, "Too short."},
		{"validation in PocketBase's error", router.NewBadRequestError("Failed to create record",
			validation.Errors{"name": validation.NewError("x", "too short")}), 400, "Too short."},
		{"stopping", router.NewApiError(503, "The server is stopping", nil), 503, "The server is stopping."},
		{"no rows", sql.ErrNoRows, 404, Words{}.WithDefaults().NotFound},
		{"unforeseen", errors.New(secret), 500, Words{}.WithDefaults().Internal},
		{"PocketBase's fault", router.NewInternalServerError(secret, nil), 500, Words{}.WithDefaults().Internal},
	}
	var now error
	url := serve(t, func(*Answers, *core.RequestEvent) error { return now })
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now = test.err
			for name, header := range map[string]map[string]string{"page": asPage, "fragment": asFragment, "json": asJSON} {
				got := ask(t, "GET", url, "", header)
				if got.status != test.status {
					t.Errorf("%s: status %d, want %d", name, got.status, test.status)
				}
				if !strings.Contains(got.body, test.message) {
					t.Errorf("%s: %q lacks %q", name, got.body, test.message)
				}
				if strings.Contains(got.body, "secret") {
					t.Errorf("%s: the inner error shows: %q", name, got.body)
				}
				if got.status == 429 && (got.header.Get("Retry-After") == "" || got.header.Get("Retry-After") == "0") {
					t.Errorf("%s: no Retry-After", name)
				}
				if got.header.Get("Cache-Control") != "private, no-store" {
					t.Errorf("%s: Cache-Control %q", name, got.header.Get("Cache-Control"))
				}
			}
			// The JSON is PocketBase's own shape.
			var shape struct {
				Data    map[string]any
				Message string
				Status  int
			}
			if err := json.Unmarshal([]byte(ask(t, "GET", url, "", asJSON).body), &shape); err != nil {
				t.Fatal(err)
			}
			if shape.Status != test.status || shape.Message != test.message || shape.Data == nil {
				t.Errorf("JSON error %+v", shape)
			}
		})
	}
}

func TestRetryAfterIsNeverTooShort(t *testing.T) {
	url := serve(t, func(*Answers, *core.RequestEvent) error {
		return &chat.Error{Code: chat.Throttled, Message: "Wait.", RetryAfter: 1200 * time.Millisecond}
	})
	if got := ask(t, "GET", url, "", asJSON).header.Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After %q for 1.2 s", got)
	}
}

func TestNotFoundIsTheSameByteForByte(t *testing.T) {
	url := serve(t, func(_ *Answers, _ *core.RequestEvent) error { return chat.ErrNoRoom })
	for _, header := range []map[string]string{asPage, asFragment, asJSON} {
		first, second := ask(t, "GET", url, "", header), ask(t, "GET", url, "", header)
		if first.status != 404 || first.body != second.body {
			t.Errorf("two answers differ: %q and %q", first.body, second.body)
		}
	}
}

func TestRefuseForm(t *testing.T) {
	tests := []struct {
		err    error
		status int // of the form
		json   int
	}{
		{chat.Refuse(chat.Invalid, "name", "Write a name."), 422, 400},
		{chat.Refuse(chat.Forbidden, "", "Only an owner may."), 403, 403},
		{&chat.Error{Code: chat.Throttled, Message: "Wait."}, 429, 429},
		{chat.Refuse(chat.TooLarge, "", "Too large."), 413, 413},
		{chat.ErrNoRoom, 404, 404},
		{errors.New("boom"), 500, 500},
	}
	var now error
	url := serve(t, func(a *Answers, e *core.RequestEvent) error {
		return a.RefuseForm(e, now, func(r Refusal) templ.Component {
			return text(`<form name=%q role="alert">%s</form>`, r.Fields["name"], r.Message)
		})
	})
	for _, test := range tests {
		now = test.err
		got := ask(t, "POST", url, "", asFragment)
		if got.status != test.status {
			t.Errorf("%v: status %d, want %d", test.err, got.status, test.status)
		}
		if isForm := strings.HasPrefix(got.body, "<form"); isForm != (test.status != 404 && test.status != 500) {
			t.Errorf("%v: answered %q", test.err, got.body)
		}
		if got := ask(t, "POST", url, "", asJSON); got.status != test.json {
			t.Errorf("%v: JSON status %d, want %d", test.err, got.status, test.json)
		}
	}
}
