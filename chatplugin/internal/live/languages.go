package live

import (
	"bytes"
	"context"

	"github.com/a-h/templ"

	"pocketchat/chatplugin/internal/view"
	"pocketchat/templates"
)

// tongue is one of the languages that fragments are in: its views, and the site
// that frames are rendered with. Where there are several, times in frames are
// written alike in all of them, for scripts write them anew: so most frames are
// alike.
type tongue struct {
	*view.View
	site templates.Site
}

func tonguesOf(v *view.View) []tongue {
	var all []tongue
	for _, spoken := range v.All() {
		all = append(all, tongueOf(spoken))
	}
	return all
}

func tongueOf(v *view.View) tongue {
	site := v.Site
	if len(v.All()) > 1 {
		site.Labels = site.Labels.Neutral()
	}
	return tongue{v, site}
}

// tongueOf is the one of a view that was made at the start: all words of a
// language are some kilobytes, too many to copy for each bubble.
func (l *Live) tongueOf(v *view.View) tongue {
	for _, made := range l.tongues {
		if made.View == v {
			return made
		}
	}
	return tongueOf(v)
}

// fragment is a piece of HTML in the first language, and in those others in
// which it is not the same. It stands at the end of a frame, and so it travels;
// each socket cuts its own language out of it. Behind unquoted stands how it
// looks to those who may not see what it quotes.
type fragment struct {
	HTML string            `json:"html,omitempty"`
	In   map[string]string `json:"html_in,omitempty"`
}

// unquoted marks languages in which a fragment stands without what it quotes.
const unquoted = "!"

// without adds how the fragment looks without what it quotes.
func (f *fragment) without(bare fragment) {
	if f.In == nil {
		f.In = map[string]string{}
	}
	f.In[unquoted] = bare.HTML
	for lang, html := range bare.In {
		f.In[unquoted+lang] = html
	}
}

// inEach renders once for each language, however many will read it.
func (l *Live) inEach(component func(i int, site templates.Site) templ.Component) (fragment, error) {
	var made fragment
	for i, spoken := range l.tongues {
		html, err := render(component(i, spoken.site))
		if err != nil {
			return fragment{}, err
		}
		switch {
		case i == 0:
			made.HTML = html
		case html != made.HTML:
			if made.In == nil {
				made.In = map[string]string{}
			}
			made.In[spoken.site.Lang] = html
		}
	}
	return made, nil
}

func render(component templ.Component) (string, error) {
	var out bytes.Buffer
	err := component.Render(context.Background(), &out)
	return out.String(), err
}

// What is looked for in a frame. A quotation mark inside a string is escaped, so
// these stand nowhere but between fields.
var (
	inMark = []byte(`,"html_in":{`)
	inEnd  = []byte(`"}}`)
)

// inLanguage is a frame as a socket of one language gets it: with one html, its
// last field. Most frames are the same in all, and stay as they are.
func inLanguage(frame []byte, lang string) []byte { return cutTo(frame, lang) }

// withoutQuote is the same for a reader who may not see what a message quotes.
func withoutQuote(frame []byte, lang string) []byte {
	return cutTo(frame, unquoted+lang, unquoted)
}

// cutTo leaves the first of several texts that is there, or the frame's own.
func cutTo(frame []byte, keys ...string) []byte {
	if !bytes.HasSuffix(frame, inEnd) {
		return frame
	}
	cut := bytes.LastIndex(frame, inMark)
	if cut < 0 {
		return frame
	}
	head, others := frame[:cut], frame[cut+len(inMark):len(frame)-1]
	var own []byte
	for i := 0; own == nil && i < len(keys); i++ {
		own = stringOf(others, keys[i])
	}
	start := bytes.LastIndex(head, htmlMark)
	if own == nil || start < 0 {
		return append(head[:cut:cut], '}')
	}
	made := make([]byte, 0, start+len(htmlMark)+len(own)+1)
	made = append(append(made, frame[:start]...), htmlMark[:len(htmlMark)-1]...)
	return append(append(made, own...), '}')
}

// stringOf is the string with its quotation marks that stands at a key; nil for
// none.
func stringOf(fields []byte, key string) []byte {
	_, rest, ok := bytes.Cut(fields, []byte(`"`+key+`":"`))
	if !ok {
		return nil
	}
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			start := len(fields) - len(rest) - 1
			return fields[start : start+i+2]
		}
	}
	return nil
}
