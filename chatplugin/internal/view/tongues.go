package view

import (
	"golang.org/x/text/language"

	"pocketchat/chatplugin/internal/bounded"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/templates"
)

// mostAsked bounds how much of a request's wish is looked at.
const mostAsked = 500

// tongues are the same views in every language.
type tongues struct {
	all     []*View
	matcher language.Matcher
	lines   bounded.Map[line, string]
}

// line is a text, and how many characters of it are shown.
type line struct {
	body string
	most int
}

// lineBytes bounds the texts of which it is known what they look like in one
// line: finding that out is a fifth of what a list costs.
const lineBytes = 4 << 20

func newTongues(options Options) *tongues {
	t := &tongues{lines: bounded.New(lineBytes, 0, func(of line, shown string) int { return 100 + len(of.body) + len(shown) })}
	var tags []language.Tag
	for _, site := range append([]templates.Site{options.Site}, options.Others...) {
		own := options
		own.Site = site
		t.all = append(t.all, &View{own, t})
		tags = append(tags, language.Make(site.Lang))
	}
	t.matcher = language.NewMatcher(tags)
	return t
}

// Say words a refusal for whoever wishes for a language; English, where they wish
// for none.
func (v *View) Say(wish string, refusal *chat.Error) string {
	spoken, understood := v.Speaking(wish)
	if wish == "" {
		spoken, understood = v.Speaking("en")
	}
	if wish == "" && !understood || refusal.Pattern == "" {
		return refusal.Message
	}
	return spoken.Site.Labels.Sentence(refusal.Pattern, refusal.Pairs...)
}

// line is a text in one line, shortened.
func (v *View) line(body string, most int) string {
	key := line{body, most}
	if known, ok := v.tongues.lines.Get(key); ok {
		return known
	}
	shown := chat.Snippet(body, most)
	v.tongues.lines.Set(key, shown)
	return shown
}

// All are the views in every language, the first one first.
func (v *View) All() []*View { return v.tongues.all }

// Speaking is the view in the language that somebody wishes for, and whether
// there is one that they understand; the first language where there is none.
// Each wish is a tag or a whole Accept-Language header; the first one that can
// be granted counts.
func (v *View) Speaking(wishes ...string) (spoken *View, understood bool) {
	all := v.tongues.all
	for _, wish := range wishes {
		if wish == "" || len(wish) > mostAsked {
			continue
		}
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, i, confidence := v.tongues.matcher.Match(tags...); confidence != language.No {
			return all[i], true
		}
	}
	return all[0], false
}
