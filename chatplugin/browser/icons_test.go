package browser

import (
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var iconsDir = flag.String("icons", "", "folder for the icons of installed apps")

// TestIcons draws the icons of installed apps from the one for tabs: as it is,
// and with room around it for whatever shape a device cuts out.
func TestIcons(t *testing.T) {
	if *iconsDir == "" {
		t.Skip("-icons says where the icons go")
	}
	mark, err := os.ReadFile("../../pb_public/icons/favicon.svg")
	if err != nil {
		t.Fatal(err)
	}
	padded := strings.NewReplacer(`viewBox="0 0 32 32">`, `viewBox="-12 -12 56 56"><path fill="#3b5bdb" d="M-12-12h56v56h-56z"/>`,
		`<path fill="#3b5bdb" d="M16`, `<path fill="#fff" d="M16`, `<g fill="#fff">`, `<g fill="#3b5bdb">`).Replace(string(mark))
	for name, icon := range map[string]struct {
		svg  string
		size int
	}{
		"icon-192":          {string(mark), 192},
		"icon-512":          {string(mark), 512},
		"icon-maskable-192": {padded, 192},
		"icon-maskable-512": {padded, 512},
		"apple-touch-icon":  {padded, 180},
	} {
		p := newPerson(t, "", name, screen{width: int64(icon.size), height: int64(icon.size)})
		page := fmt.Sprintf(`<body style="margin:0"><img width="%d" style="display:block" src="data:image/svg+xml;base64,%s">`, icon.size, base64.StdEncoding.EncodeToString([]byte(icon.svg)))
		p.do(chromedp.Navigate("data:text/html;base64," + base64.StdEncoding.EncodeToString([]byte(page))))
		// As good as nothing: nothing itself would be left out of the command.
		call(p, emulation.SetDefaultBackgroundColorOverride, emulation.SetDefaultBackgroundColorOverrideParams{Color: &cdp.RGBA{A: 0.0001}})
		p.shoot(filepath.Join(*iconsDir, name+".png"))
	}
}
