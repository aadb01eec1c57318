// Package faults holds tests alone: what becomes of the chat when something
// around it fails. A process is killed, the disk is full or read-only, a host's
// hook hangs or panics, the clock goes back, hundreds send at once. Each ends
// with a check that finds no difference.
package faults
