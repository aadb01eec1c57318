package markup

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// payloads are texts that run script, or reach out of their bubble, where HTML
// is made of them carelessly.
var payloads = []string{
	// elements
	`<script>alert(1)</script>`,
	`<SCRIPT SRC=//evil.com/x.js></SCRIPT>`,
	`<scr<script>ipt>alert(1)</scr</script>ipt>`,
	`</p><script>alert(1)</script>`,
	`<img src=x onerror=alert(1)>`,
	`<img src="x" onerror="alert(1)">`,
	`<IMG """><SCRIPT>alert(1)</SCRIPT>">`,
	`<svg onload=alert(1)>`,
	`<svg><script>alert(1)</script></svg>`,
	`<svg/onload=alert(1)//`,
	`<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`,
	`<math><mi//xlink:href="data:x,<script>alert(4)</script>">`,
	`<iframe src="javascript:alert(1)"></iframe>`,
	`<iframe srcdoc="<script>alert(1)</script>">`,
	`<object data="javascript:alert(1)">`,
	`<embed src="data:text/html,<script>alert(1)</script>">`,
	`<body onload=alert(1)>`,
	`<input autofocus onfocus=alert(1)>`,
	`<details open ontoggle=alert(1)>`,
	`<video><source onerror=alert(1)></video>`,
	`<marquee onstart=alert(1)>`,
	`<form action="javascript:alert(1)"><button>x</button></form>`,
	`<meta http-equiv="refresh" content="0;url=javascript:alert(1)">`,
	`<link rel=stylesheet href=//evil.com/x.css>`,
	`<base href="//evil.com/">`,
	`<style>@import '//evil.com/x.css'</style>`,
	`<template><script>alert(1)</script></template>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<textarea></textarea><script>alert(1)</script>`,
	`<!--<img src="--><img src=x onerror=alert(1)//">`,
	`<![CDATA[<script>alert(1)</script>]]>`,
	`<?xml-stylesheet href="javascript:alert(1)"?>`,
	`<a href="javascript:alert(1)">x</a>`,
	`<p style="position:fixed;inset:0">x</p>`,
	`<p id="composer" name="body" class="chat-message">x</p>`,
	"<x\x00y onclick=alert(1)>",
	"<scr\x00ipt>alert(1)</script>",

	// htmx and friends
	`<div hx-get="/chat/" hx-trigger="load">x</div>`,
	`<div data-hx-on:load="alert(1)" hx-on::load="alert(1)">x</div>`,
	`<hx-partial hx-target="body">x</hx-partial>`,
	`[x](https://a.bc){hx-get=/ onclick=alert(1)}`,
	`# x {#composer .chat onclick=alert(1)}`,

	// links
	`[x](javascript:alert(1))`,
	`[x](JaVaScRiPt:alert(1))`,
	`[x](javascript&colon;alert(1))`,
	`[x](javascript&#58;alert(1))`,
	`[x](&#106;avascript:alert(1))`,
	`[x](&#x6A;&#x61;vascript:alert&#40;1&#41;)`,
	"[x](java\tscript:alert(1))",
	"[x](<java\nscript:alert(1)>)",
	"[x](<\x01javascript:alert(1)>)",
	"[x](< javascript:alert(1)>)",
	"[x](\u00A0javascript:alert(1))",
	"[x](\u200Bjavascript:alert(1))",
	`[x](java\script:alert(1))`,
	`[x](javascript://a.bc/%0Aalert(1))`,
	`[x](javascript:alert`,
	`[x](vbscript:msgbox(1))`,
	`[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)`,
	`[x](data:image/svg+xml,<svg/onload=alert(1)>)`,
	`[x](file:///etc/passwd)`,
	`[x](blob:https://a.bc/1)`,
	`[x](//evil.com)`,
	`[x](/chat/sign-out/)`,
	`[x](https:javascript:alert(1))`,
	`[x](https://a.bc" onmouseover="alert(1))`,
	`[x](https://a.bc/"onmouseover=alert(1)//)`,
	`[x](https://a.bc/'onmouseover='alert(1)')`,
	`[x](<https://a.bc/><script>alert(1)</script>)`,
	`[x](https://a.bc "title" onclick="alert(1)")`,
	`[x](https://a.bc '"><script>alert(1)</script>')`,
	`[<script>alert(1)</script>](https://a.bc)`,
	`[![x](javascript:alert(1))](https://a.bc)`,
	`[x]: javascript:alert(1)` + "\n\n[x] [x][x]",
	`![x](javascript:alert(1))`,
	`![x](https://a.bc/x.png"onerror="alert(1))`,
	`!["onerror="alert(1)](x)`,
	`<javascript:alert(1)>`,
	`<JAVASCRIPT:alert(1)>`,
	`<data:text/html,x>`,
	`<vbscript:x>`,
	`<https://a.bc/"onclick="alert(1)>`,
	`<https://a.bc/<script>alert(1)</script>>`,
	`https://a.bc/"onmouseover="alert(1)`,
	`https://a.bc/'onmouseover='alert(1)`,
	`https://a.bc/<script>alert(1)</script>`,
	`https://a.bc/&quot;onmouseover=&quot;alert(1)`,
	`https://a.bc/` + "`onmouseover=alert(1)`",
	`javascript:https://a.bc/%0aalert(1)`,
	`www.a.bc/"onmouseover="alert(1)`,
	`"onmouseover="alert(1)"@a.bc`,
	`<a"onclick="alert(1)@a.bc>`,
	`mailto:a@b.cd?subject="onclick="alert(1)`,
	"https://a.bc/\u202Etxt.exe",

	// code, quotes and lists as a way in
	"```html\n<script>alert(1)</script>\n```",
	"```\"onclick=\"alert(1)\nx\n```",
	"```js onclick=alert(1)\nx\n```",
	"`<script>alert(1)</script>`",
	"`</code><script>alert(1)</script>`",
	"> <script>alert(1)</script>",
	"- <img src=x onerror=alert(1)>",
	`1"onclick="alert(1)". x`,
	"*<b onclick=alert(1)>*",
	"**[x](java**script:alert(1))",
	"~~<svg/onload=~~alert(1)>",
	"&lt;script&gt;alert(1)&lt;/script&gt;",
	"\\<script\\>alert(1)\\</script\\>",
	"\xff<script\xfe>alert(1)</script>",
}

