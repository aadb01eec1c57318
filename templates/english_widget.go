package templates

func englishWidget(l *Labels) {
	l.OpenChat = "Open chat"
	l.CloseChat = "Close chat"
	l.OpenOutside = "Open in a new tab"
	l.ChatFailed = "The chat could not be loaded. Check your connection and try again."
}
