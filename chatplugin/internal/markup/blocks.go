package markup

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// endedOn remembers the line on which a quote or list item ended, so that the
// paragraph in it ends there too. CommonMark lets it run on: an answer typed
// right below a quote would become part of the quote.
var endedOn = parser.NewContextKey()

func ended(state parser.State, reader text.Reader, pc parser.Context) parser.State {
	if state&parser.Continue == 0 {
		line, _ := reader.Position()
		pc.Set(endedOn, line)
	}
	return state
}

func justEnded(reader text.Reader, pc parser.Context) bool {
	line, _ := reader.Position()
	return pc.Get(endedOn) == any(line)
}

// paragraph is any text. It takes indented lines, since four spaces don't make
// code here.
type paragraph struct{ parser.BlockParser }

func (p paragraph) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if ast.IsParagraph(pc.LastOpenedBlock().Node) && !justEnded(reader, pc) {
		return nil, parser.NoChildren // the one before goes on
	}
	return p.BlockParser.Open(parent, reader, pc)
}

func (paragraph) CanInterruptParagraph() bool { return true }
func (paragraph) CanAcceptIndentedLine() bool { return true }

// quote is lines that start with > and a space. Without the space it is a face
// (>_<) or an arrow.
type quote struct{ parser.BlockParser }

var quoteStart = regexp.MustCompile(`^ {0,3}>(?: ?>)*(?:[ \t]|$)`)

func (q quote) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	line = bytes.TrimRight(line, "\n")
	start := quoteStart.Find(line)
	if start == nil || util.IsBlank(line[len(start):]) || tooDeep(parent) {
		return nil, parser.NoChildren
	}
	return q.BlockParser.Open(parent, reader, pc)
}

func (q quote) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if !quoteStart.Match(bytes.TrimRight(line, "\n")) {
		return ended(parser.Close, reader, pc)
	}
	return ended(q.BlockParser.Continue(node, reader, pc), reader, pc)
}

// list is lines that start with "- ", "* " or "1. ". A plus is a plus, and
// "1)" stays as typed.
type list struct{ parser.BlockParser }

func (l list) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	// Always asked first: it also takes note of the item that just ended.
	node, state := l.BlockParser.Open(parent, reader, pc)
	if node == nil {
		return nil, state
	}
	line, _ := reader.PeekLine()
	marker := node.(*ast.List).Marker
	if marker == '+' || marker == ')' || bare(line) || tooDeep(parent) {
		return nil, parser.NoChildren
	}
	return node, state
}

func (l list) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	return ended(l.BlockParser.Continue(node, reader, pc), reader, pc)
}

// bare tells a marker without an item, and a line of markers that somebody drew.
func bare(line []byte) bool {
	return strings.Trim(string(line), "-* \t\n") == "" || bareNumber.Match(line)
}

var bareNumber = regexp.MustCompile(`^\s*\d+\.\s*$`)

type listItem struct{ parser.BlockParser }

func (l listItem) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	return ended(l.BlockParser.Continue(node, reader, pc), reader, pc)
}

// tooDeep tells whether another quote or list inside parent is one too many.
func tooDeep(parent ast.Node) bool {
	depth := 0
	for ; parent != nil && depth < maxBlocks; parent = parent.Parent() {
		switch parent.Kind() {
		case ast.KindBlockquote, ast.KindList:
			depth++
		}
	}
	return depth == maxBlocks
}

// fence is lines between two of three backticks. The opening one may name a
// language and nothing more, or words would disappear; it must have something
// below it; and the closing one may stand at the end of the last line, where
// most people put it.
type fence struct{ parser.BlockParser }

var fenceStart = regexp.MustCompile("^[ \t]*```+[ \t]*[\\w+#.-]{0,20}[ \t]*$")

// fenceEnd remembers the block whose last line just closed it.
var fenceEnd = parser.NewContextKey()

func (fence) Trigger() []byte { return []byte{'`'} }

func (f fence) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	if !fenceStart.Match(bytes.TrimRight(line, "\n")) || util.IsBlank(reader.Source()[segment.Stop:]) {
		return nil, parser.NoChildren
	}
	return f.BlockParser.Open(parent, reader, pc)
}

func (f fence) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	if pc.Get(fenceEnd) == any(node) {
		return parser.Close
	}
	line, _ := reader.PeekLine()
	state := f.BlockParser.Continue(node, reader, pc)
	code, closed := bytes.CutSuffix(bytes.TrimRight(line, " \t\n"), []byte("```"))
	if state&parser.Continue == 0 || !closed || bytes.HasSuffix(code, []byte("`")) {
		return state
	}
	pc.Set(fenceEnd, node)
	lines := node.Lines()
	last := lines.At(lines.Len() - 1)
	cut := bytes.LastIndex(last.Value(reader.Source()), []byte("```")) - last.Padding
	lines.Set(lines.Len()-1, last.WithStop(last.Start+cut))
	return state
}
