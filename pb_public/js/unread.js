/**
 * Unread counts by subtraction. An inbox frame is the same for all members and
 * carries the room's count of posts, which only grows; the viewer's own mark is
 * a number of posts as well (the baseline), so unread = posts - baseline.
 */
export class Unread {
  #rooms = new Map(); // id → { posts, baseline, readRev }
  #total;

  constructor(total = 0) {
    this.#total = total;
  }

  get total() {
    return this.#total;
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
    this.#rooms.set(room, { posts, baseline: posts - unread, readRev });
  }

  setTotal(total) {
    this.#total = Math.max(0, total);
  }

  /**
   * Something changed in a room. `seen` says that the viewer has read all of
   * it: it is open before their eyes, or the last message is their own.
   * Answers false for a room that is not known: then only the server can tell.
   */
  changed(room, { posts, unposted = 0, seen = false }) {
    const known = this.#rooms.get(room);
    if (!known) return false;
    this.#counting(room, () => {
      if (posts > known.posts) known.posts = posts;
      if (unposted > known.readRev && this.of(room) > 0) known.baseline++;
      if (seen) known.baseline = known.posts;
    });
    return true;
  }

  /** The viewer's own mark moved, here or in another tab. */
  marked(room, { unread, total, readRev, posts }) {
    const known = this.#rooms.get(room);
    if (known) {
      if (posts > known.posts) known.posts = posts;
      known.baseline = (posts ?? known.posts) - unread;
      known.readRev = Math.max(known.readRev, readRev ?? 0);
    }
    if (total !== undefined) this.setTotal(total);
  }

  /** A room is gone; total is the server's, where it says one. */
  drop(room, total) {
    const was = this.of(room);
    this.#rooms.delete(room);
    this.setTotal(total ?? this.#total - was);
  }

  #counting(room, change) {
    const before = this.of(room);
    change();
    this.setTotal(this.#total + this.of(room) - before);
  }
}
