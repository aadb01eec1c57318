package markup

import (
	"strings"
	"testing"
)

// link is how an address is written.
func link(address, words string) string {
	return `<a href="` + address + `" rel="noopener nofollow ugc noreferrer" target="_blank">` + words + `</a>`
}

func TestRender(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing", "", ""},
		{"words", "hello", "<p>hello</p>"},
		{"line breaks are kept", "one\ntwo  \nthree", "<p>one<br>two<br>three</p>"},
		{"blank lines part paragraphs", "one\n\n\ntwo", "<p>one</p><p>two</p>"},
		{"marks", "**b** __b__ *i* _i_ ~~s~~ `c`", "<p><strong>b</strong> <strong>b</strong> <em>i</em> <em>i</em> <del>s</del> <code>c</code></p>"},
		{"marks in each other", "**a *b* ~~c~~**", "<p><strong>a <em>b</em> <del>c</del></strong></p>"},
		{"marks over two lines", "**a\nb**", "<p><strong>a<br>b</strong></p>"},
		{"arithmetic", "2*3*4 and 2 * 3 * 4", "<p>2*3*4 and 2 * 3 * 4</p>"},
		{"bold without spaces", "中**文**字", "<p>中<strong>文</strong>字</p>"},
		{"snake case", "read_only_mode __init__.py", "<p>read_only_mode <strong>init</strong>.py</p>"},
		{"about and ranges", "~5 or ~10, 10~20 and 30~40, ~one~", "<p>~5 or ~10, 10~20 and 30~40, ~one~</p>"},
		{"backslashes", `¯\_(ツ)_/¯ \\srv\x` + " C:\\\n\\*a\\*", `<p>¯\_(ツ)_/¯ \\srv\x C:\<br>\*a\*</p>`},
		{"entities", "&amp; &lt;b&gt; &#106;", "<p>&amp;amp; &amp;lt;b&amp;gt; &amp;#106;</p>"},
		{"faces", ">_< >:( :* :-*", "<p>&gt;_&lt; &gt;:( :* :-*</p>"},
		{"emoji", "👩🏽‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪 1️⃣ ❤️", "<p>👩🏽‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪 1️⃣ ❤️</p>"},
		{"indentation makes no code", "    four\n\tfive", "<p>four<br>five</p>"},

		{"raw HTML", "<b>x</b> <!-- y --> <br/>", "<p>&lt;b&gt;x&lt;/b&gt; &lt;!-- y --&gt; &lt;br/&gt;</p>"},
		{"HTML block", "<div>\n*x*\n</div>", "<p>&lt;div&gt;<br><em>x</em><br>&lt;/div&gt;</p>"},
		{"headings", "# one\ntwo\n===\nthree\n---", "<p># one<br>two<br>===<br>three<br>---</p>"},
		{"rules", "---\n\n***\n\n- - -\n\n* * *\n\n___", "<p>---</p><p>***</p><p>- - -</p><p>* * *</p><p>___</p>"},
		{"tables", "|a|b|\n|-|-|\n|c|d|", "<p>|a|b|<br>|-|-|<br>|c|d|</p>"},
		{"definitions", "[a]: /b\n\n[a]", "<p>[a]: /b</p><p>[a]</p>"},
		{"task lists", "- [ ] a\n- [x] b", "<ul><li>[ ] a</li><li>[x] b</li></ul>"},

		{"inline code", "`<b> *x* &amp;` ``a`b``", "<p><code>&lt;b&gt; *x* &amp;amp;</code> <code>a`b</code></p>"},
		{"code over lines", "`a\nb`", "<p><code>a<br>b</code></p>"},
		{"code block", "```go\nif a < b {\n\n\treturn\n}\n```\nafter", "<pre><code>if a &lt; b {\n\n\treturn\n}</code></pre><p>after</p>"},
		{"closed on its last line", "```\na\n\tb```\nafter", "<pre><code>a\n\tb</code></pre><p>after</p>"},
		{"never closed", "```\na\n# b", "<pre><code>a\n# b</code></pre>"},
		{"words after the fence stay", "```see this\nx```", "<p><code>see this<br>x</code></p>"},
		{"a fence alone", "```", "<p>```</p>"},
		{"tildes are no fence", "~~~\na\n~~~", "<p>~~~<br>a<br>~~~</p>"},

		{"quote", "> a\n> b", "<blockquote><p>a<br>b</p></blockquote>"},
		{"an answer is not part of the quote", "> a\nb", "<blockquote><p>a</p></blockquote><p>b</p>"},
		{"quote in a quote", "> > a\n> b", "<blockquote><blockquote><p>a</p></blockquote><p>b</p></blockquote>"},
		{"a sign alone", ">", "<p>&gt;</p>"},
		{"signs alone", ">>>", "<p>&gt;&gt;&gt;</p>"},
		{"code in a quote", "> ```\n> a\n> ```\nb", "<blockquote><pre><code>a</code></pre></blockquote><p>b</p>"},

		{"bullets", "Buy:\n- milk\n* eggs\nbye", "<p>Buy:</p><ul><li>milk</li></ul><ul><li>eggs</li></ul><p>bye</p>"},
		{"lists in lists", "- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"},
		{"paragraphs in a list", "- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>"},
		{"numbers", "1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"},
		{"numbers are kept", "3. a\n7. b\n8. c\n0. d", `<ol start="3"><li>a</li><li value="7">b</li><li>c</li><li value="0">d</li></ol>`},
		{"a year", "2019. What a year", `<ol start="2019"><li>What a year</li></ol>`},
		{"no lists", "-\n+ 1\n1) a\n1.\n-5\n3.50", "<p>-<br>+ 1<br>1) a<br>1.<br>-5<br>3.50</p>"},

		{"address", "https://a.bc/d?e=f&g#h", "<p>" + link("https://a.bc/d?e=f&amp;g#h", "https://a.bc/d?e=f&amp;g#h") + "</p>"},
		{"address in a sentence", "(see https://a.bc/d_e_f, ok)", "<p>(see " + link("https://a.bc/d_e_f", "https://a.bc/d_e_f") + ", ok)</p>"},
		{"address with brackets", "https://a.bc/d_(e).", "<p>" + link("https://a.bc/d_(e)", "https://a.bc/d_(e)") + ".</p>"},
		{"address in quotation marks", `"https://a.bc"`, "<p>&#34;" + link("https://a.bc", "https://a.bc") + "&#34;</p>"},
		{"address between words without spaces", "看https://a.bc。好", "<p>看" + link("https://a.bc", "https://a.bc") + "。好</p>"},
		{"address after an open bracket", "[ https://a.bc", "<p>[ " + link("https://a.bc", "https://a.bc") + "</p>"},
		{"address on this machine", "http://localhost:8090/_/", "<p>" + link("http://localhost:8090/_/", "http://localhost:8090/_/") + "</p>"},
		{"address in another script", "https://de.wikipedia.org/wiki/Übung", "<p>" + link("https://de.wikipedia.org/wiki/%C3%9Cbung", "https://de.wikipedia.org/wiki/Übung") + "</p>"},
		{"address in bold", "**https://a.bc**", "<p><strong>" + link("https://a.bc", "https://a.bc") + "</strong></p>"},
		{"address in capitals", "HTTPS://A.bc", "<p>" + link("https://A.bc", "HTTPS://A.bc") + "</p>"},
		{"address in angle brackets", "<https://a.bc>", "<p>" + link("https://a.bc", "https://a.bc") + "</p>"},
		{"www", "www.a.bc", "<p>" + link("https://www.a.bc", "www.a.bc") + "</p>"},
		{"mail", "a.b@c.de", "<p>" + link("mailto:a.b@c.de", "a.b@c.de") + "</p>"},
		{"other schemes", "ftp://a.bc <ftp://a.bc> <tel:1> xhttps://a.bc http:// https:///a", "<p>ftp://a.bc &lt;ftp://a.bc&gt; &lt;tel:1&gt; xhttps://a.bc http:// https:///a</p>"},
		{"address in code", "`https://a.bc`", "<p><code>https://a.bc</code></p>"},

		{"named link", "[**the** docs](https://a.bc)", "<p>" + link("https://a.bc", "<strong>the</strong> docs") + "</p>"},
		{"named by its address", "[a.bc/d](https://a.bc/d/)", "<p>" + link("https://a.bc/d/", "a.bc/d") + "</p>"},
		{"named by another address", "[bank.com](https://evil.com)", "<p>[bank.com](" + link("https://evil.com", "https://evil.com") + ")</p>"},
		{"named by the start of another", "[bank.com](https://bank.com.evil.com)", "<p>[bank.com](" + link("https://bank.com.evil.com", "https://bank.com.evil.com") + ")</p>"},
		{"named by a user of another", "[https://bank.com](https://bank.com@evil.com)", "<p>[https://bank.com](" + link("https://bank.com@evil.com", "https://bank.com@evil.com") + ")</p>"},
		{"link without words", "[](https://a.bc)", "<p>[](" + link("https://a.bc", "https://a.bc") + ")</p>"},
		{"link to nowhere", `[a](/b) [a](#b) [a](//b.cd) [a]() [a](b "c")`, `<p>[a](/b) [a](#b) [a](//b.cd) [a]() [a](b &#34;c&#34;)</p>`},
		{"image", "![a](https://a.bc/d.png)", "<p>![a](" + link("https://a.bc/d.png", "https://a.bc/d.png") + ")</p>"},

		{"not UTF-8", "a\xffb", "<p>a\uFFFDb</p>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Render(tt.body); got != tt.want {
				t.Errorf("Render(%q)\n got %s\nwant %s", tt.body, got, tt.want)
			}
		})
	}
}

