package realtime

import (
	"bytes"
	"encoding/json"
	"sync/atomic"

	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/live"
)

// outlet is one topic of a client.
type outlet struct {
	client  *client
	topic   topic
	removed bool // the client knows that it is out of the room
	ended   atomic.Bool
}

var removedHead = []byte(`{"type":"removed"`)

func (o *outlet) Write(frames [][]byte) error {
	for _, frame := range frames {
		if !o.topic.html {
			frame = live.WithoutHTML(frame)
		}
		o.removed = o.removed || bytes.HasPrefix(frame, removedHead)
		if err := o.client.deliver(o.topic.name, frame); err != nil {
			return err
		}
	}
	return nil
}

func (o *outlet) Ping(frame []byte) error {
	if frame == nil {
		return nil
	}
	return o.client.deliver(o.topic.name, frame)
}

// Close tells what a socket's close code would have told. Where the client is
// to come back, its whole connection ends: SDKs do the rest by themselves.
func (o *outlet) Close(code int, reason string) {
	o.ended.Store(true)
	switch code {
	case 0:
		return
	case hub.CodeRemoved:
		if !o.removed {
			o.say(map[string]any{"type": "removed", "room": o.topic.room})
		}
	case hub.CodeRevoked:
		o.say(map[string]any{"type": "closed", "code": code, "reason": reason})
	default:
		o.client.kill()
		return
	}
	o.client.Unsubscribe(o.topic.name)
}

func (o *outlet) say(frame map[string]any) {
	if data, err := json.Marshal(frame); err == nil {
		_ = o.client.deliver(o.topic.name, data)
	}
}

func (o *outlet) Interrupt() { o.client.kill() }
