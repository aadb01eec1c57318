package chatplugin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
)

// The one line. Everything else is optional.
func Example() {
	app := pocketbase.New()
	chatplugin.MustRegister(app, chatplugin.Config{})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}

// Whoever joins a group is greeted by the room itself.
func ExampleChat_OnMemberJoined() {
	app := pocketbase.New()
	chat := chatplugin.MustRegister(app, chatplugin.Config{})
	chat.OnMemberJoined().BindFunc(func(e *chatplugin.MemberEvent) error {
		if e.Actor != "" { // not those whom the group was made with
			if _, err := e.Chat.Send(chatplugin.Draft{Room: e.Room, Body: "Welcome! Say hello to the others."}); err != nil {
				e.App.Logger().Warn("no welcome", "error", err)
			}
		}
		return e.Next()
	})
}

// A message with a word that the host does not want is refused; its author
// reads the sentence and still has what they wrote.
func ExampleChat_OnMessageSend() {
	app := pocketbase.New()
	chat := chatplugin.MustRegister(app, chatplugin.Config{})
	chat.OnMessageSend().BindFunc(func(e *chatplugin.MessageEvent) error {
		if strings.Contains(strings.ToLower(e.Message.GetString("body")), "darn") {
			return chatplugin.Refuse("Please say that without swearing.")
		}
		return e.Next()
	})
}

// Only people of one company write to each other.
func ExampleChat_OnRoomCreate() {
	app := pocketbase.New()
	chat := chatplugin.MustRegister(app, chatplugin.Config{
		// Others are not even found by e-mail.
		CanLookUp: func(_ core.App, viewer, found *core.Record) bool {
			return viewer.GetString("company") == found.GetString("company")
		},
	})
	chat.OnRoomCreate().BindFunc(func(e *chatplugin.RoomEvent) error {
		companies := map[string]bool{}
		for _, user := range e.Users {
			record, err := e.App.FindRecordById("users", user)
			if err != nil {
				return err
			}
			companies[record.GetString("company")] = true
		}
		if len(companies) > 1 {
			return chatplugin.Refuse("You can write to people of your own company.")
		}
		return e.Next()
	})
}

// A bot answers. Slow work goes into a goroutine, so that nobody waits for it.
func ExampleChat_OnMessageSent() {
	app := pocketbase.New()
	chat := chatplugin.MustRegister(app, chatplugin.Config{})
	const bot = "botuserid000000" // a record of the users collection, member of the room
	chat.OnMessageSent().BindFunc(func(e *chatplugin.MessageEvent) error {
		question, asked := strings.CutPrefix(e.Message.GetString("body"), "/time")
		if asked && question == "" && e.Author != bot {
			go func() {
				answer := chatplugin.Draft{Room: e.Room, Author: bot, Body: time.Now().Format(time.Kitchen), ReplyTo: e.Message.Id}
				if _, err := e.Chat.Send(answer); err != nil {
					log.Print(err)
				}
			}()
		}
		return e.Next()
	})
}

// Every message is mirrored to a webhook.
func ExampleChat_OnMessageSent_webhook() {
	app := pocketbase.New()
	chat := chatplugin.MustRegister(app, chatplugin.Config{})
	client := &http.Client{Timeout: 10 * time.Second}
	chat.OnMessageSent().BindFunc(func(e *chatplugin.MessageEvent) error {
		body, err := json.Marshal(map[string]string{"room": e.Room, "author": e.Author, "text": e.Message.GetString("body")})
		if err != nil {
			return err
		}
		go func() {
			response, err := client.Post("https://hooks.example/chat", "application/json", bytes.NewReader(body))
			if err != nil {
				log.Print(err)
				return
			}
			response.Body.Close()
		}()
		return e.Next()
	})
}

// A host's own code opens a room and writes into it.
func ExampleChat_Send() {
	app := pocketbase.New()
	chat := chatplugin.MustRegister(app, chatplugin.Config{})
	app.OnRecordAfterCreateSuccess("orders").BindFunc(func(e *core.RecordEvent) error {
		buyer, seller := e.Record.GetString("buyer"), e.Record.GetString("seller")
		room, err := chat.OpenDirect(buyer, seller)
		if err == nil {
			_, err = chat.Send(chatplugin.Draft{
				Room: room, Author: buyer, Body: fmt.Sprintf("I just ordered no. %s.", e.Record.GetString("number")),
				ClientID: "order-" + e.Record.Id, // sent once, however often this runs
			})
		}
		if err != nil {
			e.App.Logger().Warn("the seller was not told", "order", e.Record.Id, "error", err)
		}
		return e.Next()
	})
}
