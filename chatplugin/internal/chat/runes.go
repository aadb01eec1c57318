package chat

import (
	"strings"
	"unicode"
)

// maxMarks is how many combining marks and joiners one letter may carry. Real
// scripts need six at most; what comes after is only there to climb over the
// neighbouring lines.
const maxMarks = 8

const (
	zwsp      = '\u200B'
	zwnj      = '\u200C'
	zwj       = '\u200D'
	lri       = '\u2066'
	fsi       = '\u2068'
	pdi       = '\u2069'
	emojiVS   = '\uFE0F'
	keycap    = '\u20E3'
	blackFlag = '\U0001F3F4'
)

// isNewline tells every rune that Unicode makes a line end of.
func isNewline(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// isOverride tells the controls that turn text round until they are closed,
// across whatever follows: embeddings, overrides and what pops them.
func isOverride(r rune) bool { return r >= '\u202A' && r <= '\u202E' }

// isIsolate tells the controls that turn round only what they enclose.
func isIsolate(r rune) bool { return r >= lri && r <= pdi }

// isDirectionMark tells the harmless, invisible letters that only have a
// direction. Texts may need them beside punctuation; names don't.
func isDirectionMark(r rune) bool { return r == '\u200E' || r == '\u200F' || r == '\u061C' }

// isJoiner tells the invisible runes that scripts and emoji really use between
// letters. They are kept, but counted like marks.
func isJoiner(r rune) bool { return r >= zwsp && r <= zwj }

// isMark tells what is drawn over, under or around the letter before it.
func isMark(r rune) bool { return unicode.Is(unicode.M, r) }

// isTag tells the invisible letters that spell the region in some flags and
// that can smuggle unseen text anywhere else.
func isTag(r rune) bool { return r >= '\U000E0020' && r <= '\U000E007F' }

// isJunk tells runes that no text needs: controls, deprecated format
// characters, byte order marks, annotations, invisible operators,
// noncharacters.
func isJunk(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u180E', r == '\uFEFF':
	case r >= '\u2060' && r <= '\u2065', r >= '\u206A' && r <= '\u206F':
	case r >= '\uFFF0' && r <= '\uFFFB', r >= '\uFDD0' && r <= '\uFDEF':
	case r&0xFFFE == 0xFFFE, r >= 0xE0000 && r <= 0xE001F, r >= 0xE0080 && r <= 0xE00FF, r >= 0xE01F0 && r <= 0xE0FFF:
	case r >= 0x1D173 && r <= 0x1D17A:
	default:
		return false
	}
	return true
}

// isBlank tells what leaves no ink on the screen and has no mark to carry:
// spaces, joiners, and letters that exist to look like nothing.
func isBlank(r rune) bool {
	switch r {
	case '\u00AD', '\u034F', '\u115F', '\u1160', '\u17B4', '\u17B5', '\u2800', '\u3164', '\uFFA0':
		return true
	}
	return unicode.IsSpace(r) || isJoiner(r) || isOverride(r) || isIsolate(r) || isDirectionMark(r) || isTag(r) || isJunk(r)
}

// visible tells whether anybody would see something of s. Marks without a
// letter under them are nothing.
func visible(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !isBlank(r) && !isMark(r) }) >= 0
}

// scrub drops what no text needs and bounds what letters carry, in one pass.
// In a line (a name, a preview) every control of direction goes and line ends
// become spaces; in a text, isolates and direction marks stay.
func scrub(s string, line bool) string {
	var b strings.Builder
	b.Grow(len(s))
	marks, flag, last := 0, false, rune(0)
	for _, r := range s {
		previous := last
		last = r
		switch {
		case isNewline(r):
			if r == '\n' && previous == '\r' {
				continue
			}
			marks, flag = 0, false
			b.WriteByte(lineEnd(line))
		case r == '\t' && !line:
			marks, flag = 0, false
			b.WriteByte('\t')
		case r == '\t':
			marks, flag = 0, false
			b.WriteByte(' ')
		case isTag(r):
			// A flag's letters: at most seven and the one that ends them.
			if marks++; flag && marks <= maxMarks {
				b.WriteRune(r)
			}
		case isJunk(r), isOverride(r), line && (isIsolate(r) || isDirectionMark(r) || r == zwsp || r == '\u00AD'):
		case isIsolate(r):
			b.WriteRune(r)
		case isMark(r), isJoiner(r):
			if marks++; marks <= maxMarks {
				b.WriteRune(r)
			}
		default:
			marks, flag = 0, r == blackFlag
			b.WriteRune(r)
		}
	}
	return b.String()
}

func lineEnd(line bool) byte {
	if line {
		return ' '
	}
	return '\n'
}

// balance drops the isolates of a line of text that were opened and never
// closed, or closed and never opened: they would turn round what stands after
// the text instead of a part of it.
func balance(s string) string {
	if strings.IndexFunc(s, isIsolate) < 0 {
		return s
	}
	runes := []rune(s)
	var open []int
	forget := func() {
		for _, i := range open {
			runes[i] = -1
		}
		open = open[:0]
	}
	for i, r := range runes {
		switch {
		case r == '\n':
			forget()
		case r == pdi && len(open) == 0:
			runes[i] = -1
		case r == pdi:
			open = open[:len(open)-1]
		case isIsolate(r):
			open = append(open, i)
		}
	}
	forget()
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range runes {
		if r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}