func TestRenderStopsNesting(t *testing.T) {
	out := Render(strings.Repeat("> ", 20) + "deep")
	if got := strings.Count(out, "<blockquote>"); got != maxBlocks {
		t.Errorf("%d quotes in each other, want %d", got, maxBlocks)
	}
	if !strings.Contains(out, "&gt; deep") {
		t.Errorf("the rest is not shown as typed: %s", out)
	}
	out = Render(strings.Repeat("**", 20) + "deep" + strings.Repeat("**", 20))
	if got := strings.Count(out, "<strong>"); got != maxInlines {
		t.Errorf("%d bolds in each other, want %d", got, maxInlines)
	}
}

func TestRenderIsTheSameFromManyGoroutines(t *testing.T) {
	body := "**a** https://a.bc\n> b\n\n1. c\n2. [d](https://e.fg)\n```\nh\n```"
	want := Render(body)
	results := make(chan string)
	for range 16 {
		go func() { results <- Render(body) }()
	}
	for range 16 {
		if got := <-results; got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	bodies := map[string]string{
		"short": "See you at 8?",
		"usual": "**Lunch** at _noon_? https://example.com/menu?day=1 :)\nI'd say `yes` 🎉",
		"long":  strings.Repeat("A paragraph of **words** with a link to https://example.com/a_b and a list:\n- one\n- two\n\n> and a quote\n\n", 40),
	}
	for name, body := range bodies {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				Render(body)
			}
		})
	}
}
