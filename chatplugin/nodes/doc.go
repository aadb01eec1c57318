// Package nodes holds tests of several nodes: applications that share a data
// folder, with a real Redis between them, or none.
package nodes
