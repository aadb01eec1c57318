package web_test

import (
	"slices"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/web"
)

// TestJunkIsRefused sends every route what no page of ours sends. Whatever it
// is, the answer is one of the contract's, with a sentence, and never a 500.
func TestJunkIsRefused(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{Limits: chatplugin.Limits{BodyBytes: 5000}}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	bodies := []struct{ contentType, body string }{
		{"", ""}, {"", "x"}, {"text/plain", "x"}, {"application/json", ""}, {"application/json", "null"}, {"application/json", "[]"}, {"application/json", `{"rev":{},"members":5,"name":[]}`},
		{"application/json", `{"rev":-5,"members":[""],"email":"","name":"\u0000\ud800"}`}, {"application/json", strings.Repeat("[", 4000)}, {"application/xml", "<a>"},
		{"application/x-www-form-urlencoded", "%"}, {"application/x-www-form-urlencoded", "a;b"}, {"application/x-www-form-urlencoded", "@jsonPayload={"},
		{"application/x-www-form-urlencoded", strings.Repeat("name=%00%ff&members=%ff&", 100)}, {"application/x-www-form-urlencoded", "name=" + strings.Repeat("e%cc%81", 300) + strings.Repeat("%cc%81", 500)},
		{"application/x-www-form-urlencoded", "body=" + strings.Repeat("x", 9000)}, {"application/json", `"` + strings.Repeat("x", 9000) + `"`},
		{"multipart/form-data", ""}, {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"../../x.png\"\r\n\r\nx\r\n--x--"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n" + strings.Repeat("x", 9000) + "\r\n--x--"},
		{"multipart/form-data; boundary=x", "--x\r\n"}, {"multipart/form-data; boundary=" + strings.Repeat("x", 100), "--"},
	}
	queries := []string{"", "?before=%00", "?q=%ff&before=zz", "?rev=-1&after=-1", "?m=%27&f=..%2f", "?email=%00%ff", "?thumb=99999x99999", "?open=%22%3E%3Cscript%3E", "?next=//evil.example"}
	allowed := []int{200, 204, 400, 401, 403, 404, 413, 422}
	for _, route := range web.Routes("/chat", "/ws/chat") {
		if strings.HasSuffix(route.Path, "/sign-up") || strings.HasSuffix(route.Path, "/sign-out") || strings.HasSuffix(route.Path, "/session") {
			continue // they would end the session; the session's own tests try them
		}
		t.Run(name(route), func(t *testing.T) {
			room := app.Group("Club", ann, bob)
			try := func(query, contentType, body string) {
				extra := append(slices.Clone(asHTMX), "Content-Type", contentType)
				got := app.Client(ann).Do(route.Method, at(route, room)+"/"+query, strings.NewReader(body), extra...)
				if !slices.Contains(allowed, got.Status) {
					t.Errorf("%q %q %.60q: %d %s", query, contentType, body, got.Status, got.Body)
				}
				if got.Status >= 400 && !route.Socket && said(parse(t, got.Body).Selection) == "" {
					t.Errorf("%q %q %.60q: %d without a sentence: %s", query, contentType, body, got.Status, got.Body)
				}
				if strings.Contains(got.Body, `"><script>`) {
					t.Errorf("%q comes back as markup", query)
				}
			}
			for _, query := range queries {
				try(query, "application/x-www-form-urlencoded", "")
			}
			if route.Method == "POST" {
				for _, b := range bodies {
					try("", b.contentType, b.body)
				}
			}
		})
	}
}
