package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// What a browser asks of a page that can be installed: a name, where it begins
// and ends, and icons of 192 and 512 pixels that are what they say.
func TestManifest(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{AppName: "Harbour", BasePath: "/talk", Theme: "dark"}).Serve()
	guest := app.Client(nil)
	answer := guest.Get("/talk/manifest.webmanifest")
	if answer.Status != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "application/manifest+json") {
		t.Fatalf("status %d, type %q", answer.Status, answer.Header.Get("Content-Type"))
	}
	var m struct {
		Name, Scope, Display string
		StartURL             string `json:"start_url"`
		Background           string `json:"background_color"`
		Icons                []struct{ Src, Sizes, Purpose string }
	}
	if err := json.Unmarshal([]byte(answer.Body), &m); err != nil {
		t.Fatal(err)
	}
	if m.Name != "Harbour" || m.StartURL != "/talk/" || m.Scope != "/talk/" || m.Display != "standalone" || m.Background != "#15171b" {
		t.Errorf("it says %+v", m)
	}
	seen := map[string]bool{}
	for _, icon := range m.Icons {
		file := guest.Get(icon.Src)
		if file.Status != 200 {
			t.Errorf("%s: status %d", icon.Src, file.Status)
			continue
		}
		if strings.HasSuffix(icon.Src, ".svg") {
			continue
		}
		picture, err := png.Decode(bytes.NewReader([]byte(file.Body)))
		if err != nil {
			t.Errorf("%s: %v", icon.Src, err)
			continue
		}
		if size := picture.Bounds().Size(); fmt.Sprintf("%dx%d", size.X, size.Y) != icon.Sizes {
			t.Errorf("%s is %v, says %s", icon.Src, size, icon.Sizes)
		}
		_, _, _, alpha := picture.At(0, 0).RGBA()
		if solid := alpha == 0xffff; solid != (icon.Purpose == "maskable") {
			t.Errorf("%s, for %s: a solid corner is %v", icon.Src, icon.Purpose, solid)
		}
		seen[icon.Sizes+" "+icon.Purpose] = true
	}
	if len(seen) != 4 {
		t.Errorf("icons: %v", seen)
	}
	page := guest.Get("/talk/sign-in/").Body
	if !strings.Contains(page, `<link rel="manifest" href="/talk/manifest.webmanifest">`) || !strings.Contains(page, "apple-touch-icon") {
		t.Error("the page names no manifest or no icon")
	}
}
