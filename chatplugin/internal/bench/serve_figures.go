package bench

import (
	"errors"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

// Hello answers where the server is.
func (s *Server) Hello(_ int, hello *Hello) error {
	*hello = Hello{Address: s.address, BasePath: s.options.BasePath}
	return nil
}

// CPU answers how much processor time the server has used.
func (s *Server) CPU(_ int, used *time.Duration) error {
	*used = processorTime()
	return nil
}

// Memory answers how many bytes of heap and stacks are in use once all garbage
// is gone.
func (s *Server) Memory(_ int, bytes *int64) error {
	runtime.GC()
	runtime.GC() // what finalizers and pools held
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	*bytes = int64(stats.HeapInuse + stats.StackInuse)
	return nil
}

// Profile writes the server's processor time into a file from now on, until it
// is asked for the file "".
func (s *Server) Profile(path string, _ *int) error {
	if path == "" {
		if s.profile == nil {
			return nil
		}
		pprof.StopCPUProfile()
		err := s.profile.Close()
		s.profile = nil
		return err
	}
	if s.profile != nil {
		return errors.New("a profile is being written already")
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	s.profile = file
	return pprof.StartCPUProfile(file)
}
