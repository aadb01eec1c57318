package hub

import (
	"errors"

	"github.com/centrifugal/centrifuge"
)

// Close codes of sockets. On the first two, and where a connection ends without
// any, clients come back and resume; on the others they don't.
const (
	CodeShutdown = 3001 // this process stops
	CodeResume   = 3008 // too slow, or something that only a new connection can put right
	CodeRevoked  = 4501 // signed out, token expired or revoked
	CodeRemoved  = 4502 // no longer a member of what the connection is about
)

// What a [Dial.Gate] answers when the person may no longer connect. Any other
// error closes with [CodeResume].
var (
	ErrRemoved = errors.New("hub: not a member any more")
	ErrRevoked = errors.New("hub: signed out or revoked")
)

// Why [Hub.ServeWebSocket] refused before the upgrade.
var (
	ErrShutdown = errors.New("hub: shutting down")
	ErrTooMany  = errors.New("hub: too many connections of one user")
)

var reasons = map[int]string{
	CodeShutdown: "shutting down",
	CodeResume:   "come back and resume",
	CodeRevoked:  "signed out",
	CodeRemoved:  "removed",
}

// disconnect is what tells centrifuge to close a connection with our code.
func disconnect(code int) centrifuge.Disconnect {
	return centrifuge.Disconnect{Code: uint32(code), Reason: reasons[code]}
}

// closeCode turns centrifuge's reason for closing into what the client is told;
// 0 means that the peer is gone and nothing can be said.
func closeCode(d centrifuge.Disconnect) (code int, reason string) {
	switch {
	case d.Code == centrifuge.DisconnectConnectionClosed.Code, d.Code == centrifuge.DisconnectWriteError.Code:
		return 0, ""
	case d.Code == centrifuge.DisconnectExpired.Code:
		code = CodeRevoked
	case d.Code == CodeShutdown, d.Code >= 4000:
		code = int(d.Code)
	default:
		code = CodeResume
	}
	if reason = reasons[code]; reason == "" {
		reason = d.Reason
	}
	return code, reason
}

// gateCode is the close code for an error of a gate.
func gateCode(err error) int {
	switch {
	case errors.Is(err, ErrRemoved):
		return CodeRemoved
	case errors.Is(err, ErrRevoked):
		return CodeRevoked
	}
	return CodeResume
}
