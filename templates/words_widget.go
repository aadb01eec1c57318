package templates

func englishWidget(l *Labels) {
	l.OpenChat = "Open chat"
	l.CloseChat = "Close chat"
	l.OpenOutside = "Open in a new tab"
	l.ChatFailed = "The chat could not be loaded. Check your connection and try again."
}

func germanWidget(l *Labels) {
	l.OpenChat = "Chat öffnen"
	l.CloseChat = "Chat schließen"
	l.OpenOutside = "In neuem Tab öffnen"
	l.ChatFailed = "Der Chat konnte nicht geladen werden. Prüfe die Verbindung und versuche es noch einmal."
}

func arabicWidget(l *Labels) {
	l.OpenChat = "فتح المحادثات"
	l.CloseChat = "إغلاق المحادثات"
	l.OpenOutside = "فتح في علامة تبويب جديدة"
	l.ChatFailed = "تعذر تحميل المحادثات. تحقق من اتصالك وحاول مرة أخرى."
}
