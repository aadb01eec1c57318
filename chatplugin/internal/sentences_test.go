package internal

import (
	"go/ast"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pocketchat/chatplugin/internal/web/answer"
	"pocketchat/chatplugin/internal/web/session"
	"pocketchat/chatplugin/internal/web/throttle"
	"pocketchat/templates"
)

// spoken are the packages whose sentences people may come to see.
var spoken = []string{
	"chatplugin/internal/chat", "chatplugin/internal/guard", "chatplugin/internal/act", "chatplugin/internal/store",
	"chatplugin/internal/web", "chatplugin/internal/web/answer", "chatplugin/internal/web/session", "chatplugin/internal/web/throttle",
}

// unspoken are sentences that look alike and are not said in pages: PocketBase's
// own, which are compared with, and what only programs ask for.
var unspoken = []string{
	"Request entity too large.", "File not found.", "Failed to create record.", "Failed to update record.", "Failed to delete record.",
	"Unsupported Content-Type.", "An error occurred while loading the submitted data.", "An error occurred while validating the submitted data.",
	"The request doesn't satisfy the collection requirements to authenticate.", "Failed to authenticate.", "Invalid or expired OTP.",
	"Invalid or expired MFA session.", "Invalid MFA session.", "The collection is not configured to allow password authentication.",
	"The collection is not configured to allow OTP authentication.", "Too many attempts, please try again later with a new OTP.",
	"Only superusers can perform this action.", "Subscribe to chat/inbox and chat/rooms/ID instead.",
	`Listing messages needs a filter on the room, such as filter=(room="ID"), so that it stays quick.`,
	`Messages are sorted by seq (their place) or rev (their last change), such as sort=-seq; other orders would read the whole room.`,
	`A room's messages are a list of their own: ask for them with filter=(room="ID"), in pages.`,
}

var sentence = regexp.MustCompile(`^[A-Z{].* .*[.!?]$`)

// TestEverySentenceIsTranslated finds what people may be told in the code and
// holds that every language that comes with the module has it.
func TestEverySentenceIsTranslated(t *testing.T) {
	known := map[string]bool{}
	for _, own := range unspoken {
		known[own] = true
	}
	for _, joined := range throttle.Sentences() {
		inEveryLanguage(t, "chatplugin/internal/web/throttle", joined)
	}
	for _, words := range []any{answer.Words{}.WithDefaults(), session.Words{}.WithDefaults()} { // titles are no sentences
		value := reflect.ValueOf(words)
		for i := range value.NumField() {
			inEveryLanguage(t, value.Type().String(), value.Field(i).String())
		}
	}
	found := 0
	for _, file := range sources(t) {
		if !slices.Contains(spoken, file.pkg) || strings.HasSuffix(file.pkg, "throttle") {
			continue
		}
		ast.Inspect(file.tree, func(node ast.Node) bool {
			literal, ok := node.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err == nil && sentence.MatchString(text) && !known[text] {
				inEveryLanguage(t, file.at(node), text)
				found++
			}
			return true
		})
	}
	if found < 50 {
		t.Errorf("only %d sentences were found: this test watches nothing any more", found)
	}
}

func inEveryLanguage(t *testing.T, where, text string) {
	t.Helper()
	for _, lang := range templates.Languages()[1:] {
		if templates.LabelsIn(lang).Sentences[text] == "" {
			t.Errorf("%s: %q is not in templates' sentences for %q", where, text, lang)
		}
	}
}
