package web

import (
	"net/http"
	"strconv"
	"strings"

	"pocketchat/chatplugin/internal/chat"
)

// asset answers GET /assets/{file}: an embedded file by the name that carries
// the hash of what is in it, so it never changes.
func (w *Web) asset(v *visit) error {
	return w.embedded(v, v.Request.PathValue("file"), "public, max-age=31536000, immutable")
}

// widgetScript answers GET /widget.js, the one script whose address host pages
// know; it changes with the module.
func (w *Web) widgetScript(v *visit) error {
	// Pages of allowed origins load it as well.
	v.Response.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	return w.embedded(v, w.Assets.Name("widget.js"), "public, max-age=300")
}

func (w *Web) embedded(v *visit, name, caching string) error {
	content, gzipped, mime, ok := w.Assets.Open(name)
	if !ok {
		return chat.Refuse(chat.NotFound, "", w.Words.NoSuchPage)
	}
	header := v.Response.Header()
	tag := `"` + name + `"`
	if acceptsGzip(v.Request) {
		content, tag = gzipped, `"`+name+`.gz"`
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Cache-Control", caching)
	header.Set("ETag", tag)
	header.Add("Vary", "Accept-Encoding")
	header.Set("Content-Type", mime)
	header.Set("Access-Control-Allow-Origin", "*") // modules, for pages of allowed origins
	if header.Get("Cross-Origin-Resource-Policy") == "" {
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
	}
	if matches(v.Request.Header.Values("If-None-Match"), tag) {
		header.Del("Content-Encoding")
		v.Response.WriteHeader(http.StatusNotModified)
		return nil
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	v.Response.WriteHeader(http.StatusOK)
	_, err := v.Response.Write(content)
	return err
}

func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			weight, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(params), "q="), 64)
			return err != nil || weight > 0
		}
	}
	return false
}

func matches(values []string, tag string) bool {
	for _, value := range strings.Split(strings.Join(values, ","), ",") {
		value = strings.TrimPrefix(strings.TrimSpace(value), "W/")
		if value == tag || value == "*" {
			return true
		}
	}
	return false
}
