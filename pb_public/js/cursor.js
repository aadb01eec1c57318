/**
 * How far a room's timeline was received: the highest revision up to which
 * nothing is missing, never the highest one seen.
 *
 * Live frames rise by one. One that jumps is held back until the missing ones
 * came, so that nothing shows out of order, or until the caller gives up
 * waiting and resumes from `at`. In a replay revisions may jump, since each
 * row shows only its last one: there the cursor is what `synced` says.
 */
export class Cursor {
  #at;
  #head;
  #replaying = true;
  #held = new Map(); // revision → frame, or null where it was delivered already

  constructor(at = 0) {
    this.#at = at;
    this.#head = at;
  }

  get at() {
    return this.#at;
  }

  /** Whether something is known to be missing. */
  get behind() {
    return !this.#replaying && (this.#head > this.#at || this.#held.size > 0);
  }

  /** A new connection: a replay follows. */
  begin() {
    this.#replaying = true;
    this.#held.clear();
    this.#head = this.#at;
  }

  /** Starts over from a page that was fetched anew. */
  restart(at) {
    this.#at = at;
    this.begin();
  }

  /** Takes a message frame; answers the frames to show now, in order. */
  take(frame) {
    const rev = frame.rev;
    if (this.#replaying) {
      if (rev > this.#at) this.#held.set(rev, null);
      return [frame];
    }
    if (rev <= this.#at) return [frame];
    this.#head = Math.max(this.#head, rev);
    this.#held.set(rev, frame);
    return this.#advance();
  }

  /** The replay is over; frames that the server had kept back may have come before it. */
  synced(rev) {
    this.#at = Math.max(rev, this.#replaying ? 0 : this.#at);
    this.#replaying = false;
    for (const held of [...this.#held.keys()]) {
      if (held <= this.#at) this.#held.delete(held);
    }
    this.#head = Math.max(this.#at, ...this.#held.keys());
    return this.#advance();
  }

  /** The room's revision by a ping: the last frame may have been lost. */
  ping(rev) {
    if (!this.#replaying) this.#head = Math.max(this.#head, rev);
  }

  /** The frames held back, in order, to be shown though something before them is missing. */
  release() {
    const frames = [...this.#held.keys()].sort((a, b) => a - b).map((rev) => this.#held.get(rev));
    for (const rev of this.#held.keys()) this.#held.set(rev, null);
    return frames.filter(Boolean);
  }

  #advance() {
    const frames = [];
    while (this.#held.has(this.#at + 1)) {
      this.#at++;
      const frame = this.#held.get(this.#at);
      this.#held.delete(this.#at);
      if (frame) frames.push(frame);
    }
    return frames;
  }
}
