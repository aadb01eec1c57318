package web

import (
	"encoding/json"
	"net/http"

	"pocketchat/templates"
)

// manifest is what a browser needs to know to install the chat as an app.
type manifest struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	Lang       string         `json:"lang,omitempty"`
	Dir        string         `json:"dir,omitempty"`
	StartURL   string         `json:"start_url"`
	Scope      string         `json:"scope"`
	Display    string         `json:"display"`
	Background string         `json:"background_color"`
	Theme      string         `json:"theme_color"`
	Icons      []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Source  string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// manifest answers GET /manifest.webmanifest. It is the same for everybody:
// browsers ask for it without the cookie.
func (w *Web) manifest(v *visit) error {
	page := w.page(v.RequestEvent)
	colour := templates.Surface(page.Theme)
	body, err := json.Marshal(manifest{
		ID: w.base + "/", Name: page.App, ShortName: page.App, Lang: page.Lang, Dir: page.Dir,
		StartURL: w.base + "/", Scope: w.base + "/", Display: "standalone", Background: colour, Theme: colour,
		Icons: []manifestIcon{
			{page.Asset("icon-192.png"), "192x192", "image/png", "any"},
			{page.Asset("icon-512.png"), "512x512", "image/png", "any"},
			{page.Asset("icon-maskable-192.png"), "192x192", "image/png", "maskable"},
			{page.Asset("icon-maskable-512.png"), "512x512", "image/png", "maskable"},
			{page.Asset("favicon.svg"), "any", "image/svg+xml", "any"},
		},
	})
	if err != nil {
		return err
	}
	header := v.Response.Header()
	header.Set("Content-Type", "application/manifest+json")
	header.Set("Cache-Control", "public, max-age=3600")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	v.Response.WriteHeader(http.StatusOK)
	_, err = v.Response.Write(body)
	return err
}
