package demo

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"pocketchat/chatplugin/internal/chat"
)

// A theme is what one kind of room talks about. Its file has a head (hours,
// lang, kind, weight, and under "rooms:" names with descriptions), then threads
// with a blank line between them; "in: Choir, Pub" before one keeps it to rooms
// with such a word in their name. A line of a thread is "A: text", the letter
// being who speaks, and signs after it:
//
//	?  only if this speaker happens to be there   >  answers the line before
//	~  was edited                                  +  people react
//	x  was deleted                                  ^  only if the line before was said
//
// In a text {word} is one of the words of that name, the same one throughout a
// thread; {word2} is another one of them; {A} is the first name of a speaker;
// {n:2-9} is a number; [this|that] is either.
//
//go:embed talk/*.txt
var talkFiles embed.FS

//go:embed words.txt
var wordsText string

type words map[string][]text

type theme struct {
	name    string
	kind    chat.Type
	lang    string
	hours   string
	weight  int
	rooms   []roomName
	threads []thread
}

type roomName struct{ name, description text }

type thread struct {
	turns    []turn
	in       []string // words of the names of rooms that it is for, none for all
	speakers int      // how many it takes at least
	most     int      // and at most
	optional [4]bool
}

type turn struct {
	speaker                                  int
	maybe, follows, reply, edit, react, gone bool
	text                                     text
	mentions                                 []int // speakers whose names it says
}

// text is what is said, in pieces.
type text []piece

type piece struct {
	plain    string
	slot     string // name of a word, "A" to "D" for a speaker
	low, top int    // of a number, where slot is "n:"
	either   []text
}

func readTalk() (words, []*theme, error) {
	all := words{}
	for _, line := range lines(wordsText) {
		key, list, _ := strings.Cut(line, "=")
		for _, word := range strings.Split(list, " | ") {
			all[strings.TrimSpace(key)] = append(all[strings.TrimSpace(key)], parseText(strings.TrimSpace(word)))
		}
	}
	files, err := talkFiles.ReadDir("talk")
	if err != nil {
		return nil, nil, err
	}
	var themes []*theme
	for _, file := range files {
		content, err := talkFiles.ReadFile("talk/" + file.Name())
		if err != nil {
			return nil, nil, err
		}
		theme, err := parseTheme(strings.TrimSuffix(file.Name(), ".txt"), string(content))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file.Name(), err)
		}
		themes = append(themes, theme)
	}
	return all, themes, nil
}

func parseTheme(name, content string) (*theme, error) {
	t := &theme{name: name, kind: chat.Group, lang: "en", weight: 1}
	blocks := strings.Split(strings.TrimSpace(content), "\n\n")
	rooms := false
	for line := range strings.Lines(blocks[0]) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch {
		case rooms:
			name, description, _ := strings.Cut(strings.TrimSpace(line), " :: ")
			t.rooms = append(t.rooms, roomName{parseText(name), parseText(description)})
		case key == "rooms":
			rooms = true
		case key == "hours":
			t.hours = value
		case key == "lang":
			t.lang = value
		case key == "kind":
			t.kind = chat.Type(value)
		case key == "weight":
			t.weight, _ = strconv.Atoi(value)
		default:
			return nil, fmt.Errorf("what is %q?", line)
		}
	}
	for _, block := range blocks[1:] {
		thread, err := parseThread(block)
		if err != nil {
			return nil, err
		}
		t.threads = append(t.threads, thread)
	}
	return t, nil
}

func parseThread(block string) (thread, error) {
	var t thread
	met := [4]bool{}
	if rooms, rest, ok := strings.Cut(block, "\n"); ok && strings.HasPrefix(rooms, "in: ") {
		t.in, block = strings.Split(rooms[len("in: "):], ", "), rest
	}
	for line := range strings.Lines(block) {
		head, said, ok := strings.Cut(strings.TrimRight(line, "\n"), ": ")
		if !ok || head == "" || head[0] < 'A' || head[0] > 'D' {
			return t, fmt.Errorf("who says %q?", line)
		}
		turn := turn{speaker: int(head[0] - 'A'), text: parseText(strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(said))}
		for _, sign := range head[1:] {
			switch sign {
			case '?':
				turn.maybe = true
			case '^':
				turn.follows = true
			case '>':
				turn.reply = true
			case '~':
				turn.edit = true
			case '+':
				turn.react = true
			case 'x':
				turn.gone = true
			}
		}
		for i := range met {
			if strings.Contains(said, "{"+string(rune('A'+i))+"}") {
				turn.mentions = append(turn.mentions, i)
			}
		}
		if !met[turn.speaker] {
			met[turn.speaker], t.optional[turn.speaker] = true, turn.maybe
		}
		t.turns = append(t.turns, turn)
	}
	for i := range met {
		if met[i] {
			t.most = i + 1
			if !t.optional[i] {
				t.speakers = i + 1
			}
		}
	}
	return t, nil
}

// parseText takes a text apart. Brackets that hold no choice are plain.
func parseText(s string) (out text) {
	for s != "" {
		at := strings.IndexAny(s, "{[")
		if at < 0 {
			return append(out, piece{plain: s})
		}
		if at > 0 {
			out = append(out, piece{plain: s[:at]})
		}
		closing := map[byte]string{'{': "}", '[': "]"}[s[at]]
		end := strings.Index(s[at:], closing)
		inside := ""
		if end > 0 {
			inside = s[at+1 : at+end]
		}
		switch {
		case s[at] == '{' && slotName(inside):
			out = append(out, slotPiece(inside))
		case s[at] == '[' && strings.Contains(inside, "|"):
			var either []text
			for _, choice := range strings.Split(inside, "|") {
				either = append(either, parseText(choice))
			}
			out = append(out, piece{either: either})
		default:
			out, end = append(out, piece{plain: s[at : at+1]}), 0
		}
		s = s[at+end+1:]
	}
	return out
}

// slotName tells a slot from a brace of a program or of a regular expression.
func slotName(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' || s[0] == '\n' {
		return false
	}
	return !strings.ContainsAny(s, " \t\n()")
}

func slotPiece(s string) piece {
	if bounds, ok := strings.CutPrefix(s, "n:"); ok {
		low, top, _ := strings.Cut(bounds, "-")
		p := piece{slot: "n:"}
		p.low, _ = strconv.Atoi(low)
		p.top, _ = strconv.Atoi(top)
		return p
	}
	return piece{slot: s}
}
