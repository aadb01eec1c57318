// Package markup turns the plain text that people write into HTML that any
// page can show: links, bold, italics, strikethrough, code, quotes and lists.
//
// People in a chat don't know that they write markup. So nothing that they
// typed disappears or is put somewhere else: raw HTML, headings, images,
// tables, rules and backslashes stay as typed, a quote ends with its line, and
// a link never says one address and leads to another.
//
// The text is parsed by goldmark, written by this package, which escapes
// everything, and passed through bluemonday, which knows nothing of either and
// lets only a short list of elements through. The work is linear in the
// length of the text, and nesting is bounded.
package markup

import (
	"strings"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// How deep things nest before they are shown as typed.
const (
	maxBlocks  = 6  // quotes and lists in each other
	maxInlines = 10 // bold, italics and the like in each other
)

// How many signs one text may hold before the rest is shown as typed. They
// bound work that grows with their square.
const (
	maxDelimiters = 1000
	maxBrackets   = 400
	maxBackticks  = 500
	maxAddresses  = 500
)

var parse = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(list{parser.NewListParser()}, 300),
		util.Prioritized(listItem{parser.NewListItemParser()}, 400),
		util.Prioritized(fence{parser.NewFencedCodeBlockParser()}, 700),
		util.Prioritized(quote{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(paragraph{parser.NewParagraphParser()}, 1000),
	),
	parser.WithInlineParsers(
		util.Prioritized(limit(parser.NewCodeSpanParser(), maxBackticks), 100),
		util.Prioritized(newLinks(), 200),
		util.Prioritized(limit(parser.NewAutoLinkParser(), maxBrackets), 300),
		util.Prioritized(limit(address{}, maxAddresses), 400),
		util.Prioritized(emphasis{limit(parser.NewEmphasisParser(), maxDelimiters)}, 500),
		util.Prioritized(strike{limit(extension.NewStrikethroughParser(), maxDelimiters)}, 500),
		util.Prioritized(newLinkify(), 999),
	),
)

// Render makes sanitised HTML of a message's text. The same text always makes
// the same HTML, with no white space between its elements.
func Render(body string) string {
	source := []byte(strings.ToValidUTF8(body, "\uFFFD"))
	w := writer{source: source}
	w.blocks(parse.Parse(text.NewReader(source)))
	return policy.Sanitize(w.out.String())
}
