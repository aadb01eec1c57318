package web

import (
	"strings"

	"pocketchat/chatplugin/internal/act"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/web/answer"
)

type reactForm struct {
	Message string `form:"message" json:"message"`
	Emoji   string `form:"emoji" json:"emoji"`
	Pick    string `form:"pick" json:"pick"` // both in one value, for a form of many buttons
	On      number `form:"on" json:"on"`     // 1 puts it there, 0 takes it away; nothing turns it round
}

// react answers POST /{id}/react/: an emoji on a message, or off it.
func (w *Web) react(v *visit) error {
	var typed reactForm
	if err := w.bind(v, &typed); err != nil {
		return err
	}
	if message, emoji, ok := strings.Cut(typed.Pick, " "); ok {
		typed.Message, typed.Emoji = message, emoji
	}
	if !chat.ValidID(typed.Message) {
		return chat.ErrNoMessage
	}
	reaction := act.Reaction{Room: v.seat.Room.ID, Message: typed.Message, Actor: v.viewer.Id, Emoji: typed.Emoji}
	switch typed.On {
	case "":
	case "1", "0", "true", "false":
		reaction.On = new(typed.On == "1" || typed.On == "true")
	default:
		return chat.Refuse(chat.Invalid, "on", w.Words.BadOn)
	}
	if err := w.Acts.React(v.App, reaction); err != nil {
		return err
	}
	if wants(v.Request) == answer.JSON {
		return w.answers.NoContent(v.RequestEvent)
	}
	return w.changed(v, typed.Message)
}
