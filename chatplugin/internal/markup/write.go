package markup

import (
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// writer writes what was parsed as HTML. Everything that people typed passes
// through [writer.text]; it writes no white space of its own, so that a page
// may keep that of the text.
type writer struct {
	source []byte
	out    strings.Builder
	depth  int // of bold, italics and the like
}

func (w *writer) text(s string) { w.out.WriteString(html.EscapeString(s)) }

func (w *writer) tag(s string) { w.out.WriteString(s) }

// blocks writes the blocks inside a node. They nest maxBlocks deep at most.
func (w *writer) blocks(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Paragraph:
			w.tag("<p>")
			w.inlines(n)
			w.tag("</p>")
		case *ast.TextBlock:
			w.inlines(n)
		case *ast.Blockquote:
			w.tag("<blockquote>")
			w.blocks(n)
			w.tag("</blockquote>")
		case *ast.List:
			w.list(n)
		case *ast.FencedCodeBlock:
			w.code(n)
		}
	}
}

// list keeps the numbers as they were typed: "2019. What a year" is no first
// item of anything.
func (w *writer) list(n *ast.List) {
	if !n.IsOrdered() {
		w.tag("<ul>")
		w.items(n)
		w.tag("</ul>")
		return
	}
	w.tag("<ol")
	if n.Start != 1 {
		w.tag(` start="` + strconv.Itoa(n.Start) + `"`)
	}
	w.tag(">")
	w.items(n)
	w.tag("</ol>")
}

func (w *writer) items(n *ast.List) {
	next := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		w.tag("<li")
		if number, ok := w.number(item); ok && n.IsOrdered() {
			if number != next {
				w.tag(` value="` + strconv.Itoa(number) + `"`)
			}
			next = number + 1
		}
		w.tag(">")
		w.blocks(item)
		w.tag("</li>")
	}
}

var leadingNumber = regexp.MustCompile(`^\d{1,9}`)

// number is what was typed in front of a list's item.
func (w *writer) number(item ast.Node) (int, bool) {
	pos := item.Pos()
	if pos < 0 || pos >= len(w.source) {
		return 0, false
	}
	number, err := strconv.Atoi(string(leadingNumber.Find(w.source[pos:])))
	return number, err == nil
}

func (w *writer) code(n ast.Node) {
	w.tag("<pre><code>")
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(w.source))
	}
	w.text(strings.TrimRight(b.String(), "\n"))
	w.tag("</code></pre>")
}

// inlines writes what stands inside a paragraph.
func (w *writer) inlines(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			w.words(n)
		case *ast.CodeSpan:
			w.tag("<code>")
			w.raw(n)
			w.tag("</code>")
		case *ast.Emphasis:
			w.wrap(n, [...]string{"em", "strong"}[n.Level-1])
		case *extast.Strikethrough:
			w.wrap(n, "del")
		case *ast.AutoLink:
			w.autoLink(n)
		case *ast.Link:
			w.link(n, n.Destination, n.Title, false)
		case *ast.Image:
			w.tag("!")
			w.link(n, n.Destination, n.Title, true)
		default:
			w.inlines(n)
		}
	}
}

func (w *writer) words(n *ast.Text) {
	segment := n.Segment
	w.text(string(segment.Value(w.source)))
	if n.HardLineBreak() && segment.Stop < len(w.source) && w.source[segment.Stop] == '\\' {
		w.text(`\`) // it was typed, so it shows
	}
	if n.SoftLineBreak() || n.HardLineBreak() {
		w.tag("<br>")
	}
}

// raw writes the text inside a code span, line by line.
func (w *writer) raw(n ast.Node) {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(w.source))
		}
	}
	for i, line := range strings.Split(strings.Trim(b.String(), "\n"), "\n") {
		if i > 0 {
			w.tag("<br>")
		}
		w.text(line)
	}
}

// wrap puts an element around what is in n, unless it is nested too deep for
// anybody to have meant it.
func (w *writer) wrap(n ast.Node, element string) {
	w.depth++
	defer func() { w.depth-- }()
	if w.depth > maxInlines {
		w.inlines(n)
		return
	}
	w.tag("<" + element + ">")
	w.inlines(n)
	w.tag("</" + element + ">")
}

func (w *writer) anchor(address string, inside func()) {
	w.tag(`<a href="`)
	w.text(address)
	w.tag(`" rel="` + rel + `" target="_blank">`)
	inside()
	w.tag("</a>")
}

func (w *writer) autoLink(n *ast.AutoLink) {
	label, address := string(n.Label(w.source)), string(n.URL(w.source))
	switch {
	case n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:"):
		address = "mailto:" + address
	case n.Protocol != nil: // www. without a scheme
		address = "https://" + label
	}
	if !safe(address) {
		if w.source[n.Pos()] == '<' {
			label = "<" + label + ">"
		}
		w.text(label)
		return
	}
	w.anchor(address, func() { w.text(label) })
}

// link writes [words](address). Where the address is none, the words name
// another one, or it was meant to be an image, it stays as typed, with the
// address itself as the link.
func (w *writer) link(n ast.Node, destination, title []byte, typed bool) {
	address := string(destination)
	ok := safe(address)
	if ok && !typed && !misleads(w.plain(n), address) && w.plain(n) != "" {
		w.anchor(address, func() { w.inlines(n) })
		return
	}
	w.tag("[")
	w.inlines(n)
	w.tag("](")
	if ok {
		w.anchor(address, func() { w.text(address) })
	} else {
		w.text(address)
	}
	if len(title) > 0 {
		w.text(` "` + string(title) + `"`)
	}
	w.tag(")")
}

// plain is the text inside n without its markup.
func (w *writer) plain(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(w.source))
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}
