import { Backoff } from "./backoff.js";

const GAP = 300; // how long a late frame may take
const SILENCE = 60_000; // the server pings every 25 s
const STEADY = 5_000; // a connection that lived this long counts as good
const FINAL = { 4501: "signed-out", 4502: "removed" };

/**
 * The page's one WebSocket. It comes back by itself, resumes where it was, and
 * tells by events: "frame" (each frame, in order) and "state" (connecting,
 * live, waiting, signed-out, removed).
 */
export class LiveSocket extends EventTarget {
  #address;
  #cursor;
  #probe;
  #backoff;
  #socket = null;
  #state = "idle";
  #heard = 0;
  #gapAt = 0;
  #timers = {};

  /**
   * address(cursor) is where to connect; cursor is null for the inbox, which
   * has none; probe() tells why a handshake was refused, since browsers don't.
   */
  constructor({ address, cursor = null, probe = async () => "", backoff = new Backoff() }) {
    super();
    this.#address = address;
    this.#cursor = cursor;
    this.#probe = probe;
    this.#backoff = backoff;
  }

  get state() {
    return this.#state;
  }

  /** Connects, and follows the page's own coming and going. */
  start() {
    addEventListener("online", () => this.#soon(Math.random() * 1000));
    addEventListener("offline", () => this.#lost(0));
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.resume());
    document.addEventListener("visibilitychange", () => this.#awake());
    this.#connect();
  }

  /** Drops the connection and takes up again from the cursor at once. */
  resume() {
    if (this.#ended) return;
    this.#connect();
  }

  /** Ends for good: "signed-out" or "removed". */
  end(reason) {
    if (this.#ended) return;
    this.#drop();
    this.#become(reason);
  }

  get #ended() {
    return this.#state === "signed-out" || this.#state === "removed";
  }

  #connect() {
    this.#drop();
    this.#cursor?.begin();
    this.#become("connecting");
    let opened = false;
    let socket;
    try {
      socket = new WebSocket(this.#address(this.#cursor?.at));
    } catch {
      this.#lost(0);
      return;
    }
    this.#socket = socket;
    const mine = (act) => (event) => socket === this.#socket && act(event);
    socket.onopen = mine(() => {
      opened = true;
      this.#listen();
      if (!this.#cursor) this.#after("open", 2000, () => this.#live());
    });
    socket.onmessage = mine((event) => this.#receive(event.data));
    socket.onclose = mine((event) => (opened ? this.#closed(event.code) : this.#refused()));
    this.#after("watch", SILENCE, () => this.#lost(0)); // a handshake may hang as well
  }

  #receive(data) {
    this.#listen();
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return; // not one of ours
    }
    for (const ready of this.#inOrder(frame)) this.#tell(ready);
    this.#watchGap();
  }

  /** What may be shown now, given this frame. */
  #inOrder(frame) {
    const cursor = this.#cursor;
    if (frame.type === "synced") {
      const late = cursor ? cursor.synced(frame.rev ?? 0) : [];
      this.#live();
      return [...late, frame];
    }
    if (cursor && frame.type === "message") return cursor.take(frame);
    if (cursor && frame.type === "ping" && frame.rev) cursor.ping(frame.rev);
    return [frame];
  }

  #tell(frame) {
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  /** Something is missing: wait for the late one, then resume. */
  #watchGap() {
    if (!this.#cursor?.behind) return this.#stop("gap");
    if (this.#timers.gap) return;
    this.#gapAt = this.#cursor.at;
    this.#after("gap", GAP, () => {
      if (!this.#cursor.behind) return;
      if (this.#cursor.at !== this.#gapAt) return this.#watchGap();
      for (const frame of this.#cursor.release()) this.#tell(frame);
      this.resume();
    });
  }

  #live() {
    this.#stop("open");
    this.#after("steady", STEADY, () => this.#backoff.reset());
    this.#become("live");
  }

  #closed(code) {
    if (FINAL[code]) return this.end(FINAL[code]);
    this.#lost(code === 3001 ? 2 : 0);
  }

  /** The handshake failed: a dead network looks like a refusal, so ask. */
  async #refused() {
    const socket = this.#socket;
    this.#lost(0);
    const reason = await this.#probe().catch(() => "");
    if (reason && socket && this.#state !== "live") this.end(reason);
  }

  #lost(widen) {
    if (this.#ended || this.#state === "idle") return;
    this.#drop();
    this.#backoff.widen(widen);
    this.#become("waiting");
    this.#soon(this.#backoff.next());
  }

  #soon(wait) {
    if (this.#state !== "waiting") return;
    this.#after("again", wait, () => this.#connect());
  }

  /** Back in front: a sleeping laptop's socket is dead without knowing it. */
  #awake() {
    if (document.visibilityState !== "visible" || this.#ended) return;
    if (this.#state === "waiting") this.#soon(0);
    else if (this.#socket && Date.now() - this.#heard > SILENCE) this.resume();
  }

  /** The page goes, perhaps into the back/forward cache: an open socket would keep it out. */
  #leave() {
    if (this.#ended) return;
    this.#drop();
    this.#state = "idle";
  }

  #listen() {
    this.#heard = Date.now();
    this.#after("watch", SILENCE, () => this.#lost(0));
  }

  #drop() {
    for (const name of Object.keys(this.#timers)) this.#stop(name);
    const socket = this.#socket;
    this.#socket = null;
    // A handshake that is cut short is a line in the console.
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket?.close();
  }

  #become(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  #after(name, wait, act) {
    this.#stop(name);
    this.#timers[name] = setTimeout(() => {
      delete this.#timers[name];
      act();
    }, wait);
  }

  #stop(name) {
    clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }
}
