// Package hub carries frames to people's sockets. It knows topics, people and
// bytes, and nothing of chat: what a frame means is its callers' business.
//
// It stands on the centrifuge library: server-side subscriptions, no engine
// history, publishing at most once. The database is the history, so whatever is
// lost here shows to a client as a jump in a room's revision and is read again
// from the rows.
//
// # What callers may rely on
//
//  1. Frames of one topic that are published by this process one after another
//     MUST reach each subscriber in that order; frames of two topics have no
//     order between them.
//
//  2. Frames that are announced by [Hub.Reserve] MUST leave in the order of
//     their revision, whatever the order of [Hub.Release]. The sequencer waits
//     only for revisions reserved in this process and neither released nor
//     dropped, at most Options.PassOver for each.
//
//     What comes up for a topic while it is being fanned out goes out together
//     (bundle.go), each frame of it looked at by itself.
//
//  3. Publishing MUST NOT block its caller. Every queue is bounded: what does
//     not fit is dropped and logged.
//
//  4. A connection subscribes first and reads the database second ([Dial.Gate]);
//     what is published in between is held, and written after the gate's rows
//     without what they already contain; so is what is published late. Rows, held frames and [Replay.Last] are
//     written under one lock, so nothing comes between them.
//
//  5. Once [Hub.Bar] has returned, no byte of a frame of its topic is handed to
//     the network for its user any more: not what is queued, not what is held,
//     not on a connection that dials while the bar stands. A write that is under
//     way when Bar is called is waited for, at most Options.BarPatience, and then
//     cut off together with its connection.
//     With Options.About the same holds for frames of other topics that are about
//     this one, until the bar is lifted, or [Hub.Admit] is called after its
//     Commit, or Options.KeptFor has passed since.
//
//  6. After [Bar.Commit] the frame given to it MUST be the last one about the
//     topic, and the last frame at all on a connection whose Main it is.
//
//  7. A dial whose permission was checked before a bar, and which arrives after
//     the bar's end, is caught by its gate alone: a gate MUST look again at
//     everything that the dial was permitted by, and answer [ErrRemoved] or
//     [ErrRevoked].
//
//  8. Every write to a socket has a deadline of at most Options.WriteTimeout, and
//     a connection holds at most Options.QueueBytes twice (its queue, and what it
//     holds while it waits for its gate). Who reads too slowly is closed; until
//     the write under way ends, its queue still takes references to what is
//     published, whose bytes all connections share.
//
//  9. With Options.Redis all of this holds for the people of every node, but for
//     order between the frames of two processes, and for 5: there a frame that
//     comes from another node is handed on only to those who are among the
//     topic's People, read after it came. Another process' removals hold from the
//     next frame on, or from the next [Hub.Current] and [Hub.Verify].
//
//  10. Nothing that a caller or a connection waits for waits for Redis longer than
//     a moment, and nothing fails without it. What other nodes are not told of
//     then is lost to them, except ends of sessions: callers make up for it by
//     [Hub.CatchUp].
//
// # Locks
//
// From the outside in; whoever holds one takes only those below it:
//
//	sequencer.mu   order of one process' revisions
//	lanes.mu       queues of topics
//	audience.turn  a frame on its way to everybody who is about a topic
//	registry.mu    who is connected, which bars stand, what each topic was told
//	presence.mu    who is shown as online
//	peer.mu        held while anything is written to one connection
//	kept.mu        what a person is told nothing about
//	wsSink.mu      one socket's bytes
//	wanted.mu, here.mu, arrivals.mu, ends.mu: what goes to and comes from other nodes
//
// No lock but peer.mu and wsSink.mu is held during a network write, none during
// a callback, and none of ours while centrifuge is called, except audience.turn
// while it queues a frame, and that centrifuge calls peer's Write and Close with
// its own writer lock held: so these two never call back into centrifuge.
package hub
