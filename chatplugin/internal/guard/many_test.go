//go:build !race

package guard_test

// many is how much is deleted: what the plugin promises to cope with.
const many = 100_000
