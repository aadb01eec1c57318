package internal

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// module is our own module's path; "" below is its root, the demo host.
const module = "pocketchat"

// A wall says what a package may import of ours, and what it must not import
// of others; both with the reason.
type wall struct {
	ours  []string          // all of ours that it may import
	why   string            // why nothing else
	never map[string]string // beginning of an import path → why not
}

const (
	noHost     = "it must stay testable and readable without PocketBase"
	noHTTP     = "who asks over what is the business of web"
	noPages    = "what people see is decided in view and templates"
	noRealtime = "only the hub knows how frames travel"
)

const (
	pocketbase = "github.com/pocketbase/"
	centrifuge = "github.com/centrifugal/"
	gorilla    = "github.com/gorilla/websocket"
	templ      = "github.com/a-h/templ"
)

// internal spells the packages beside this one.
func internal(names ...string) []string {
	for i, name := range names {
		names[i] = "chatplugin/internal/" + name
	}
	return names
}

// walls is the house: imports run one way, from main down to chat.
var walls = map[string]wall{
	"": {
		ours: []string{"chatplugin"},
		why:  "the demo host shows that the plugin's exported API is enough",
	},
	"chatplugin": {
		ours: append(internal("act", "bench", "chat", "cli", "guard", "hub", "live", "markup", "store", "view", "watch", "web", "web/throttle"),
			"pb_migrations", "pb_public", "templates"),
		why:   "it puts the parts together, and nothing else does",
		never: map[string]string{centrifuge: noRealtime, gorilla: noRealtime},
	},
	"chatplugin/chattest": {
		ours: []string{"chatplugin", "chatplugin/internal/migrated"},
		why:  "hosts test with it, so it shows only what hosts can reach",
	},
	"chatplugin/internal/demohost": {
		ours: []string{"chatplugin/chattest"},
		why:  "it stands outside the process that it starts",
	},
	"chatplugin/internal/migrated": {
		why: "each package makes apps by it in its tests, and could not if it imported the package",
	},
	"chatplugin/browser":  {why: "it holds tests alone, so nobody may build on it"},
	"chatplugin/faults":   {why: "it holds tests alone, so nobody may build on it"},
	"chatplugin/hosttest": {why: "it holds tests alone, so nobody may build on it"},
	"chatplugin/nodes":    {why: "it holds tests alone, so nobody may build on it"},
	"chatplugin/soak":     {why: "it holds tests alone, so nobody may build on it"},
	"chatplugin/internal/web": {
		ours: append(internal("act", "bounded", "chat", "hub", "live", "store", "view", "watch", "web/answer", "web/realtime", "web/session", "web/throttle"),
			"pb_public", "templates"),
		why:   "a handler reads by store, changes by act and answers by answer; rules are guard's, and a handler that reached them could apply its own",
		never: map[string]string{centrifuge: noRealtime, gorilla: noRealtime},
	},
	"chatplugin/internal/web/answer": {
		ours: append(internal("chat"), "templates"),
		why:  "how to answer does not depend on what was asked",
	},
	"chatplugin/internal/web/realtime": {
		ours:  internal("chat", "hub", "live"),
		why:   "it is a door: who may pass and what is told is decided behind it",
		never: map[string]string{centrifuge: noRealtime, gorilla: noRealtime, templ: noPages},
	},
	"chatplugin/internal/web/session": {
		ours: append(internal("chat", "web/answer", "web/throttle"), "templates"),
		why:  "who somebody is has nothing to do with rooms",
	},
	"chatplugin/internal/web/throttle": {
		ours:  internal("chat"),
		why:   "counting needs to know nothing of what is counted",
		never: map[string]string{templ: noPages},
	},
	"chatplugin/internal/live": {
		ours:  append(internal("chat", "guard", "hub", "store", "view"), "templates"),
		why:   "it tells what was committed and changes nothing, so it has no use for act or web",
		never: map[string]string{"net/http": noHTTP, centrifuge: noRealtime, gorilla: noRealtime},
	},
	"chatplugin/internal/watch": {
		ours:  internal("chat", "guard", "hub", "live", "store"),
		why:   "it reads what these have counted and changes nothing, so it has no use for act or web",
		never: map[string]string{centrifuge: noRealtime, gorilla: noRealtime, templ: noPages},
	},
	"chatplugin/internal/act": {
		ours:  internal("chat", "guard", "store"),
		why:   "a deed is a save that names its actor; it neither shows nor publishes",
		never: map[string]string{"net/http": noHTTP, templ: noPages},
	},
	"chatplugin/internal/cli": {
		ours:  internal("bench", "chat", "demo", "guard", "store"),
		why:   "a command works on rows and by the rules; it has no pages and no sockets",
		never: map[string]string{"net/http": noHTTP, templ: noPages, centrifuge: noRealtime},
	},
	"chatplugin/internal/bench": {
		ours:  internal("chat", "store"),
		why:   "it drives a whole program from outside, as people do; what it knew from inside it could not measure",
		never: map[string]string{templ: noPages, centrifuge: noRealtime, gorilla: "its sockets read as little as possible, and write no more"},
	},
	"chatplugin/internal/demo": {
		ours:  internal("chat"),
		why:   "it makes up people and what they say, wherever that is put then",
		never: map[string]string{pocketbase: noHost, "net/http": noHTTP, "database/sql": noHost, templ: noPages},
	},
	"chatplugin/internal/guard": {
		ours:  internal("chat", "store"),
		why:   "rules hold for every entrance, so they may know none",
		never: map[string]string{templ: noPages, centrifuge: noRealtime},
	},
	"chatplugin/internal/view": {
		ours:  append(internal("bounded", "chat", "markup", "store"), "templates"),
		why:   "it turns rows into what templates show, whoever asked for them",
		never: map[string]string{"net/http": noHTTP},
	},
	"chatplugin/internal/store": {
		ours:  internal("chat"),
		why:   "it answers what is there; rules and publishing stand above it",
		never: map[string]string{"net/http": noHTTP, templ: noPages, centrifuge: noRealtime},
	},
	"chatplugin/internal/markup": {
		ours:  internal("bounded"),
		why:   "text goes in and HTML comes out; it needs to know nothing of chat",
		never: map[string]string{pocketbase: noHost, "net/http": noHTTP, templ: noPages},
	},
	"chatplugin/internal/bounded": {
		why:   "it keeps whatever it is given",
		never: map[string]string{pocketbase: noHost, "net/http": noHTTP, templ: noPages},
	},
	"chatplugin/internal/hub": {
		why:   "it carries topics and bytes, so that what frames mean can change without it",
		never: map[string]string{pocketbase: noHost, templ: noPages},
	},
	"chatplugin/internal/chat": {
		why: "rules are pure functions over plain values",
		never: map[string]string{
			pocketbase: noHost, "net/http": noHTTP, "database/sql": noHost, templ: noPages, "os": "rules depend on nothing outside their arguments",
		},
	},
	"templates": {
		why: "plain data in, HTML out: hosts replace single components, and could not if these reached into the plugin",
	},
	"pb_public":     {why: "it serves files"},
	"pb_migrations": {why: "frozen history must not change with the code"},
}

