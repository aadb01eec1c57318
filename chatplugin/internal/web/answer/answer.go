// Package answer is how every handler of the pages answers: one place decides
// what a page, a piece of one (htmx) and a client without pages (JSON) get, for
// successes and for refusals, and which headers go with it.
//
// Handlers return refusals as errors. [Answers.Middleware] turns whatever
// comes back, from a handler or from PocketBase's own middlewares, into the
// status, the sentence and the shape that the client can use; what is not
// meant for people is logged and never shown.
package answer

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/templates"
)

// Views are the components that refusals are shown with. Hosts may replace them.
type Views struct {
	FailurePage     func(templates.Page, templates.Failure) templ.Component
	FailureFragment func(templates.Site, templates.Failure) templ.Component
}

// WithDefaults fills what is nil with our own.
func (v Views) WithDefaults() Views {
	if v.FailurePage == nil {
		v.FailurePage = templates.FailurePage
	}
	if v.FailureFragment == nil {
		v.FailureFragment = templates.FailureFragment
	}
	return v
}

// Options are what Answers is made of.
type Options struct {
	Views Views // nil fields take our own
	// Page is what every page needs to know for this request: the site, and
	// the viewer once one is signed in. It must cope with a guest.
	Page  func(*core.RequestEvent) templates.Page
	Words Words // zero fields take the default
	// Origins are the foreign ones whose pages may show ours in a frame.
	Origins []string
	// Say puts a sentence into the language of the request; nil leaves it English.
	Say func(e *core.RequestEvent, pattern string, pairs ...string) string
}

// Answers writes answers.
type Answers struct {
	views   Views
	page    func(*core.RequestEvent) templates.Page
	words   Words
	say     func(*core.RequestEvent, string, ...string) string
	framing string // who may show pages in a frame, as the policy spells it
}

// New makes Answers.
func New(options Options) *Answers {
	return &Answers{
		views: options.Views.WithDefaults(), page: options.Page, words: options.Words.WithDefaults(), say: options.Say,
		framing: strings.Join(append([]string{"'self'"}, options.Origins...), " "),
	}
}

// MiddlewareID is the fixed id of [Answers.Middleware].
const MiddlewareID = "chatAnswers"

// Middleware turns errors of everything below it into answers, PocketBase's
// own refusals (rate limits, body limits, panics) included: so it stands just
// inside the activity log and outside everything else.
func (a *Answers) Middleware() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id:       MiddlewareID,
		Priority: apis.DefaultActivityLoggerMiddlewarePriority + 5,
		Func: func(e *core.RequestEvent) error {
			err := e.Next()
			if err == nil || e.Written() {
				return err
			}
			return a.Refuse(e, err)
		},
	}
}

// Model is what a page needs of this request, its nonce included.
func (a *Answers) Model(e *core.RequestEvent, title string) templates.Page {
	page := a.page(e)
	page.Title = title
	page.Nonce = Nonce(e)
	return page
}

// Say is a sentence in the language of the request. It is known by its English
// pattern, and pairs fill its places: "{n}", "3".
func (a *Answers) Say(e *core.RequestEvent, pattern string, pairs ...string) string {
	if a.say == nil {
		return chat.Fill(pattern, pairs)
	}
	return a.say(e, pattern, pairs...)
}

// Site is the part of [Answers.Model] that fragments need.
func (a *Answers) Site(e *core.RequestEvent) templates.Site { return a.page(e).Site }

// HTML renders the whole component before the first byte leaves, so that a
// failing one becomes a refusal and never half a page.
func (a *Answers) HTML(e *core.RequestEvent, status int, component templ.Component) error {
	body := templ.GetBuffer()
	defer templ.ReleaseBuffer(body)
	if err := component.Render(e.Request.Context(), body); err != nil {
		return err
	}
	a.headers(e, "text/html; charset=utf-8")
	e.Response.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	e.Response.WriteHeader(status)
	_, err := e.Response.Write(body.Bytes())
	return err
}

// JSON writes v.
func (a *Answers) JSON(e *core.RequestEvent, status int, v any) error {
	a.headers(e, "application/json")
	return e.JSON(status, v)
}

// NoContent answers 204.
func (a *Answers) NoContent(e *core.RequestEvent) error {
	a.headers(e, "")
	return e.NoContent(http.StatusNoContent)
}

// Redirect sends the client to another page: 303 to a browser, HX-Redirect to
// htmx, which reads it before it looks at the status.
func (a *Answers) Redirect(e *core.RequestEvent, path string) error {
	a.headers(e, "")
	if KindOf(e.Request) == Fragment {
		e.Response.Header().Set("HX-Redirect", path)
		return e.NoContent(http.StatusNoContent)
	}
	return e.Redirect(http.StatusSeeOther, path)
}

const nonceKey = "chatNonce"

// Nonce is this request's own: the one inline style that the policy lets pass
// carries it.
func Nonce(e *core.RequestEvent) string {
	if nonce, ok := e.Get(nonceKey).(string); ok {
		return nonce
	}
	random := make([]byte, 18)
	_, _ = rand.Read(random) // never fails, says crypto/rand
	nonce := base64.RawURLEncoding.EncodeToString(random)
	e.Set(nonceKey, nonce)
	return nonce
}

const vary = "Accept, Accept-Language, Cookie, HX-Request, X-Chat-Fragment"

// headers are the same on every answer: nothing of a signed-in viewer may stay
// in a cache, and one address has several answers.
func (a *Answers) headers(e *core.RequestEvent, contentType string) {
	header := e.Response.Header()
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	header.Set("Cache-Control", "private, no-store")
	if !slices.Contains(header.Values("Vary"), vary) {
		header.Add("Vary", vary)
	}
	header.Set("Referrer-Policy", "same-origin")
	// PocketBase sets these two itself, but not before its rate limit.
	setDefault(header, "X-Content-Type-Options", "nosniff")
	setDefault(header, "X-Frame-Options", "SAMEORIGIN")
	if strings.HasPrefix(contentType, "text/html") {
		header.Set("Content-Security-Policy", policy(e.Request.Host, Nonce(e), a.framing))
		if a.framing != "'self'" {
			header.Del("X-Frame-Options") // knows no list; the policy does
		}
	}
}

func setDefault(header http.Header, name, value string) {
	if header.Get(name) == "" {
		header.Set(name, value)
	}
}

// plainHost is a Host header that can stand in a policy: nothing in it ends a
// directive.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.\-]+(:[0-9]+)?$|^\[[0-9A-Fa-f:.]+\](:[0-9]+)?$`)

// policy is the Content-Security-Policy. 'self' covers sockets in new browsers
// only, so they are named.
func policy(host, nonce, framing string) string {
	sockets := ""
	if plainHost.MatchString(host) {
		sockets = " ws://" + host + " wss://" + host
	}
	return "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-" + nonce + "'; " +
		"img-src 'self' data: blob:; connect-src 'self'" + sockets + "; " +
		"object-src 'none'; frame-ancestors " + framing + "; form-action 'self'; base-uri 'none'"
}
