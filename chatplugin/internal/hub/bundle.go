package hub

import (
	"bytes"
	"strconv"
)

// Frames that come up faster than they can be handed to thousands of connections
// go to centrifuge several at once: it queues, wakes and writes for each
// connection once for all of them. A bundle is one JSON value,
//
//	{"@":[[12,345],frame,frame]}
//
// with the frames' lengths first, so that it is taken apart by slicing. A frame
// alone goes as it is, unless it begins as bundles do.

const (
	mostTogether  = 64       // frames of a bundle
	bytesTogether = 32 << 10 // and their bytes, unless it is one frame
)

var bundleHead = []byte(`{"@":[[`)

// together are the first of the frames, as many as one bundle takes.
func together(frames [][]byte) [][]byte {
	size := 0
	for i, frame := range frames {
		if size += len(frame); i > 0 && (i == mostTogether || size > bytesTogether) {
			return frames[:i]
		}
	}
	return frames
}

// bundle makes one value of several frames; one alone stays as it is.
func bundle(frames [][]byte) []byte {
	if len(frames) == 1 && !bytes.HasPrefix(frames[0], bundleHead) {
		return frames[0]
	}
	size := len(bundleHead) + 3
	for _, frame := range frames {
		size += len(frame) + 8
	}
	made := append(make([]byte, 0, size), bundleHead...)
	for i, frame := range frames {
		if i > 0 {
			made = append(made, ',')
		}
		made = strconv.AppendInt(made, int64(len(frame)), 10)
	}
	made = append(made, ']')
	for _, frame := range frames {
		made = append(append(made, ','), frame...)
	}
	return append(made, "]}"...)
}

// unbundle hands each frame of what was published to do, in order, until one
// fails.
func unbundle(data []byte, do func(frame []byte) error) error {
	lengths, ok := bytes.CutPrefix(data, bundleHead)
	if !ok {
		return do(data)
	}
	lengths, frames, ok := bytes.Cut(lengths, []byte("],"))
	for ok {
		var first []byte
		first, lengths, ok = bytes.Cut(lengths, []byte(","))
		n, err := strconv.Atoi(string(first))
		if err != nil || n < 0 || n > len(frames) {
			return nil // nothing that bundle has made
		}
		if err := do(frames[:n:n]); err != nil {
			return err
		}
		if ok {
			frames = frames[n+1:]
		}
	}
	return nil
}
