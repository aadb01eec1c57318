/**
 * The order of the messages that a page holds: by seq, each id once, the newest
 * revision of each. It knows nothing of the document; it says what to do there.
 */
export class Timeline {
  #known = new Map(); // id → { seq, rev }
  #order = []; // ids by seq

  get size() {
    return this.#order.length;
  }

  get ids() {
    return [...this.#order];
  }

  get last() {
    return this.#order.at(-1) ?? null;
  }

  has(id) {
    return this.#known.has(id);
  }

  /** The highest place taken, 0 when empty. */
  get lastSeq() {
    return this.#known.get(this.last)?.seq ?? 0;
  }

  /** The lowest place taken, 0 when empty. */
  get firstSeq() {
    return this.#known.get(this.#order[0])?.seq ?? 0;
  }

  /**
   * Takes a message in. Answers { act: "insert", after: id or null for the
   * start }, { act: "replace" } for a newer revision, or { act: "keep" } for
   * what is held already.
   */
  place({ id, seq, rev }) {
    const known = this.#known.get(id);
    if (known) {
      if (rev <= known.rev) return { act: "keep" };
      known.rev = rev;
      return { act: "replace" };
    }
    const index = this.#indexOf(seq);
    this.#known.set(id, { seq, rev });
    this.#order.splice(index, 0, id);
    return { act: "insert", after: this.#order[index - 1] ?? null };
  }

  clear() {
    this.#known.clear();
    this.#order.length = 0;
  }

  /** Where a seq belongs; the end is looked at first, since most are new. */
  #indexOf(seq) {
    let low = 0;
    let high = this.#order.length;
    if (high === 0 || this.#known.get(this.#order[high - 1]).seq < seq) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#known.get(this.#order[middle]).seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
