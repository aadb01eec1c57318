package markup

import (
	"bytes"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// limited stops asking its parser after a number of signs in one text.
type limited struct {
	parser.InlineParser
	key parser.ContextKey
	max int
}

func limit(p parser.InlineParser, max int) limited {
	return limited{p, parser.NewContextKey(), max}
}

func (l limited) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	n, _ := pc.Get(l.key).(int)
	if n >= l.max {
		return nil
	}
	pc.Set(l.key, n+1)
	return l.InlineParser.Parse(parent, block, pc)
}

// emphasis is bold and italics. One star between two letters or digits is a
// multiplication.
type emphasis struct{ limited }

func (e emphasis) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	node := e.limited.Parse(parent, block, pc)
	if d, ok := node.(*parser.Delimiter); ok && d.Char == '*' && d.OriginalLength == 1 {
		if after := block.Peek(); alphanumeric(before) && alphanumeric(rune(after)) {
			d.CanOpen, d.CanClose = false, false
		}
	}
	return node
}

func alphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// strike is strikethrough by two tildes. One alone means "about", or a range.
type strike struct{ limited }

func (s strike) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	node := s.limited.Parse(parent, block, pc)
	if d, ok := node.(*parser.Delimiter); ok && d.OriginalLength != 2 {
		d.CanOpen, d.CanClose = false, false
	}
	return node
}

// links is [words](address).
type links struct{ limited }

func newLinks() links {
	return links{limit(opening{parser.NewLinkParser()}, maxBrackets)}
}

func (l links) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if block.Peek() == ']' && !pc.IsInLinkLabel() {
		return nil
	}
	return l.limited.Parse(parent, block, pc)
}

// CloseBlock tidies up after brackets that were never closed.
func (l links) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	l.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// opening leaves a bracket alone that nothing of the kind follows on its line:
// an open one would keep addresses after it from being links.
type opening struct{ parser.InlineParser }

func (o opening) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if line[0] != ']' && !bytes.Contains(line, []byte("](")) {
		return nil
	}
	return o.InlineParser.Parse(parent, block, pc)
}

func (o opening) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	o.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// www is an address without its scheme.
var www = regexp.MustCompile(`^www\.[\pL\pN.-]{1,250}\.\pL{2,}(?::\d{1,5})?(?:[/?#][^\s<>"` + "`" + `]*)?`)

// newLinkify finds what starts with www. and e-mail addresses. Those with a
// scheme are found by [address], wherever they stand.
func newLinkify() parser.InlineParser {
	return extension.NewLinkifyParser(
		extension.WithLinkifyAllowedProtocols([]string{"none:"}),
		extension.WithLinkifyWWWRegexp(www),
	)
}
