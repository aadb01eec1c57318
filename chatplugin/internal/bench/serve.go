package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/store"
)

// ServerOptions are what the server of a bench needs of the chat.
type ServerOptions struct {
	App      core.App
	Store    *store.Store
	BasePath string
	// People makes so many people more, as a host's own users, and answers their ids.
	People func(ctx context.Context, n int) ([]string, error)
	// Carry hands frames to everybody who has a room open, as the chat does with
	// those that it makes of messages.
	Carry func(room string, frames [][]byte)
	// Exit ends the process at once.
	Exit func(code int)
}

// Server is what a bench can ask of its server beside HTTP, by net/rpc.
type Server struct {
	options ServerOptions
	address string
	people  []Person
	kept    sync.Map // name → answer
	commits sync.Map // id of a record → time of its commit
	raw     *raw
	plain   Plain
	profile *os.File
}

// Hello is what a bench has to know first.
type Hello struct {
	Address  string // host:port
	BasePath string // of the chat's pages
}

// answer is what a bare route writes.
type answer struct {
	mime string
	body []byte
}

const hookID = "pocketchat_bench_"

// Serve is the process that a bench starts: it serves the application with all
// of its host's hooks, and lasts as long as the bench does.
func Serve(o ServerOptions) error {
	told, err := readOrder()
	if err != nil {
		return err
	}
	if below, err := filepath.Rel(told.Folder, o.App.DataDir()); err != nil || strings.HasPrefix(below, "..") {
		return fmt.Errorf("the data would be in %s: the bench works where --dir says where the data are", o.App.DataDir())
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &Server{options: o, address: listener.Addr().String()}
	s.watch(o.App)
	o.App.OnServe().Bind(&hook.Handler[*core.ServeEvent]{Id: hookID + "serve", Priority: -10_000, Func: func(e *core.ServeEvent) error {
		e.Listener, e.InstallerFunc = listener, nil
		e.Server.Addr = s.address
		e.App.Settings().RateLimits.Enabled = false
		e.Router.GET("/api/bench/{name}", s.writeKept)
		if err := e.Next(); err != nil {
			return err
		}
		return s.report(told)
	}})
	return apis.Serve(o.App, apis.ServeConfig{HttpAddr: s.address})
}

// report tells the bench that the server is there. When the bench hangs up,
// however it ended, nothing of its server is left.
func (s *Server) report(told order) error {
	conn, err := net.Dial("tcp", told.Address)
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte(told.Key + "\n")); err != nil {
		return err
	}
	calls := rpc.NewServer()
	if err := calls.Register(s); err != nil {
		return err
	}
	go func() {
		calls.ServeConn(conn)
		_ = os.RemoveAll(told.Folder)
		s.options.Exit(0)
	}()
	return nil
}

// watch notes when records are committed, before anybody is told of them.
func (s *Server) watch(app core.App) {
	app.OnRecordAfterCreateSuccess(store.Messages, plainNotes).Bind(&hook.Handler[*core.RecordEvent]{Id: hookID + "commit", Priority: -10_000, Func: func(e *core.RecordEvent) error {
		s.commits.Store(e.Record.Id, time.Now().UnixNano())
		return e.Next()
	}})
}

// Commits answers when records were committed, in nanoseconds, since it was
// asked last.
func (s *Server) Commits(_ int, answer *map[string]int64) error {
	*answer = map[string]int64{}
	s.commits.Range(func(id, at any) bool {
		(*answer)[id.(string)] = at.(int64)
		s.commits.Delete(id)
		return true
	})
	return nil
}

// Kept is an answer for a bare route to write.
type Kept struct {
	Name, Type string
	Body       []byte
}

// Keep has GET /api/bench/NAME write the same bytes each time.
func (s *Server) Keep(kept Kept, _ *int) error {
	s.kept.Store(kept.Name, answer{kept.Type, kept.Body})
	return nil
}

func (s *Server) writeKept(e *core.RequestEvent) error {
	kept, ok := s.kept.Load(e.Request.PathValue("name"))
	if !ok {
		return errors.New("nothing is kept under this name")
	}
	return e.Blob(200, kept.(answer).mime, kept.(answer).body)
}
