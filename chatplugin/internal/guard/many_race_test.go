//go:build race

package guard_test

// many is how much is deleted where each step costs ten times as much: enough
// for several pieces, which is what is looked at.
const many = 10_000
