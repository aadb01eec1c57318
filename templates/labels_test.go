package templates

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestPlurals(t *testing.T) {
	for n, want := range map[int]string{0: "0 unread messages", 1: "1 unread message", 2: "2 unread messages"} {
		if got := English().Unread.N(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

func TestSystemSentences(t *testing.T) {
	tests := []struct {
		event Event
		want  string
	}{
		{Event{Type: "created", Actor: "Ann", Room: "Crew"}, "Ann created the group “Crew”"},
		{Event{Type: "created", Actor: "Ann"}, "Ann created the group"},
		{Event{Type: "created", Room: "Crew"}, "The group “Crew” was created"},
		{Event{Type: "renamed", Actor: "Ann", Room: "{name}"}, "Ann renamed the group to “{name}”"},
		{Event{Type: "described", Actor: "Ann"}, "Ann changed the description"},
		{Event{Type: "pictured", Actor: "Ann"}, "Ann changed the picture"},
		{Event{Type: "joined", Actor: "Ann"}, "Ann joined"},
		{Event{Type: "joined", Targets: []string{"Bo"}}, "Bo joined"},
		{Event{Type: "left", Actor: "Ann"}, "Ann left"},
		{Event{Type: "added", Actor: "Ann", Targets: []string{"Bo"}}, "Ann added Bo"},
		{Event{Type: "added", Actor: "Ann", Targets: []string{"Bo", "Cem"}}, "Ann added Bo and Cem"},
		{Event{Type: "added", Actor: "Ann", Targets: []string{"Bo", "Cem", "Di"}}, "Ann added Bo, Cem and Di"},
		{Event{Type: "added", Actor: "Ann", Targets: []string{"Bo", "Cem", "Di", "Ed"}}, "Ann added Bo, Cem and 2 others"},
		{Event{Type: "added", Actor: "Ann", Targets: []string{"Bo"}, More: 1}, "Ann added Bo and 1 other"},
		{Event{Type: "removed", Actor: "Ann"}, "Ann removed Somebody"},
		{Event{Type: "removed", Targets: []string{"Bo"}}, "Removed: Bo"},
		{Event{Type: "role", Actor: "Ann", Targets: []string{"Bo"}, Role: "admin"}, "Ann made Bo an admin"},
		{Event{Type: "role", Targets: []string{"Bo"}, Role: "owner"}, "Now an owner: Bo"},
		{Event{Type: "role", Actor: "Ann", Self: true, Targets: []string{"Ann"}, Role: "member"}, "Now a member: Ann"},
		{Event{Type: "unheard of", Actor: "Ann"}, ""},
	}
	for _, test := range tests {
		if got := SystemSentence(English(), test.event); got != test.want {
			t.Errorf("%+v: %q, want %q", test.event, got, test.want)
		}
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Ann Berg": "AB", "ann": "A", "Ann van den Berg": "AB", "": "?", "🎉": "?", "  ": "?", "李": "李",
		"éric d’Arc": "ÉA", "\u0301x": "X", "<script>": "S", "4 friends": "4F",
	} {
		if got := initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// Views take plain data, so that a host can render any of them with its own:
// nothing of PocketBase, and nothing of this module, comes in here.
func TestViewsKnowNothingElse(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			own := strings.HasPrefix(path, "github.com/a-h/templ") || strings.HasPrefix(path, "golang.org/x/text/")
			standard := !strings.Contains(strings.SplitN(path, "/", 2)[0], ".") && !strings.HasPrefix(path, "pocketchat")
			if !own && !standard {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
