package markup

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// maxAddress is the longest address that becomes a link, in bytes.
const maxAddress = 2048

// address finds http and https addresses by their colon, so that it doesn't
// matter what stands before: a quotation mark, a bracket, a letter of a
// script that has no spaces.
type address struct{}

// Trigger implements parser.InlineParser.
func (address) Trigger() []byte { return []byte{':'} }

// Parse implements parser.InlineParser.
func (address) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	before, ok := parent.LastChild().(*ast.Text)
	if !ok || pc.IsInLinkLabel() || before.Segment.Stop != segment.Start || !bytes.HasPrefix(line, []byte("://")) {
		return nil
	}
	scheme := schemeAtEnd(before.Segment.Value(block.Source()))
	if scheme == 0 {
		return nil
	}
	length := addressLen(line)
	start := segment.Start - scheme
	if !safe(string(block.Source()[start : segment.Start+length])) {
		return nil
	}
	before.Segment = before.Segment.WithStop(start)
	if before.Segment.IsEmpty() {
		parent.RemoveChild(parent, before)
	}
	block.Advance(length)
	return ast.NewAutoLink(ast.AutoLinkURL, ast.NewTextSegment(text.NewSegment(start, segment.Start+length)))
}

// schemeAtEnd is the length of the http or https at the end of s, or 0.
func schemeAtEnd(s []byte) int {
	tail := s[max(0, len(s)-len("https")):]
	for _, scheme := range []string{"https", "http"} {
		if len(tail) < len(scheme) || !bytes.EqualFold(tail[len(tail)-len(scheme):], []byte(scheme)) {
			continue
		}
		last, _ := utf8.DecodeLastRune(s[:len(s)-len(scheme)])
		if !alphanumeric(last) {
			return len(scheme)
		}
	}
	return 0
}

// addressLen is how much of the line, from its start, belongs to the address:
// up to white space or a sign that ends it, without the punctuation of the
// sentence around it.
func addressLen(line []byte) int {
	line = line[:min(len(line), maxAddress)]
	end := bytes.IndexFunc(line, endsAddress)
	if end < 0 {
		end = len(line)
	}
	line = line[:end]
	for {
		trimmed := bytes.TrimRight(line, `.,:;!?*_~'|\`)
		if n := len(trimmed); n > 0 && unopened(trimmed) {
			trimmed = trimmed[:n-1]
		}
		if len(trimmed) == len(line) {
			return len(line)
		}
		line = trimmed
	}
}

// unopened tells whether s ends with a bracket that closes nothing in it.
func unopened(s []byte) bool {
	switch s[len(s)-1] {
	case ')':
		return bytes.Count(s, []byte{')'}) > bytes.Count(s, []byte{'('})
	case ']':
		return bytes.Count(s, []byte{']'}) > bytes.Count(s, []byte{'['})
	case '}':
		return bytes.Count(s, []byte{'}'}) > bytes.Count(s, []byte{'{'})
	}
	return false
}

func endsAddress(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError ||
		strings.ContainsRune("<>\"`“”„«»‘’‹›…，。、；：！？（）【】《》「」『』", r)
}

// safe tells whether a link may lead to raw: a web address with a host, or an
// e-mail address, and nothing that a browser could read as another scheme.
func safe(raw string) bool {
	if len(raw) > maxAddress || strings.IndexFunc(raw, endsAddress) >= 0 {
		return false
	}
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Hostname() != "" && u.Opaque == ""
	case "mailto":
		return strings.ContainsRune(u.Opaque, '@')
	}
	return false
}

// looksLikeAddress tells words that a reader takes for where a link leads.
var looksLikeAddress = regexp.MustCompile(`(?i)://|www\.|@|[\pL\pN-][.。．｡]\pL{2,}`)

// misleads tells whether a link's words name another address than the link's.
func misleads(words, raw string) bool {
	if !looksLikeAddress.MatchString(words) {
		return false
	}
	rest, ok := strings.CutPrefix(bareAddress(raw), bareAddress(words))
	return !ok || rest != "" && !strings.ContainsAny(rest[:1], "/?#")
}

// bareAddress is an address as people write it down.
func bareAddress(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, prefix := range []string{"https://", "http://", "mailto:"} {
		s = strings.TrimPrefix(s, prefix)
	}
	return strings.TrimSuffix(s, "/")
}
