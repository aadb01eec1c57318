// The demo host: a whole PocketBase application whose only feature is the chat.
package main

import (
	"embed"
	"fmt"
	"io/fs"
	"log"
	"os"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/plugins/migratecmd"

	"pocketchat/chatplugin"
)

// demo is a page of a host's own, with the chat in its corner.
//
//go:embed pb_public/demo
var demo embed.FS

func main() {
	app := pocketbase.NewWithConfig(pocketbase.Config{DBConnect: connect})

	chat := chatplugin.MustRegister(app, chatplugin.Config{
		Rates:    chatplugin.Rates{Off: os.Getenv("CHAT_RATE_LIMITS") == "off"},
		Realtime: chatplugin.Realtime{Redis: chatplugin.Redis{Address: os.Getenv("CHAT_REDIS")}},
	})
	migratecmd.MustRegister(app, app.RootCmd, migratecmd.Config{})

	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		pages, err := fs.Sub(demo, "pb_public/demo")
		if err != nil {
			return err
		}
		e.Router.GET("/demo/{path...}", apis.Static(pages, false))
		if err := e.Next(); err != nil {
			return err
		}
		fmt.Printf("Open the chat:  http://%s%s/\nOn a page:      http://%s/demo/\n", e.Server.Addr, chat.BasePath(), e.Server.Addr)
		return nil
	})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}

// connect opens SQLite as PocketBase does, but for one thing: a transaction
// takes the write lock when it begins. One that reads first and writes later
// fails at once when another process wrote in between, however long it would
// have been ready to wait.
func connect(path string) (*dbx.DB, error) {
	return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)"+
		"&_pragma=journal_size_limit(200000000)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(ON)"+
		"&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)&_txlock=immediate")
}
