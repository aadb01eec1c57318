// Package chattest runs a whole application with the chat in a temporary
// folder: a real PocketBase app, real SQLite and, once [App.Serve] was called,
// a real server with sockets. Hosts test their use of the chat with it.
//
// [NewApp] takes the host's config, its collection of people included, and
// hooks of the host are bound to what it answers before Serve. [App.User],
// [App.Group], [App.Direct], [App.Message] and [App.React] make what a test is
// about. A [Client] then asks as one of the people: [Client.Get] and
// [Client.Post] as pages do, [Client.JSON] as SDKs do, [Client.Socket] and
// [Client.Realtime] for what comes live. Both keep every frame, and waiting for
// one never asserts how long that took.
package chattest
