package templates

// englishLook are the words for what people set for themselves and for the
// keyboard.
func englishLook(l *Labels) {
	l.SkipToList = "Skip to your chats"
	l.Settings = "Settings"
	l.Shortcuts = "Keyboard shortcuts"
	l.GoTo = "Go to a chat"
	l.ListWidth = "Width of the list"
	l.LoadFailed = "This could not be loaded. Check your connection and try again."
	l.Found = "Chats found: {n}"
	l.Appearance = "Appearance"
	l.ThemeAuto = "Automatic"
	l.ThemeLight = "Light"
	l.ThemeDark = "Dark"
	l.Writing = "When you write"
	l.EnterSends = "Enter sends, Shift+Enter starts a new line"
	l.EnterBreaks = "Enter starts a new line, Shift+Enter sends"
	l.NoSingleKeys = "Turn off the keys / and ?"
	l.KeyEnter = "Enter"
	l.KeyShift = "Shift"
	l.KeyCtrl = "Ctrl"
	l.KeyAlt = "Alt"
	l.KeyEsc = "Esc"
	l.KeyBreaks = "Start a new line"
	l.KeyEdits = "Edit your last message"
	l.KeyBeside = "Chat above or below"
	l.KeyUnread = "Unread chat above or below"
	l.KeyLeaves = "Close, or leave the search"
}
