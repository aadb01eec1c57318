package live

import (
	"bytes"
	"strconv"
)

// What the hub has to know of a frame it learns from its first bytes, without
// decoding the rest: encode writes the fields in the order of the structs.
var (
	messageHead = []byte(`{"type":"message","room":"`)
	inboxHead   = []byte(`{"type":"inbox",`)
	removedHead = []byte(`{"type":"removed",`)
	roomMark    = []byte(`,"room":"`)
	revMark     = []byte(`,"rev":`)
	seqMark     = []byte(`,"seq":`)
	quotesMark  = []byte(`,"quotes":`)
	htmlMark    = []byte(`,"html":"`)
)

// RevOf reads the revision of a message frame, the only kind that counts for
// gaps.
func RevOf(frame []byte) (rev int64, ok bool) {
	rest, ok := bytes.CutPrefix(frame, messageHead)
	if !ok {
		return 0, false
	}
	return numberAfter(rest, revMark)
}

// roomRevOf reads which revision of a room a frame shows to all who have it in
// their lists or open; ok is false for frames that don't say.
func roomRevOf(frame []byte) (room string, rev int64, ok bool) {
	head := frame[:min(len(frame), 96)]
	_, rest, ok := bytes.Cut(head, roomMark)
	if !ok || !bytes.HasPrefix(frame, messageHead) && !bytes.HasPrefix(frame, inboxHead) {
		return "", 0, false
	}
	id, rest, ok := bytes.Cut(rest, []byte(`"`))
	if !ok || !bytes.HasPrefix(rest, revMark) {
		return "", 0, false
	}
	rev, ok = numberAfter(rest, revMark)
	return string(id), rev, ok
}

// seqOf reads the place in the room of what a message frame carries. Ids stand
// before it and texts after it, so the first mark is the right one.
func seqOf(frame []byte) (seq int64, ok bool) {
	rest, ok := bytes.CutPrefix(frame, messageHead)
	if !ok {
		return 0, false
	}
	return numberAfter(rest, seqMark)
}

// quotesOf reads the place of what a message frame quotes, 0 for nothing. It
// stands right behind the revision.
func quotesOf(frame []byte) int64 {
	rest, ok := bytes.CutPrefix(frame, messageHead)
	if !ok {
		return 0
	}
	if _, rest, ok = bytes.Cut(rest, revMark); !ok {
		return 0
	}
	comma := bytes.IndexByte(rest, ',')
	if comma < 0 || !bytes.HasPrefix(rest[comma:], quotesMark) {
		return 0
	}
	seq, _ := numberAfter(rest[comma:], quotesMark)
	return seq
}

// withoutPlace is a frame of which [quotesOf] is not 0, as clients get it: the
// place is between us alone.
func withoutPlace(frame []byte) []byte {
	start := bytes.Index(frame, quotesMark)
	end := start + 1 + bytes.IndexByte(frame[start+1:], ',')
	return append(append(make([]byte, 0, len(frame)), frame[:start]...), frame[end:]...)
}

func numberAfter(frame, mark []byte) (int64, bool) {
	_, rest, ok := bytes.Cut(frame, mark)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(string(rest[:max(bytes.IndexByte(rest, ','), 0)]), 10, 64)
	return n, err == nil
}

// aboutOf names the topic of the room that a frame is about, whoever it is sent
// to, and whether it says that its reader is out of it.
func aboutOf(frame []byte) (topic string, last bool) {
	_, rest, ok := bytes.Cut(frame[:min(len(frame), 64)], roomMark)
	if !ok {
		return "", false
	}
	room, _, ok := bytes.Cut(rest, []byte(`"`))
	if !ok {
		return "", false
	}
	return roomTopic(string(room)), bytes.HasPrefix(frame, removedHead)
}

// WithoutHTML is a frame without its fragment, for clients that draw for
// themselves. A quote inside a text is escaped, so the mark stands nowhere else.
func WithoutHTML(frame []byte) []byte {
	i := bytes.LastIndex(frame, htmlMark)
	if i < 0 {
		return frame
	}
	short := make([]byte, i+1)
	copy(short, frame[:i])
	short[i] = '}'
	return short
}