// allowed is what may come out at all, element by attributes.
var allowed = map[string][]string{
	"p": nil, "br": nil, "strong": nil, "em": nil, "del": nil, "code": nil, "pre": nil, "blockquote": nil, "ul": nil,
	"ol": {"start"}, "li": {"value"}, "a": {"href", "rel", "target"},
}

func TestF21_NothingRuns(t *testing.T) {
	if len(payloads) < 60 {
		t.Fatalf("premise: only %d payloads", len(payloads))
	}
	for _, payload := range payloads {
		// Alone, and in the places where people put things.
		for _, body := range []string{
			payload, "a " + payload + " b", "> " + payload, "- " + payload, "**" + payload + "**", "[" + payload + "](https://a.bc)",
			strings.ReplaceAll(payload, " ", "\n"),
		} {
			inspect(t, body, Render(body))
		}
	}
}

// The policy alone must hold too: it is what stands between a mistake of the
// writer and the page.
func TestF21_ThePolicyAloneLetsNothingRun(t *testing.T) {
	for _, payload := range payloads {
		if strings.HasPrefix(payload, "<") {
			inspect(t, payload, policy.Sanitize(payload))
		}
	}
	unsafe := `<p id=a class=b style=c hx-get=d onclick=e><a href="https://a.bc" hx-get="/" rel="opener" target="_top">x</a></p>`
	want := `<p><a href="https://a.bc" rel="nofollow noreferrer">x</a></p>`
	if got := policy.Sanitize(unsafe); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// inspect parses HTML as a browser does and looks at all that came out.
func inspect(t *testing.T, body, out string) {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(out), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Errorf("%q: %v", body, err)
	}
	for _, node := range nodes {
		for n := range all(node) {
			if n.Type == html.ElementNode {
				inspectElement(t, body, n)
			} else if n.Type != html.TextNode {
				t.Errorf("%q: a node of type %d", body, n.Type)
			}
		}
	}
	if again := policy.Sanitize(out); again != out {
		t.Errorf("%q: sanitised once\n     %s\ntwice %s", body, out, again)
	}
}

func all(n *html.Node) func(yield func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		if !yield(n) {
			return
		}
		for d := range n.Descendants() {
			if !yield(d) {
				return
			}
		}
	}
}

func inspectElement(t *testing.T, body string, n *html.Node) {
	t.Helper()
	attributes, ok := allowed[n.Data]
	if !ok || n.Namespace != "" {
		t.Errorf("%q: element %s:%s", body, n.Namespace, n.Data)
	}
	values := map[string]string{}
	for _, a := range n.Attr {
		if !slices.Contains(attributes, a.Key) {
			t.Errorf("%q: attribute %s=%q on %s", body, a.Key, a.Val, n.Data)
		}
		values[a.Key] = a.Val
	}
	if n.Data != "a" || values["href"] == "" && len(values) == 0 {
		return
	}
	u, err := url.Parse(values["href"])
	if err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) {
		t.Errorf("%q: link to %q", body, values["href"])
	}
	if values["rel"] != rel && !strings.Contains(values["rel"], "nofollow noreferrer") {
		t.Errorf("%q: rel=%q", body, values["rel"])
	}
}

func TestF21_LinksCarryRelAndTarget(t *testing.T) {
	for _, body := range []string{"https://a.bc", "www.a.bc", "a@b.cd", "<https://a.bc>", "[x](https://a.bc)", "[x](mailto:a@b.cd)", "![x](https://a.bc)", "[a.bc](https://d.ef)"} {
		out := Render(body)
		if strings.Count(out, "<a ") != 1 || !strings.Contains(out, ` rel="noopener nofollow ugc noreferrer" target="_blank">`) {
			t.Errorf("Render(%q) = %s", body, out)
		}
	}
}
