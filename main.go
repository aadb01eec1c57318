// The demo host: a whole PocketBase application whose only feature is the chat.
package main

import (
	"embed"
	"fmt"
	"log"
	"os"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/plugins/migratecmd"

	"pocketchat/chatplugin"
)

// pages are a host's own, with the chat in their corner, and front ends without
// a page of the chat's.
//
//go:embed pb_public/demo pb_public/examples
var pages embed.FS

func main() {
	app := pocketbase.NewWithConfig(pocketbase.Config{DBConnect: connect})

	chat := chatplugin.MustRegister(app, chatplugin.Config{
		Rates:    chatplugin.Rates{Off: os.Getenv("CHAT_RATE_LIMITS") == "off"},
		Realtime: chatplugin.Realtime{Redis: chatplugin.Redis{Address: os.Getenv("CHAT_REDIS")}},
	})
	migratecmd.MustRegister(app, app.RootCmd, migratecmd.Config{})

	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		for _, name := range []string{"demo", "examples"} {
			e.Router.GET("/"+name+"/{path...}", apis.Static(apis.MustSubFS(pages, "pb_public/"+name), false))
		}
		if err := e.Next(); err != nil {
			return err
		}
		fmt.Printf("Open the chat:  http://%[1]s%[2]s/\nOn a page:      http://%[1]s/demo/\nBy the SDK:     http://%[1]s/examples/chat.html\n",
			e.Server.Addr, chat.BasePath())
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
