/**
 * How long to wait before another attempt: a random part of a window that
 * doubles each time (full jitter), so that a thousand clients cut at once do
 * not come back at once.
 */
export class Backoff {
  #first;
  #most;
  #random;
  #tries = 0;

  constructor({ first = 500, most = 30_000, random = Math.random } = {}) {
    this.#first = first;
    this.#most = most;
    this.#random = random;
  }

  get tries() {
    return this.#tries;
  }

  /** The next wait in milliseconds. */
  next() {
    const window = Math.min(this.#most, this.#first * 2 ** this.#tries);
    this.#tries++;
    return Math.round(this.#random() * window);
  }

  /** Begin with a wider window: everybody was sent away at the same moment. */
  widen(tries) {
    this.#tries = Math.max(this.#tries, tries);
  }

  reset() {
    this.#tries = 0;
  }
}
