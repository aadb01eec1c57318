package templates

import "github.com/a-h/templ"

// words are the phrases that scripts need, as attributes of the body: scripts
// hold no words of their own.
func words(l *Labels) templ.Attributes {
	all := templ.Attributes{
		"data-word-you":          l.You,
		"data-word-draft":        l.Draft,
		"data-word-typing":       l.Typing,
		"data-word-typing-one":   l.TypingOne,
		"data-word-typing-two":   l.TypingTwo,
		"data-word-typing-many":  l.TypingMany,
		"data-word-online":       l.OnlinePeople,
		"data-word-online-peer":  l.Online,
		"data-word-latest":       l.Latest,
		"data-word-left":         l.Left,
		"data-word-over":         l.Over,
		"data-word-today":        l.Today,
		"data-word-yesterday":    l.Yesterday,
		"data-word-sending":      l.Sending,
		"data-word-sent":         l.Sent,
		"data-word-read":         l.Read,
		"data-word-failed":       l.Failed,
		"data-word-offline-wait": l.OfflineWait,
		"data-word-slow-down":    l.SlowDown,
		"data-word-send-failed":  l.SendFailed,
		"data-word-list-failed":  l.ListFailed,
		"data-word-older-failed": l.OlderFailed,
		"data-word-removed":      l.RemovedHere,
		"data-word-copied":       l.Copied,
		"data-word-show-more":    l.ShowMore,
		"data-word-show-less":    l.ShowLess,
		"data-word-said":         l.Said,
		"data-word-load-failed":  l.LoadFailed,
		"data-word-retry":        l.TryAgain,
		"data-word-empty-body":   l.EmptyBody,
		"data-word-files-lost":   l.FilesLost,
	}
	for name, phrase := range map[string]Plural{"new": l.NewMessages, "unread": l.Unread, "read-by": l.ReadBy} {
		phrase.spell(all, "data-word-"+name)
	}
	return all
}

// spell puts a phrase's forms into attributes: scripts choose among them by the
// same rules, which every browser knows.
func (p Plural) spell(into templ.Attributes, name string) {
	for form, phrase := range p.Forms() {
		into[name+"-"+form] = phrase
	}
}
