package hub

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
)

// A sweep may find the next message in the database while the one before it is
// still being handed out: it overtakes that on no connection.
func TestSweepsOvertakeNothing(t *testing.T) {
	g := newRig(t, Options{MaxUserConns: -1})
	var clients []*client
	for i := range 200 {
		clients = append(clients, g.connect(fmt.Sprint("user=u", i)))
	}
	var want []int64
	for rev := int64(1); rev < 200; rev += 2 {
		want = append(want, rev, rev+1)
		g.hub.Publish(room, revFrame(rev))
		for g.hub.Timelines()[0].Rev != rev { // it has begun to be handed out
			runtime.Gosched()
		}
		g.hub.CatchUp(Timeline{room, rev}, [][]byte{revFrame(rev + 1)}, rev+1, []byte(`"behind"`))
	}
	for i, c := range clients {
		var got []int64
		for len(got) < len(want) {
			frame, err := c.read()
			if err != nil {
				t.Fatal(err)
			}
			if rev, ok := revOf([]byte(frame)); ok {
				got = append(got, rev)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("connection %d got %v", i, got)
		}
	}
}
