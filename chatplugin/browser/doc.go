// Package browser holds tests alone: people in Chromium, with real clicks and
// keys, against a whole application that is served as a host would serve it.
//
// [chattest] makes the application; here are the people. Each has a browser
// profile of their own, all in one Chromium process. A test fails on whatever
// a page writes to the console as an error or a warning, refusals of the
// content security policy among it, unless it says beforehand what it expects.
//
// Nothing here sleeps to let things happen: a test waits for what a person
// would see, for as long as that takes on a loaded machine, and says what it
// waited for when it never came. What must not happen is shown by something
// that happens after it on the same path.
//
// With -shots=DIR the pictures of the README are taken, with -gallery=DIR those
// of every view and state, and axe-core (testdata) looks through the same.
//
// [chattest]: https://pkg.go.dev/pocketchat/chatplugin/chattest
package browser
