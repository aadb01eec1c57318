package internal

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"testing"
)

// ourCollections finds a collection's name anywhere in a string, in SQL too.
var ourCollections = regexp.MustCompile(`\bchat_(rooms|members|messages|reactions|people)\b`)

// ourFields are the names that can mean nothing but a field. Words such as
// "name" or "room" are left out: they mean other things as well.
var ourFields = map[string]bool{
	"members_rev": true, "last_seq": true, "last_message": true, "last_activity": true, "direct_key": true, "purged_rev": true,
	"read_rev": true, "read_posts": true, "cleared_rev": true, "joined_rev": true,
	"reply_to": true, "client_id": true,
}

// spellsNames are the packages that may spell them, each with its reason.
var spellsNames = map[string]string{
	"chatplugin/internal/store": "it is the one place",
	"pb_migrations":             "frozen history repeats names on purpose",
	"chatplugin/chattest":       "a host's tests know the collections by name, as this kit does",
}

// TestNamesInOnePlace holds that queries and field names stay in store, so that
// a change of the schema is a change of one package. Struct tags are not looked
// at: those spell the frames' and forms' own names.
func TestNamesInOnePlace(t *testing.T) {
	found := map[string]bool{}
	for _, file := range sources(t) {
		for _, literal := range literals(file.tree) {
			text, err := strconv.Unquote(literal.Value)
			if err != nil || !ourCollections.MatchString(text) && !ourFields[text] {
				continue
			}
			found[file.pkg] = true
			if spellsNames[file.pkg] == "" {
				t.Errorf("%s spells %s: say it by a constant of store, or move the query there", file.at(literal), literal.Value)
			}
		}
	}
	for pkg := range spellsNames {
		if !found[pkg] {
			t.Errorf("%s may spell names and does not: take it off the list", pkg)
		}
	}
}

// literals are a file's strings but for imports and struct tags.
func literals(tree *ast.File) []*ast.BasicLit {
	var all []*ast.BasicLit
	ast.Inspect(tree, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			node.Tag = nil
		case *ast.BasicLit:
			if node.Kind == token.STRING {
				all = append(all, node)
			}
		}
		return true
	})
	return all
}
