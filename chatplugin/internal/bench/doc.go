// Package bench drives the very program that it is built into, on this machine,
// and says how fast it is: `chat bench`.
//
// A scenario starts the program once more as a server on a database of its own
// in a temporary folder (serve.go), and talks to it from outside as people do:
// by pages, REST and sockets. Clients and server are two processes, so that
// memory and processor time of the clients are not the server's. A second
// connection between the two (net/rpc, link.go) seeds rooms, tells when
// something was committed, hands the chat's hub frames that are ready, and runs
// what the chat is compared with: PocketBase's own record topic, record create
// and routes, and bare writes to sockets.
//
// Everything that comes back is looked at: a message that is lost, doubled, out
// of order or not what was sent fails the scenario (ledger.go).
package bench
