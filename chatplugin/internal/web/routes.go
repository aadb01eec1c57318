package web

import (
	"net/http"
	"slices"
	"strings"

	"pocketchat/chatplugin/internal/web/session"
	"pocketchat/chatplugin/internal/web/throttle"
)

// Access is who a route answers at all; others hear the same whatever they ask.
type Access int

// The kinds of access.
const (
	Public    Access = iota // nobody is asked who they are
	Operators               // superusers, and who has the token for it; for others it does not exist
	Everybody               // guests and others
	SignedIn                // a guest is sent to sign in
	Members                 // of the room {id}; for others it does not exist
)

// Route is one thing that can be asked for.
type Route struct {
	Method string
	Path   string // answered with and without a slash at its end
	Access Access
	Bucket throttle.Bucket // what it is counted as, "" for nothing
	Upload string          // the input that takes files, if any
	Quiet  bool            // successes are left out of the activity log
	Socket bool            // a WebSocket handshake
	Late   bool            // the save finds out who is no member, unless there are files to read

	name   string // as metrics call it
	answer func(*Web, *visit) error
}

func get(path string, access Access, bucket throttle.Bucket, answer func(*Web, *visit) error) Route {
	return Route{Method: http.MethodGet, Path: path, Access: access, Bucket: bucket, answer: answer}
}

func post(path string, access Access, bucket throttle.Bucket, answer func(*Web, *visit) error) Route {
	return Route{Method: http.MethodPost, Path: path, Access: access, Bucket: bucket, answer: answer}
}

func upload(input, path string, bucket throttle.Bucket, answer func(*Web, *visit) error) Route {
	return Route{Method: http.MethodPost, Path: path, Access: Members, Bucket: bucket, Upload: input, answer: answer}
}

// late leaves it to the save to find out that a viewer is no member, where that
// costs nothing: a message is sent far more often than it is refused.
func late(route Route) Route {
	route.Late = true
	return route
}

func remove(path string, access Access, bucket throttle.Bucket, answer func(*Web, *visit) error) Route {
	return Route{Method: http.MethodDelete, Path: path, Access: access, Bucket: bucket, answer: answer}
}

// Routes are all there is, for pages under base and sockets under ws. {id} is a
// room's. What a signed-in viewer may ask for is there once more for the
// widget's panel.
func Routes(base, ws string) []Route {
	routes := []Route{
		get(base, SignedIn, throttle.Read, (*Web).inbox),
		get(base+"/list-partial", SignedIn, throttle.Read, (*Web).listPartial),
		get(base+"/new", SignedIn, throttle.Read, (*Web).newDirectForm),
		post(base+"/new", SignedIn, throttle.NewRoom, (*Web).newDirect),
		get(base+"/new-group", SignedIn, throttle.Read, (*Web).newGroupForm),
		post(base+"/new-group", SignedIn, throttle.NewRoom, (*Web).newGroup),
		get(base+"/check-user", SignedIn, throttle.LookUp, (*Web).checkUser),

		get(base+"/{id}", Members, throttle.Read, (*Web).room),
		get(base+"/{id}/info", Members, throttle.Read, (*Web).info),
		get(base+"/{id}/edit", Members, throttle.Read, (*Web).editForm),
		upload(avatarInput, base+"/{id}/edit", throttle.NewRoom, (*Web).edit),
		post(base+"/{id}/leave", Members, throttle.Read, (*Web).leave),
		post(base+"/{id}/delete", Members, throttle.Read, (*Web).deleteForMe),
		post(base+"/{id}/delete-group", Members, throttle.Read, (*Web).deleteGroup),

		get(base+"/{id}/messages", Members, throttle.Read, (*Web).messages),
		late(upload(filesInput, base+"/{id}/send", throttle.Send, (*Web).send)),
		get(base+"/{id}/message", Members, throttle.Read, (*Web).message),
		post(base+"/{id}/change", Members, throttle.Send, (*Web).rewrite),
		post(base+"/{id}/retract", Members, throttle.Send, (*Web).retract),
		post(base+"/{id}/react", Members, throttle.Send, (*Web).react),
		get(base+"/emoji", SignedIn, throttle.Read, (*Web).emoji),

		get(base+"/sign-in", Everybody, "", plain((*session.Session).SignInForm)),
		post(base+"/sign-in", Everybody, "", plain((*session.Session).SignIn)),
		get(base+"/sign-up", Everybody, "", plain((*session.Session).SignUpForm)),
		post(base+"/sign-up", Everybody, "", plain((*session.Session).SignUp)),
		post(base+"/sign-out", Everybody, "", plain((*session.Session).SignOut)),
		post(base+"/session", Everybody, throttle.SignIn, plain((*session.Session).Create)),
		remove(base+"/session", Everybody, "", plain((*session.Session).Delete)),
	}
	quiet := []Route{
		post(base+"/{id}/read", Members, throttle.Read, (*Web).read),
		post(base+"/{id}/typing", Members, throttle.Typing, (*Web).typing),
		get(base+"/unread", SignedIn, throttle.Read, (*Web).unread),
		get(base+"/{id}/avatar", Members, throttle.Read, (*Web).avatar),
		get(base+"/{id}/file", Members, throttle.Read, (*Web).file),
		get(base+"/manifest.webmanifest", Public, "", (*Web).manifest),
		get(base+"/health", Public, "", (*Web).health),
		get(base+"/metrics", Operators, "", (*Web).metrics),
		get(base+"/widget-state", Everybody, throttle.Read, (*Web).widgetState),
		get(base+"/widget.js", Public, "", (*Web).widgetScript),
		get(base+"/assets/{file}", Public, "", (*Web).asset),
	}
	sockets := []Route{
		get(ws+"/inbox", SignedIn, throttle.Read, (*Web).inboxSocket),
		get(ws+"/{id}", Members, throttle.Read, (*Web).roomSocket),
	}
	for i := range quiet {
		quiet[i].Quiet = true
	}
	for i := range sockets {
		sockets[i].Quiet, sockets[i].Socket = true, true
	}
	return slices.Concat(routes, quiet, inPanel(base, slices.Concat(routes, quiet)), sockets)
}

// panelPath is where the panel's pages are, below the base path.
const panelPath = "/widget"

// inPanel are the panel's own routes: a page below its path links to pages
// below its path alone, so that the path says where a page is shown.
func inPanel(base string, routes []Route) []Route {
	panel := []Route{get(base+panelPath+"/sign-in", Everybody, "", (*Web).signInOutside)}
	for _, route := range routes {
		rest := strings.TrimPrefix(route.Path, base)
		if route.Access >= SignedIn || rest == "/sign-out" {
			route.Path = base + panelPath + rest
			panel = append(panel, route)
		}
	}
	return panel
}
