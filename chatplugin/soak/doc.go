// Package soak holds tests of what has to last: people who do everything at
// once, connections that are cut, hang and come back by the thousand, servers
// that start again. Runs are short here; `make soak` makes them long.
package soak
