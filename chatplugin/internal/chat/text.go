package chat

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// displayRunes bounds a user's name, which comes from the host's collection
// and may be anything.
const displayRunes = 80

// unreadable is said of text that is not UTF-8: nobody typed that.
const unreadable = "This text has characters that cannot be read. Type it again."

// CleanBody makes a message's text safe to store and to show beside others:
// line ends are \n, controls and blank lines around it are gone, letters carry
// a bounded number of marks, and nothing in it turns round what follows. Emoji
// and every script stay as typed, in Unicode's composed form. The text may be
// empty only where files come with it. Cleaning a clean text changes nothing.
func CleanBody(raw string, limits Limits, files int) (string, error) {
	if !utf8.ValidString(raw) {
		return "", Refuse(Invalid, "body", unreadable)
	}
	body := cleanText(raw)
	if body == "" && files == 0 {
		return "", Refuse(Invalid, "body", "Write something first.")
	}
	if over := utf8.RuneCountInString(body) - limits.WithDefaults().MessageRunes; over > 0 {
		return "", tooLong("body", over, "This message is 1 character too long. Shorten it or send it in parts.", "This message is {n} characters too long. Shorten it or send it in parts.")
	}
	return body, nil
}

// CleanDescription does the same for a group's description, which may be empty.
func CleanDescription(raw string, limits Limits) (string, error) {
	if !utf8.ValidString(raw) {
		return "", Refuse(Invalid, "description", unreadable)
	}
	text := cleanText(raw)
	if over := utf8.RuneCountInString(text) - limits.WithDefaults().DescriptionRunes; over > 0 {
		return "", tooLong("description", over, "This description is 1 character too long. Shorten it.", "This description is {n} characters too long. Shorten it.")
	}
	return text, nil
}

// CleanName makes one line of what was typed as a name: no controls of any
// kind, single spaces, at most max runes. field is where the refusal shows.
func CleanName(raw string, max int, field string) (string, error) {
	if !utf8.ValidString(raw) {
		return "", Refuse(Invalid, field, unreadable)
	}
	name := cleanLine(raw)
	if !visible(name) {
		return "", Refuse(Invalid, field, "Write a name.")
	}
	if over := utf8.RuneCountInString(name) - max; over > 0 {
		return "", tooLong(field, over, "This name is 1 character too long. Shorten it.", "This name is {n} characters too long. Shorten it.")
	}
	return name, nil
}

// DisplayName makes a name that is safe to show of one that nobody checked. It
// never refuses: what is too long is cut, what shows nothing is replaced, unless
// there is no fallback: then its reader has words for it, in their language.
func DisplayName(name, fallback string) string {
	for _, candidate := range []string{name, fallback} {
		candidate = cleanLine(strings.ToValidUTF8(candidate, ""))
		if visible(candidate) {
			return cut(candidate, displayRunes)
		}
	}
	if fallback == "" {
		return ""
	}
	return "Somebody"
}

func tooLong(field string, over int, one, many string) error {
	if over == 1 {
		return Refuse(Invalid, field, one)
	}
	return Refuse(Invalid, field, many, "{n}", strconv.Itoa(over))
}

func cleanText(raw string) string {
	text := balance(scrub(raw, false))
	if !visible(text) {
		return ""
	}
	return trimLines(compose(text, false))
}

func cleanLine(raw string) string {
	line := compose(scrub(raw, true), true)
	line = strings.TrimRightFunc(strings.Join(strings.Fields(line), " "), isBlank)
	// A mark at the start would sit on whatever stands before the name.
	return strings.TrimLeftFunc(line, func(r rune) bool { return isBlank(r) || isMark(r) })
}

// compose brings text into Unicode's composed form. A few letters come apart
// in it, so marks are bounded once more: and before it, since normalising
// endless runs of marks puts joiners between them.
func compose(s string, line bool) string {
	if norm.NFC.IsNormalString(s) {
		return s
	}
	return scrub(norm.NFC.String(s), line)
}

// trimLines takes away the blank lines before and after, and the spaces at the
// end of the last one. The first line keeps its indentation: it may be code.
func trimLines(s string) string {
	for {
		first, rest, found := strings.Cut(s, "\n")
		if !found || visible(first) {
			break
		}
		s = rest
	}
	for {
		i := strings.LastIndexByte(s, '\n')
		if i < 0 || visible(s[i:]) {
			break
		}
		s = s[:i]
	}
	return strings.TrimRightFunc(s, unicode.IsSpace)
}
