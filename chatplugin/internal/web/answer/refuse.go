package answer

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/templates"
)

// Refusal is an error as people and clients may see it.
type Refusal struct {
	Status     int
	Message    string            // a sentence to act on
	Fields     map[string]string // what is wrong with each input
	RetryAfter time.Duration
	data       map[string]any // PocketBase's shape of Fields
}

// Refuse answers err: with the failure page, with a fragment, or with
// PocketBase's JSON error, the same sentence in each. It returns an error that
// tells PocketBase's activity log about it; the answer is already written.
func (a *Answers) Refuse(e *core.RequestEvent, err error) error {
	refusal := a.Explain(e, err)
	if KindOf(e.Request) == JSON {
		return a.refuseJSON(e, refusal, err)
	}
	site := a.page(e)
	failure := templates.Failure{
		Status:  refusal.Status,
		Title:   a.Say(e, a.title(refusal.Status)),
		Message: refusal.Message,
		Retry:   site.Root() + "/",
	}
	component := templ.Component(nil)
	if KindOf(e.Request) == Fragment {
		component = a.views.FailureFragment(site.Site, failure)
	} else {
		// No nonce: two answers to the same question are equal byte for byte.
		site.Title = failure.Title
		component = a.views.FailurePage(site, failure)
	}
	return a.refuseHTML(e, refusal, component, err)
}

// RefuseForm answers err with the form that was sent, holding what was typed.
// The component is made from the refusal, whose status is 422 where the fault
// is in what was typed. A client without pages gets the JSON error.
func (a *Answers) RefuseForm(e *core.RequestEvent, err error, form func(Refusal) templ.Component) error {
	refusal := a.Explain(e, err)
	if KindOf(e.Request) == JSON {
		return a.refuseJSON(e, refusal, err)
	}
	if refusal.Status == http.StatusBadRequest {
		refusal.Status = http.StatusUnprocessableEntity
	}
	if refusal.Status == http.StatusNotFound || refusal.Status >= 500 {
		return a.Refuse(e, err)
	}
	return a.refuseHTML(e, refusal, form(refusal), err)
}

func (a *Answers) refuseHTML(e *core.RequestEvent, refusal Refusal, component templ.Component, cause error) error {
	a.retryAfter(e, refusal)
	if err := a.HTML(e, refusal.Status, component); err != nil {
		if e.Written() {
			return err
		}
		e.App.Logger().Error("A chat failure page could not be rendered", "error", err)
		a.headers(e, "text/plain; charset=utf-8")
		_ = e.String(http.StatusInternalServerError, a.Say(e, a.words.Internal))
	}
	return refusal.logged(cause)
}

func (a *Answers) refuseJSON(e *core.RequestEvent, refusal Refusal, cause error) error {
	a.retryAfter(e, refusal)
	a.headers(e, "application/json")
	data := refusal.data
	if data == nil {
		data = map[string]any{}
	}
	// As router.ApiError is written, without its rewriting of the sentence.
	_ = e.JSON(refusal.Status, map[string]any{"data": data, "message": refusal.Message, "status": refusal.Status})
	return refusal.logged(cause)
}

// shortWait is what a 429 of PocketBase's own asks for: it doesn't say how
// long its window is, and they are some seconds long.
const shortWait = 5 * time.Second

func (a *Answers) retryAfter(e *core.RequestEvent, refusal Refusal) {
	if refusal.Status != http.StatusTooManyRequests {
		return
	}
	wait := refusal.RetryAfter
	if wait <= 0 {
		wait = shortWait
	}
	e.Response.Header().Set("Retry-After", strconv.Itoa(max(int(math.Ceil(wait.Seconds())), 1)))
}

// logged is the refusal as PocketBase's activity log wants it: the sentence
// with the inner error beside it. A sentence of the rules stands there with its
// places empty: people's names and addresses are filled into them.
func (r Refusal) logged(cause error) error {
	if known := chat.AsError(cause); known != nil && known.Pattern != "" {
		return router.NewApiError(r.Status, known.Pattern, nil)
	}
	return router.NewApiError(r.Status, r.Message, cause)
}

// Explain says what may be shown of err. What nobody foresaw is logged here,
// and shown as a calm sentence without a word of it.
func (a *Answers) Explain(e *core.RequestEvent, err error) Refusal {
	if known := chat.AsError(err); known != nil {
		return a.explainRule(e, known)
	}
	var api *router.ApiError
	if errors.As(err, &api) && (api.Status >= 400 && api.Status < 500 || api.Status == http.StatusServiceUnavailable) {
		return a.explainAPI(e, api)
	}
	var fields validation.Errors
	if errors.As(err, &fields) {
		return a.explainAPI(e, router.NewBadRequestError("", fields))
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return Refusal{Status: http.StatusRequestEntityTooLarge, Message: a.Say(e, a.words.TooLarge)}
	}
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, fs.ErrNotExist) {
		return Refusal{Status: http.StatusNotFound, Message: a.Say(e, a.words.NotFound)}
	}
	if errors.Is(err, context.Canceled) && e.Request.Context().Err() != nil {
		return Refusal{Status: http.StatusServiceUnavailable, Message: a.Say(e, a.words.Gone)}
	}
	a.log(e, err)
	if full := chat.Unsaved(err); full != nil {
		return a.explainRule(e, full)
	}
	return Refusal{Status: http.StatusInternalServerError, Message: a.Say(e, a.words.Internal)}
}

