//go:build unix

package bench

import "syscall"

// openFiles is how many files a process may have open: Go raises what a shell
// gives by default to what it allows at most.
func openFiles() (uint64, bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, false
	}
	return uint64(limit.Cur), true
}
