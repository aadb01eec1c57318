package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxBigEmoji is up to how many emoji alone in a message are shown bigger.
const maxBigEmoji = 3

// pictures are the blocks whose letters are drawn as emoji by themselves.
var pictures = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x231A, Hi: 0x231B, Stride: 1}, {Lo: 0x23E9, Hi: 0x23EC, Stride: 1}, {Lo: 0x23F0, Hi: 0x23F0, Stride: 1},
		{Lo: 0x23F3, Hi: 0x23F3, Stride: 1}, {Lo: 0x25FD, Hi: 0x25FE, Stride: 1}, {Lo: 0x2614, Hi: 0x2615, Stride: 1},
		{Lo: 0x2648, Hi: 0x2653, Stride: 1}, {Lo: 0x267F, Hi: 0x267F, Stride: 1}, {Lo: 0x2693, Hi: 0x2693, Stride: 1},
		{Lo: 0x26A1, Hi: 0x26A1, Stride: 1}, {Lo: 0x26AA, Hi: 0x26AB, Stride: 1}, {Lo: 0x26BD, Hi: 0x26BE, Stride: 1},
		{Lo: 0x26C4, Hi: 0x26C5, Stride: 1}, {Lo: 0x26CE, Hi: 0x26CE, Stride: 1}, {Lo: 0x26D4, Hi: 0x26D4, Stride: 1},
		{Lo: 0x26EA, Hi: 0x26EA, Stride: 1}, {Lo: 0x26F2, Hi: 0x26F3, Stride: 1}, {Lo: 0x26F5, Hi: 0x26F5, Stride: 1},
		{Lo: 0x26FA, Hi: 0x26FA, Stride: 1}, {Lo: 0x26FD, Hi: 0x26FD, Stride: 1}, {Lo: 0x2705, Hi: 0x2705, Stride: 1},
		{Lo: 0x270A, Hi: 0x270B, Stride: 1}, {Lo: 0x2728, Hi: 0x2728, Stride: 1}, {Lo: 0x274C, Hi: 0x274C, Stride: 1},
		{Lo: 0x274E, Hi: 0x274E, Stride: 1}, {Lo: 0x2753, Hi: 0x2755, Stride: 1}, {Lo: 0x2757, Hi: 0x2757, Stride: 1},
		// The red heart is text by the book and an emoji to everybody.
		{Lo: 0x2764, Hi: 0x2764, Stride: 1},
		{Lo: 0x2795, Hi: 0x2797, Stride: 1}, {Lo: 0x27B0, Hi: 0x27B0, Stride: 1}, {Lo: 0x27BF, Hi: 0x27BF, Stride: 1},
		{Lo: 0x2B1B, Hi: 0x2B1C, Stride: 1}, {Lo: 0x2B50, Hi: 0x2B50, Stride: 1}, {Lo: 0x2B55, Hi: 0x2B55, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F004, Hi: 0x1F004, Stride: 1}, {Lo: 0x1F0CF, Hi: 0x1F0CF, Stride: 1}, {Lo: 0x1F18E, Hi: 0x1F18E, Stride: 1},
		{Lo: 0x1F191, Hi: 0x1F19A, Stride: 1}, {Lo: 0x1F201, Hi: 0x1F201, Stride: 1}, {Lo: 0x1F21A, Hi: 0x1F21A, Stride: 1},
		{Lo: 0x1F22F, Hi: 0x1F22F, Stride: 1}, {Lo: 0x1F232, Hi: 0x1F236, Stride: 1}, {Lo: 0x1F238, Hi: 0x1F23A, Stride: 1},
		{Lo: 0x1F250, Hi: 0x1F251, Stride: 1}, {Lo: 0x1F300, Hi: 0x1F64F, Stride: 1}, {Lo: 0x1F680, Hi: 0x1F6FF, Stride: 1},
		{Lo: 0x1F7E0, Hi: 0x1F7F0, Stride: 1}, {Lo: 0x1F90C, Hi: 0x1F9FF, Stride: 1}, {Lo: 0x1FA70, Hi: 0x1FAFF, Stride: 1},
	},
}

