package guard_test

import (
	"testing"
	"time"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// Whoever writes over REST is as little in a hurry as whoever uses the pages.
func TestRESTIsThrottled(t *testing.T) {
	rare := chatplugin.Limit{User: chatplugin.Rate{Count: 1, Per: time.Hour, Burst: 2}}
	app := chattest.NewApp(t, chatplugin.Config{Rates: chatplugin.Rates{Send: rare}}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	client := app.Client(ann)
	records := "/api/collections/chat_messages/records"
	first := client.JSON("POST", records, map[string]any{"room": room, "body": "one"})
	if first.Status != 200 {
		t.Fatalf("the first message: %d %s", first.Status, first.Body)
	}
	if got := client.JSON("PATCH", records+"/"+first.Field("id").(string), map[string]any{"body": "One"}); got.Status != 200 {
		t.Fatalf("an edit: %d %s", got.Status, got.Body)
	}
	for what, got := range map[string]chattest.Answer{
		"a third":      client.JSON("POST", records, map[string]any{"room": room, "body": "three"}),
		"another edit": client.JSON("PATCH", records+"/"+first.Field("id").(string), map[string]any{"body": "ONE"}),
	} {
		if got.Status != 429 {
			t.Errorf("%s: %d %s", what, got.Status, got.Body)
		}
		if got.Header.Get("Retry-After") == "" {
			t.Errorf("%s: 429 without Retry-After", what)
		}
	}
	if got := app.Client(bob).JSON("POST", records, map[string]any{"room": room, "body": "mine"}); got.Status != 200 {
		t.Errorf("another person: %d %s", got.Status, got.Body)
	}
}
