package hub

import (
	"bytes"
	"encoding/binary"
	"sync"
)

// The opcodes of RFC 6455 that a server sends here, each with the bit that says
// that the frame is whole.
const (
	opText  = 0x80 | 0x1
	opClose = 0x80 | 0x8
	opPing  = 0x80 | 0x9
	opPong  = 0x80 | 0xA
)

// appendFrame appends one unmasked WebSocket frame to buf.
func appendFrame(buf []byte, opcode byte, payload []byte) []byte {
	switch n := len(payload); {
	case n < 126:
		buf = append(buf, opcode, byte(n))
	case n < 1<<16:
		buf = append(buf, opcode, 126)
		buf = binary.BigEndian.AppendUint16(buf, uint16(n))
	default:
		buf = append(buf, opcode, 127)
		buf = binary.BigEndian.AppendUint64(buf, uint64(n))
	}
	return append(buf, payload...)
}

var (
	pushHead = []byte(`{"channel":"`)
	pushData = []byte(`","pub":{"data":`)
	pushTail = []byte(`}}`)
)

// isPing tells centrifuge's own heartbeat.
func isPing(push []byte) bool { return len(push) == 2 }

// cutPush takes apart what centrifuge writes for a publication, which with
// history and tags off is {"channel":"C","pub":{"data":X}} and nothing else. The
// frame is part of push: the same bytes for every subscriber.
func cutPush(push []byte) (topic, frame []byte, ok bool) {
	rest, ok := bytes.CutPrefix(push, pushHead)
	if !ok {
		return nil, nil, false
	}
	topic, rest, ok = bytes.Cut(rest, pushData)
	if !ok {
		return nil, nil, false
	}
	frame, ok = bytes.CutSuffix(rest, pushTail)
	return topic, frame, ok
}

// plainTopic says whether a topic's name is the same inside JSON as outside.
func plainTopic(name string) bool {
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '/', c == '_', c == '-', c == '.', c == ':':
		default:
			return false
		}
	}
	return name != ""
}

// keptBuffer is the largest buffer that goes back to its pool, and the size from
// which a batch is written in more than one piece, so that each piece has a
// deadline of its own.
const keptBuffer = 64 << 10

var buffers = sync.Pool{New: func() any { return new([]byte) }}

func giveBack(buf *[]byte) {
	if cap(*buf) <= 2*keptBuffer {
		*buf = (*buf)[:0]
		buffers.Put(buf)
	}
}

var batches = sync.Pool{New: func() any { return new([][]byte) }}

func giveBackBatch(batch *[][]byte) {
	clear(*batch)
	if cap(*batch) <= 1024 {
		*batch = (*batch)[:0]
		batches.Put(batch)
	}
}