// symbols are the blocks whose letters are text unless the emoji selector
// follows, as in ☎️ and ©️.
var symbols = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0xA9, Hi: 0xA9, Stride: 1}, {Lo: 0xAE, Hi: 0xAE, Stride: 1}, {Lo: 0x203C, Hi: 0x203C, Stride: 1},
		{Lo: 0x2049, Hi: 0x2049, Stride: 1}, {Lo: 0x2122, Hi: 0x2122, Stride: 1}, {Lo: 0x2139, Hi: 0x2139, Stride: 1},
		{Lo: 0x2194, Hi: 0x21AA, Stride: 1}, {Lo: 0x2300, Hi: 0x23FF, Stride: 1}, {Lo: 0x24C2, Hi: 0x24C2, Stride: 1},
		{Lo: 0x25AA, Hi: 0x25FE, Stride: 1}, {Lo: 0x2600, Hi: 0x27BF, Stride: 1}, {Lo: 0x2934, Hi: 0x2935, Stride: 1},
		{Lo: 0x2B05, Hi: 0x2B55, Stride: 1}, {Lo: 0x3030, Hi: 0x3030, Stride: 1}, {Lo: 0x303D, Hi: 0x303D, Stride: 1},
		{Lo: 0x3297, Hi: 0x3299, Stride: 2},
	},
	R32:         []unicode.Range32{{Lo: 0x1F170, Hi: 0x1F171, Stride: 1}, {Lo: 0x1F17E, Hi: 0x1F17F, Stride: 1}, {Lo: 0x1F202, Hi: 0x1F202, Stride: 1}, {Lo: 0x1F237, Hi: 0x1F237, Stride: 1}},
	LatinOffset: 2,
}

func isSkin(r rune) bool   { return r >= 0x1F3FB && r <= 0x1F3FF }
func isRegion(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
func isPicture(r rune) bool {
	return unicode.Is(pictures, r) || unicode.Is(symbols, r)
}

// OnlyEmoji tells whether a message is one to three emoji and nothing else, so
// that it can be shown bigger. Sequences count as the one emoji they show.
func OnlyEmoji(body string) bool {
	n := 0
	for body = strings.TrimSpace(body); body != ""; body = strings.TrimLeftFunc(body, unicode.IsSpace) {
		cluster := body[:clusterLen(body)]
		if n++; n > maxBigEmoji || !isEmoji(cluster) {
			return false
		}
		body = body[len(cluster):]
	}
	return n > 0
}

// OneEmoji tells whether a reaction is exactly one emoji.
func OneEmoji(reaction string) bool {
	return reaction != "" && clusterLen(reaction) == len(reaction) && isEmoji(reaction)
}

// isEmoji tells whether one cluster is drawn as an emoji.
func isEmoji(cluster string) bool {
	first, size := utf8.DecodeRuneInString(cluster)
	rest := cluster[size:]
	switch {
	case isRegion(first): // a flag is two of them
		second, _ := utf8.DecodeRuneInString(rest)
		return isRegion(second)
	case strings.ContainsRune("0123456789#*", first):
		return strings.ContainsRune(rest, keycap)
	case unicode.Is(pictures, first):
		return strings.IndexFunc(rest, unexpected) < 0
	case unicode.Is(symbols, first):
		next, _ := utf8.DecodeRuneInString(rest)
		return (next == emojiVS || isSkin(next)) && strings.IndexFunc(rest, unexpected) < 0
	}
	return false
}

// unexpected tells what has no place after the first rune of an emoji.
func unexpected(r rune) bool {
	return r != emojiVS && r != zwj && !isSkin(r) && !isTag(r) && !isPicture(r)
}
