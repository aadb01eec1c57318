package hub

// sink is where one connection's frames leave: a WebSocket, or an [Outlet]. A
// peer makes its calls one at a time, except interrupt.
type sink interface {
	// writeFrames writes frames in their order, in as few writes as it can, each
	// with a deadline. After an error nothing more can be written.
	writeFrames(frames [][]byte) error
	// ping shows that the connection lives; frame, if not nil, goes with it.
	ping(frame []byte) error
	// close says code and reason, or nothing when code is 0, and ends the
	// connection.
	close(code int, reason string) error
	// interrupt makes a write under way fail at once, and every later one.
	interrupt()
}
