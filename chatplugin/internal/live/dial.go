package live

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/view"
)

// Caller is who opens a socket.
type Caller struct {
	User    string
	Session string
	Expires time.Time
	Renew   func(context.Context) (time.Time, bool)
	View    *view.View // in the caller's language
}

// Point is how a room's page stands that a socket is opened for. Negative numbers
// are not known.
type Point struct {
	Rev   int64 // it has everything up to here
	Since int64 // it shows nothing up to here: the viewer's time began after that
}

// Fresh is a page that resumes nothing.
var Fresh = Point{-1, -1}

// InboxDial is the socket of a viewer's list.
func (l *Live) InboxDial(caller Caller) hub.Dial {
	dial := l.dial(caller)
	dial.Ping = func() []byte { return encode(pingFrame{Type: "ping"}) }
	dial.Gate = func(ctx context.Context) (hub.Replay, error) {
		if err := stillSignedIn(ctx, caller); err != nil {
			return hub.Replay{}, err
		}
		return hub.Replay{Last: encode(syncedFrame{Type: "synced"})}, nil
	}
	return dial
}

// RoomDial is the socket of an open room, which carries the viewer's list as
// well. It resumes from a point, unless that is Fresh.
func (l *Live) RoomDial(app core.App, caller Caller, room string, from Point) hub.Dial {
	dial := l.dial(caller)
	topic := roomTopic(room)
	dial.Topics = append(dial.Topics, topic)
	dial.Present, dial.Main = []string{topic}, topic
	dial.Ping = func() []byte { return encode(pingFrame{Type: "ping", Room: room, Rev: l.rev(app, room)}) }
	var since atomic.Int64
	lang := caller.View.Site.Lang
	dial.Veil = func(frame []byte) []byte {
		since := since.Load()
		frame = veil(frame, room, since)
		switch quoted := quotesOf(frame); {
		case quoted == 0:
			return inLanguage(frame, lang)
		case quoted <= since:
			return withoutPlace(withoutQuote(frame, lang))
		}
		return withoutPlace(inLanguage(frame, lang))
	}
	dial.Gate = func(ctx context.Context) (hub.Replay, error) {
		if err := stillSignedIn(ctx, caller); err != nil {
			return hub.Replay{}, err
		}
		seat, err := store.FindSeat(app, room, caller.User)
		if err == chat.ErrNoRoom {
			return hub.Replay{}, hub.ErrRemoved
		}
		if err != nil {
			return hub.Replay{}, err
		}
		since.Store(seat.Member.Since())
		return l.resume(app, caller, seat, from)
	}
	return dial
}

// TopicDial is an open room alone, for clients that subscribe to their inbox by
// itself. It resumes nothing: they read what they missed from the rows.
func (l *Live) TopicDial(app core.App, caller Caller, room string) hub.Dial {
	dial := l.RoomDial(app, caller, room, Fresh)
	dial.Topics = []string{dial.Main}
	return dial
}

func (l *Live) dial(caller Caller) hub.Dial {
	dial := hub.Dial{
		User: caller.User, Session: caller.Session, Expires: caller.Expires, Renew: caller.Renew,
		Topics: []string{userTopic(caller.User)},
	}
	if len(l.tongues) > 1 {
		lang := caller.View.Site.Lang
		dial.Veil = func(frame []byte) []byte { return inLanguage(frame, lang) }
	}
	return dial
}

func stillSignedIn(ctx context.Context, caller Caller) error {
	if caller.Renew == nil {
		return nil
	}
	if _, ok := caller.Renew(ctx); !ok {
		return hub.ErrRevoked
	}
	return nil
}

// veil keeps changes of messages that lie before the viewer's time from them:
// an edit, a reaction. The revision counts all the same.
func veil(frame []byte, room string, since int64) []byte {
	if since == 0 {
		return frame
	}
	seq, ok := seqOf(frame)
	if !ok || seq > since {
		return frame
	}
	rev, _ := RevOf(frame)
	return encode(syncedFrame{Type: "synced", Room: room, Rev: rev})
}

// resume reads, with the subscription standing, what changed after a point. Rows
// beyond the revision that was read with the seat are left to the frames that
// are held meanwhile. A page that is older than the viewer's having deleted the
// chat for themselves shows what it must not any more, and is loaded anew.
func (l *Live) resume(app core.App, caller Caller, seat store.Seat, from Point) (hub.Replay, error) {
	room, now := seat.Room.ID, seat.Room.Rev
	l.revs.saw(room, now)
	people := seat.Room.MembersRev
	replay := hub.Replay{Rev: now, People: people, Last: encode(syncedFrame{Type: "synced", Room: room, Rev: now})}
	rev, stale := from.Rev, from.Since >= 0 && from.Since != seat.Member.Since()
	if from == Fresh || rev == now && !stale {
		l.counts.current.Add(1)
		return replay, nil
	}
	reload := hub.Replay{Rev: now, People: people, Last: encode(plainFrame{Type: "reload", Room: room})}
	if stale || rev < 0 || rev > now || seat.Room.Purged(rev) {
		l.counts.reloads.Add(1)
		return reload, nil
	}
	rows, more, err := store.ChangedAfter(app, room, seat.Member.Since(), rev, l.replay)
	if err != nil {
		return hub.Replay{}, err
	}
	if more {
		l.counts.reloads.Add(1)
		return reload, nil
	}
	for len(rows) > 0 && rows[len(rows)-1].Rev > now {
		rows = rows[:len(rows)-1]
	}
	replay.Frames, err = caller.frames(app, rows, seat.Member.Since())
	l.counts.replayed.Add(1)
	l.counts.rows.Add(int64(len(replay.Frames)))
	return replay, err
}

// frames are what a replay consists of, in the caller's language; people are
// looked up once for all.
func (c Caller) frames(app core.App, rows []store.Message, since int64) ([][]byte, error) {
	shown, err := c.View.Messages(app, rows, since)
	if err != nil {
		return nil, err
	}
	spoken := tongueOf(c.View)
	frames := make([][]byte, len(rows))
	for i, row := range rows {
		html, err := spoken.bubble(shown[i])
		if err != nil {
			return nil, err
		}
		frames[i] = encode(messageFrame{Type: "message", Room: row.Room, Rev: row.Rev, Message: jsonOf(row), fragment: fragment{HTML: html}})
	}
	return frames, nil
}
