// A host of pocketchat in a module of its own: it bends what can be bent, and
// has other plugins, hooks and migrations beside it.
package main

import (
	"log"
	"strings"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/plugins/ghupdate"
	"github.com/pocketbase/pocketbase/plugins/jsvm"
	"github.com/pocketbase/pocketbase/plugins/migratecmd"

	"pocketchat/chatplugin"
)

func main() {
	app := pocketbase.New()
	ghupdate.MustRegister(app, app.RootCmd, ghupdate.Config{})
	jsvm.MustRegister(app, jsvm.Config{})
	chat := chatplugin.MustRegister(app, chatplugin.Config{
		AppName:  "Harbour",
		BasePath: "/talk",
		Users:    chatplugin.Users{Collection: "people", NameField: "nick", AvatarField: "photo"},
		Rates:    chatplugin.Rates{Off: true},
	})
	if again := chatplugin.MustRegister(app, chatplugin.Config{BasePath: "/other"}); again != chat {
		log.Fatal("registering twice made two chats")
	}
	migratecmd.MustRegister(app, app.RootCmd, migratecmd.Config{TemplateLang: migratecmd.TemplateLangJS})

	app.OnRecordCreate("chat_messages").BindFunc(func(e *core.RecordEvent) error {
		if strings.Contains(e.Record.GetString("body"), "mutiny") {
			return chatplugin.Refuse("Not on this ship.")
		}
		return e.Next()
	})
	chat.OnMemberJoin().BindFunc(func(e *chatplugin.MemberEvent) error {
		user, err := e.App.FindRecordById("people", e.User)
		if err == nil && user.GetString("nick") == "Stowaway" {
			return chatplugin.Refuse("Stowaways stay out.")
		}
		return e.Next()
	})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}
