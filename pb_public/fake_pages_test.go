package pb_public

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *fakeServer) asset(w http.ResponseWriter, r *http.Request) {
	content, _, mime, ok := s.assets.Open(r.PathValue("file"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", mime)
	_, _ = w.Write(content)
}

// view is the data of a page or a slice; s.mu is held.
func (s *fakeServer) view(room string, until int64) map[string]any {
	all := s.messages[:0:0]
	for _, m := range s.messages {
		if m.Seq < until {
			all = append(all, m)
		}
	}
	before := ""
	if len(all) > s.pageSize {
		all = all[len(all)-s.pageSize:]
		before = all[0].ID
	}
	unread, total := 0, 0
	for _, m := range s.messages {
		if m.Seq > s.readRev && m.Author != "me" {
			unread++
		}
	}
	for _, r := range s.rows {
		total += r.Unread
	}
	return map[string]any{
		"Title": "Room · App", "Nonce": "n0nce", "Script": s.assets.Name("page.js"), "Viewer": "me", "Room": room, "Rev": s.rev,
		"ReadRev": s.readRev, "Unread": unread, "Messages": all, "Before": before, "Rows": s.rows, "Total": total,
		"NewForm": map[string]any{"Email": "", "Error": ""},
	}
}

func (s *fakeServer) render(name string, data any) string {
	var out bytes.Buffer
	if err := s.pages.ExecuteTemplate(&out, name, data); err != nil {
		s.t.Errorf("the harness page: %v", err)
	}
	return out.String()
}

func (s *fakeServer) page(w http.ResponseWriter, room string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-n0nce'; img-src 'self' data:; connect-src 'self' ws://"+strings.TrimPrefix(s.URL, "http://"))
	fmt.Fprint(w, s.render("room.html", s.view(room, endless)))
}

func (s *fakeServer) older(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	until := endless
	for _, m := range s.messages {
		if m.ID == r.FormValue("before") {
			until = m.Seq
		}
	}
	fmt.Fprint(w, s.render("slice", s.view("room1", until)))
}

func (s *fakeServer) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	view := s.view("", endless)
	if q := r.FormValue("q"); q != "" {
		view["Rows"] = slices.DeleteFunc(slices.Clone(s.rows), func(row *fakeRow) bool { return !strings.Contains(row.ID, q) })
	}
	fmt.Fprint(w, s.render("list", view))
}

func (s *fakeServer) send(w http.ResponseWriter, r *http.Request) {
	client := r.FormValue("client_id")
	s.with(func() { s.sends = append(s.sends, client) })
	m := s.post("me", r.FormValue("body"), client)
	s.mu.Lock()
	answered, held := s.answered, s.posted
	s.mu.Unlock()
	if answered != nil {
		answered(m)
	}
	if held != nil {
		select {
		case <-held:
		case <-r.Context().Done():
			return
		}
	}
	fmt.Fprint(w, s.render("message", m))
}

func (s *fakeServer) read(w http.ResponseWriter, r *http.Request) {
	rev, _ := strconv.ParseInt(r.FormValue("rev"), 10, 64)
	s.with(func() { s.reads = append(s.reads, rev) })
	w.WriteHeader(http.StatusNoContent)
}

func (s *fakeServer) typing(w http.ResponseWriter, r *http.Request) {
	s.with(func() { s.typings++ })
	w.WriteHeader(http.StatusNoContent)
}

// form answers as told by what was typed into it.
func (s *fakeServer) form(w http.ResponseWriter, r *http.Request) {
	switch r.FormValue("email") {
	case "wrong":
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprint(w, s.render("form", map[string]any{"Email": "wrong", "Error": "Nobody has that address."}))
	case "often":
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, `<p role="alert">Wait a little.</p>`)
	default:
		w.Header().Set("HX-Redirect", "/chat/room1/")
	}
}
