package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
)

// Inner sends requests to PocketBase's own router without leaving the process,
// on behalf of the client whose request is being answered.
type Inner struct {
	mux atomic.Pointer[http.Handler]
}

// ErrNotMounted is returned before the server has started.
var ErrNotMounted = errors.New("session: PocketBase's router is not known yet: call Mount in OnServe")

// Mount builds the router's mux once more; call it when every route is there.
func (in *Inner) Mount(e *core.ServeEvent) error {
	mux, err := e.Router.BuildMux()
	if err != nil {
		return err
	}
	in.mux.Store(&mux)
	return nil
}

// Result is PocketBase's answer.
type Result struct {
	Status int
	Header http.Header
	Body   []byte
}

// Post sends body as JSON to one of PocketBase's paths. PocketBase sees the
// client's address, browser and proxy headers, so that its rate limits, login
// alerts and logs are about the client; and the given token alone, never the
// request's cookie or Authorization.
func (in *Inner) Post(e *core.RequestEvent, path, token string, body any) (Result, error) {
	mux := in.mux.Load()
	if mux == nil {
		return Result{}, ErrNotMounted
	}
	content := []byte("{}")
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return Result{}, err
		}
	}
	r, err := http.NewRequestWithContext(e.Request.Context(), http.MethodPost, path, bytes.NewReader(content))
	if err != nil {
		return Result{}, err
	}
	r.Header = passedOn(e.Request.Header)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	r.Host, r.RemoteAddr, r.TLS, r.RequestURI = e.Request.Host, e.Request.RemoteAddr, e.Request.TLS, path

	recorder := &recorder{header: http.Header{}}
	(*mux).ServeHTTP(recorder, r)
	return Result{Status: recorder.status, Header: recorder.header, Body: recorder.body.Bytes()}, nil
}

// endpoint is the path of one of the users collection's actions.
func (s *Session) endpoint(action string) string {
	return "/api/collections/" + url.PathEscape(s.Users) + "/" + action
}

// withheld are the headers that belong to the outer request alone.
var withheld = []string{
	"Authorization", "Cookie", "Connection", "Upgrade", "Content-Length", "Content-Encoding", "Content-Type",
	"Transfer-Encoding", "Accept-Encoding", "Origin", "Range", "Expect", "If-Match", "If-None-Match",
	"If-Modified-Since", "If-Unmodified-Since", "If-Range",
}

func passedOn(outer http.Header) http.Header {
	header := outer.Clone()
	for _, name := range withheld {
		header.Del(name)
	}
	for name := range header {
		if strings.HasPrefix(name, "Hx-") || strings.HasPrefix(name, "Sec-") {
			header.Del(name)
		}
	}
	return header
}

// Token is the auth token of a successful sign-in.
func (r Result) Token() string {
	var data struct {
		Token string `json:"token"`
	}
	_ = json.Unmarshal(r.Body, &data)
	return data.Token
}

// ID returns a top-level string of the answer, such as mfaId or otpId.
func (r Result) ID(name string) string {
	var data map[string]any
	_ = json.Unmarshal(r.Body, &data)
	id, _ := data[name].(string)
	return id
}

// Err is the answer's refusal as PocketBase wrote it.
func (r Result) Err() *router.ApiError {
	refusal := &router.ApiError{}
	if err := json.Unmarshal(r.Body, refusal); err != nil || refusal.Message == "" {
		refusal = router.NewApiError(r.Status, "", nil)
	}
	refusal.Status = r.Status
	return refusal
}

// RetryAfter is how long a 429 asks to wait. PocketBase doesn't say; its
// windows are some seconds long.
func (r Result) RetryAfter() time.Duration {
	if seconds, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	return 10 * time.Second
}

// recorder keeps an answer in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(data []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(data)
}
