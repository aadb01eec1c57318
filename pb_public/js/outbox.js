import { Backoff } from "./backoff.js";

const PATIENCE = 30_000;

/**
 * Messages on their way. They leave strictly one after the other; one counts
 * as sent by the answer or by its echo on the socket, whichever comes first;
 * after 30 s without either it has failed, and trying again carries the same
 * client id, so it can't double.
 *
 * "change" tells of an item ({ item }), "gone" of one that is sent, discarded
 * or given back ({ item, answer }).
 */
export class Outbox extends EventTarget {
  #send;
  #keep;
  #patience;
  #items = [];
  #busy = false;
  #stopped = false;
  #wake = () => {};
  #settle = new Map(); // client id → ends the wait for its answer
  #clock = 0;

  /** send(item, signal) answers { status, retryAfter, … }; keep(items) stores them. */
  constructor({ send, keep = () => {}, patience = PATIENCE }) {
    super();
    this.#send = send;
    this.#keep = keep;
    this.#patience = patience;
  }

  get items() {
    return [...this.#items];
  }

  /** Takes up what a reload interrupted. Files don't outlive one: such an item waits for its author. */
  restore(items) {
    for (const { id, body, reply, at, state, lost = 0 } of items) {
      const failed = lost > 0 || state === "failed";
      this.#items.push({ id, body, reply, at, files: [], lost, state: failed ? "failed" : "queued", until: this.#deadline() });
    }
    for (const item of this.#items) this.#tell(item);
    this.#pump();
  }

  add({ id, body, reply = "", files = [], at = Date.now() }) {
    const item = { id, body, reply, files, lost: 0, at, state: "queued", until: this.#deadline() };
    this.#items.push(item);
    this.#tell(item);
    this.#pump();
    return item;
  }

  retry(id) {
    const item = this.#find(id);
    if (item?.state !== "failed") return;
    item.until = this.#deadline();
    item.error = "";
    item.lost = 0;
    this.#become(item, "queued");
    this.#pump();
  }

  /** A part of it arrived: its time begins anew. */
  alive(item) {
    item.until = this.#deadline();
  }

  /** Gives an item up; answers it, so that its text can be given back. */
  discard(id) {
    return this.#remove(id, null);
  }

  /** The server has it: an echo came. */
  acknowledge(id) {
    this.#remove(id, null);
  }

  /** The connection is back: don't sit out a wait. */
  hurry() {
    this.#wake();
  }

  /** Nothing more may leave: what is left waits for its author. */
  stop() {
    this.#stopped = true;
    for (const item of this.#items) this.#fail(item, "");
  }

  /** The room is gone, and what was meant for it with it. */
  empty() {
    this.#stopped = true;
    for (const item of this.items) this.discard(item.id);
  }

  async #pump() {
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    const backoff = new Backoff({ first: 1000, most: 8000 });
    let item;
    while (!this.#stopped && (item = this.#items.find((i) => i.state !== "failed"))) {
      this.#watch();
      this.#become(item, "sending");
      await this.#attempt(item, backoff);
    }
    this.#busy = false;
    this.#watch();
  }

  async #attempt(item, backoff) {
    const abort = new AbortController();
    const settled = new Promise((resolve) => this.#settle.set(item.id, () => resolve(null)));
    const sent = this.#send(item, abort.signal).catch(() => ({ status: 0 }));
    const answer = await Promise.race([sent, settled]);
    this.#settle.delete(item.id);
    if (!this.#holds(item) || answer === null) return this.#late(item, sent, abort);
    await this.#judge(item, answer, backoff);
  }

  /** The item went while its request was on the way. */
  #late(item, sent, abort) {
    if (this.#holds(item)) abort.abort(); // 30 s are over
    else sent.then((answer) => answer.status === 200 && this.#emit("gone", { item, answer }));
  }

  async #judge(item, answer, backoff) {
    const { status } = answer;
    if (status >= 200 && status < 300) {
      backoff.reset();
      return this.#remove(item.id, answer);
    }
    if (status === 429) {
      const wait = answer.retryAfter || 1000;
      item.slow = Math.ceil(wait / 1000);
      for (const other of this.#items) other.until += wait;
      return this.#pause(item, wait);
    }
    item.slow = 0;
    if (status === 0 || status >= 500) return this.#pause(item, 250 + backoff.next());
    if (status === 401) return this.stop();
    this.#fail(item, answer.error ?? "");
    this.#emit("refused", { item, answer });
  }

  /** Waits before the next attempt, unless the connection comes back or time is up. */
  async #pause(item, wait) {
    if (item.state === "failed") return;
    this.#become(item, "waiting");
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#settle.set(item.id, resolve);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#settle.delete(item.id);
    this.#wake = () => {};
  }

  /** Fails what is over its time; one clock for all. */
  #watch() {
    clearTimeout(this.#clock);
    const open = this.#items.filter((i) => i.state !== "failed");
    if (!open.length) return;
    const next = Math.min(...open.map((i) => i.until));
    this.#clock = setTimeout(() => {
      for (const item of open) if (item.until <= Date.now()) this.#fail(item, "");
      this.#watch();
    }, Math.max(0, next - Date.now()));
  }

  #fail(item, error) {
    if (item.state === "failed" || !this.#holds(item)) return;
    item.error = error;
    this.#become(item, "failed");
    this.#settle.get(item.id)?.();
  }

  #remove(id, answer) {
    const item = this.#find(id);
    if (!item) return null;
    this.#items.splice(this.#items.indexOf(item), 1);
    this.#store();
    this.#emit("gone", { item, answer });
    this.#settle.get(id)?.();
    return item;
  }

  #become(item, state) {
    if (item.state === state) return;
    item.state = state;
    this.#tell(item);
  }

  #tell(item) {
    this.#store();
    this.#emit("change", { item });
  }

  #store() {
    this.#keep(this.#items.map(({ id, body, reply, at, state, files, lost }) => ({ id, body, reply, at, state, lost: lost || files.length })));
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #find(id) {
    return this.#items.find((i) => i.id === id);
  }

  #holds(item) {
    return this.#items.includes(item);
  }

  #deadline() {
    return Date.now() + this.#patience;
  }
}