func (a *Answers) log(e *core.RequestEvent, err error) {
	attrs := []any{"error", err, "method", e.Request.Method, "path", e.Request.URL.Path}
	var api *router.ApiError
	if errors.As(err, &api) && api.RawData() != nil {
		attrs = append(attrs, "details", api.RawData())
	}
	e.App.Logger().Error("A chat request failed", attrs...)
}

func (a *Answers) explainRule(e *core.RequestEvent, known *chat.Error) Refusal {
	pattern := known.Pattern
	if pattern == "" {
		pattern = known.Message
	}
	refusal := Refusal{Message: a.Say(e, pattern, known.Pairs...), RetryAfter: known.RetryAfter}
	switch known.Code {
	case chat.Forbidden:
		refusal.Status = http.StatusForbidden
	case chat.NotFound:
		refusal.Status = http.StatusNotFound
	case chat.TooLarge:
		refusal.Status = http.StatusRequestEntityTooLarge
	case chat.Throttled:
		refusal.Status = http.StatusTooManyRequests
	case chat.Unavailable:
		refusal.Status = http.StatusServiceUnavailable
	default:
		refusal.Status = http.StatusBadRequest
	}
	if known.Field != "" {
		refusal.Fields = map[string]string{known.Field: refusal.Message}
		refusal.data = map[string]any{
			known.Field: map[string]string{"code": "chat_invalid", "message": refusal.Message},
		}
	}
	return refusal
}

// plain are PocketBase's own stock sentences, which say nothing to a person.
// Any other sentence was written by somebody, a host's hook mostly, and stays.
var plain = map[string]bool{
	router.NewNotFoundError("", nil).Message:                 true,
	router.NewBadRequestError("", nil).Message:               true,
	router.NewForbiddenError("", nil).Message:                true,
	router.NewUnauthorizedError("", nil).Message:             true,
	router.NewTooManyRequestsError("", nil).Message:          true,
	"Request entity too large.":                              true,
	"File not found.":                                        true,
	"Failed to create record.":                               true,
	"Failed to update record.":                               true,
	"Failed to delete record.":                               true,
	"Unsupported Content-Type.":                              true,
	"An error occurred while loading the submitted data.":    true,
	"An error occurred while validating the submitted data.": true,
}

func (a *Answers) explainAPI(e *core.RequestEvent, api *router.ApiError) Refusal {
	refusal := Refusal{Status: api.Status, Message: api.Message, data: api.Data, Fields: Fields(api.Data)}
	for name, problem := range refusal.Fields {
		refusal.Fields[name] = a.Say(e, problem)
	}
	if !plain[api.Message] {
		refusal.Message = a.Say(e, api.Message)
		return refusal
	}
	refusal.Message = a.Say(e, a.stock(api.Status))
	for _, name := range sorted(refusal.Fields) {
		refusal.Message = refusal.Fields[name]
		break
	}
	return refusal
}

func (a *Answers) stock(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return a.words.Unauthorized
	case http.StatusForbidden:
		return a.words.Forbidden
	case http.StatusNotFound:
		return a.words.NotFound
	case http.StatusRequestEntityTooLarge:
		return a.words.TooLarge
	case http.StatusTooManyRequests:
		return a.words.TooMany
	case http.StatusServiceUnavailable:
		return a.words.Gone
	}
	return a.words.BadRequest
}

func (a *Answers) title(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return a.words.TitleSignIn
	case http.StatusForbidden:
		return a.words.TitleForbidden
	case http.StatusNotFound:
		return a.words.TitleNotFound
	case http.StatusRequestEntityTooLarge:
		return a.words.TitleTooLarge
	case http.StatusTooManyRequests:
		return a.words.TitleTooMany
	}
	if status >= 500 {
		return a.words.TitleInternal
	}
	return a.words.TitleBad
}

// Fields takes the sentences out of PocketBase's error data.
func Fields(data map[string]any) map[string]string {
	fields := map[string]string{}
	for name, value := range data {
		item, _ := value.(map[string]any)
		if message, ok := item["message"].(string); ok {
			fields[name] = message
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return fields
}

func sorted(fields map[string]string) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
