/**
 * Unread counts by subtraction. An inbox frame is the same for all members and
 * carries the room's count of posts, which only grows; the viewer's own mark is
 * a number of posts as well (the baseline), so unread = posts - baseline.
 *
 * The total is the sum over the rooms that are known, and a rest for the others.
 * Frames carry totals too, but of another moment than what came before them: one
 * may have counted a message whose own frame is still on its way. So they count
 * only where no room is known. What the server answers in one piece, a total and
 * rooms, begins anew.
 */
export class Unread {
  #rooms = new Map(); // id → { posts, baseline, readRev }
  #rest;

  constructor(total = 0) {
    this.#rest = total;
  }

  get total() {
    return Math.max(0, this.#rest + this.#known());
  }

  has(room) {
    return this.#rooms.has(room);
  }

  of(room) {
    const known = this.#rooms.get(room);
    return known ? Math.max(0, known.posts - known.baseline) : 0;
  }

  /** What the server said of a room; the total is the server's as well, so it stays. */
  seed(room, { posts, unread, readRev }) {
    this.#rest += this.of(room) - unread;
    this.#rooms.set(room, { posts, baseline: posts - unread, readRev });
  }

  /** The server counted anew: what it does not name next may be gone, and is of the rest. */
  restart(total) {
    this.#rooms.clear();
    this.#rest = total;
  }

  /**
   * Something changed in a room. `seen` says that the viewer has read all of
   * it: it is open before their eyes, or the last message is their own.
   * Answers false for a room that is not known: then only the server can tell.
   */
  changed(room, { posts, unposted = 0, seen = false }) {
    const known = this.#rooms.get(room);
    if (!known) return false;
    if (posts > known.posts) known.posts = posts;
    if (unposted > known.readRev && this.of(room) > 0) known.baseline++;
    if (seen) known.baseline = known.posts;
    return true;
  }

  /** The viewer's own mark moved, here or in another tab. Answers as changed does. */
  marked(room, { unread, total, readRev, posts }) {
    const known = this.#rooms.get(room);
    if (!known) return this.#unknown(total);
    if (!posts) return true; // it was in no list when this was counted, or has nothing to count
    if (posts > known.posts) known.posts = posts;
    known.baseline = posts - unread;
    known.readRev = Math.max(known.readRev, readRev ?? 0);
    return true;
  }

  /** A room is gone. Answers as changed does. */
  drop(room, total) {
    return this.#rooms.delete(room) || this.#unknown(total);
  }

  /** Where no room is known at all, a total is as good as any: the next frame asks anew. */
  #unknown(total) {
    if (total === undefined || total === this.total) return total !== undefined;
    if (this.#rooms.size) return false;
    this.restart(total);
    return true;
  }

  #known() {
    let sum = 0;
    for (const room of this.#rooms.keys()) sum += this.of(room);
    return sum;
  }
}
