package templates

import (
	"bytes"
	"context"
	"testing"

	"github.com/a-h/templ"
)

func TestWidgetElement(t *testing.T) {
	for _, test := range []struct {
		options WidgetOptions
		nonce   string
		want    string
	}{
		{WidgetOptions{}, "", `<script src="/talk/widget.js" defer></script><pocket-chat></pocket-chat>`},
		{
			WidgetOptions{Position: "bottom-start", Theme: "dark", Locale: "ar", Open: true, HideLauncher: true}, "n0nce",
			`<script src="/talk/widget.js" defer nonce="n0nce"></script><pocket-chat hide-launcher locale="ar" open position="bottom-start" theme="dark"></pocket-chat>`,
		},
		{WidgetOptions{Theme: `"><script>`}, "", `<script src="/talk/widget.js" defer></script><pocket-chat theme="&#34;&gt;&lt;script&gt;"></pocket-chat>`},
	} {
		ctx := context.Background()
		if test.nonce != "" {
			ctx = templ.WithNonce(ctx, test.nonce)
		}
		var out bytes.Buffer
		if err := WidgetElement(Site{Base: "/talk"}, test.options).Render(ctx, &out); err != nil {
			t.Fatal(err)
		}
		if out.String() != test.want {
			t.Errorf("%+v:\n%s\nwant\n%s", test.options, out.String(), test.want)
		}
	}
}