// alone may import nothing besides the standard library and what is named.
var alone = map[string][]string{
	"templates": {templ, "golang.org/x/text"}, // plurals by CLDR
	"pb_public": nil,
}

// onlyTests are for tests; built into a host's binary they would be a mistake.
var onlyTests = []string{
	"testing", "net/http/httptest", "github.com/pocketbase/pocketbase/tests", "github.com/chromedp/", "github.com/PuerkitoBio/goquery",
	"github.com/alicebob/miniredis",
}

// kits are packages that tests alone import.
var kits = append(internal("demohost", "migrated"), "chatplugin/chattest")

// behind are libraries that one package alone may import, so that no other comes
// to see their types.
var behind = map[string]string{"github.com/maypok86/otter": "chatplugin/internal/bounded"}

// TestWalls holds the direction of imports.
func TestWalls(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range sources(t) {
		house := walls[file.pkg]
		if _, known := walls[file.pkg]; !known {
			t.Errorf("%s: package %q has no wall: say here what it may import, and why", file.path, file.pkg)
			continue
		}
		seen[file.pkg] = true
		for _, imported := range file.imports {
			file.check(t, house, imported)
		}
	}
	for pkg := range walls {
		if !seen[pkg] {
			t.Errorf("a wall stands around package %q, which does not exist", pkg)
		}
	}
}

func (f source) check(t *testing.T, house wall, imported string) {
	ours, isOurs := strings.CutPrefix(imported, module+"/")
	switch {
	case isOurs:
		if !slices.Contains(house.ours, ours) {
			t.Errorf("%s imports our %s: %s", f.path, ours, house.why)
		}
	case strings.Contains(imported, "."):
		if allowed, strict := alone[f.pkg]; strict && !begins(imported, allowed...) {
			t.Errorf("%s imports %s, and may import nothing foreign: %s", f.path, imported, house.why)
		}
	}
	for library, only := range behind {
		if f.pkg != only && begins(imported, library) {
			t.Errorf("%s imports %s: it is to be used by way of %s, whose comments say why", f.path, imported, only)
		}
	}
	for start, why := range house.never {
		if begins(imported, start) {
			t.Errorf("%s imports %s: %s", f.path, imported, why)
		}
	}
	if !slices.Contains(kits, f.pkg) && begins(imported, onlyTests...) {
		t.Errorf("%s imports %s, which is for tests", f.path, imported)
	}
}

// begins reports whether an import is one of the paths or below one of them.
func begins(imported string, paths ...string) bool {
	return slices.ContainsFunc(paths, func(path string) bool {
		return imported == strings.TrimSuffix(path, "/") || strings.HasPrefix(imported, strings.TrimSuffix(path, "/")+"/")
	})
}

// TestOnlyLivePublishes holds that no handler and no rule sends frames: what
// one of them forgot would stay silent for everybody who came in elsewhere.
func TestOnlyLivePublishes(t *testing.T) {
	publishing := []string{"Publish", "PublishMany", "Reserve", "Release", "Drop"}
	calls := 0
	for _, file := range sources(t) {
		if file.pkg == "chatplugin/internal/hub" {
			continue
		}
		ast.Inspect(file.tree, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains(publishing, method.Sel.Name) {
				return true
			}
			timeline := file.pkg == "chatplugin/internal/guard" && method.Sel.Name == "Reserve" // by way of live
			if file.pkg != "chatplugin/internal/live" && !timeline {
				t.Errorf("%s calls %s: only live publishes", file.at(call), method.Sel.Name)
			}
			calls++
			return true
		})
	}
	if calls == 0 {
		t.Error("nobody publishes at all: the methods have other names now, and this test watches nothing")
	}
}
