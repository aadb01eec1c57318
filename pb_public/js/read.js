import { number } from "./dom.js";
import { fields, request } from "./http.js";

const PACE = 1000;
const SLACK = 4; // pixels that may be cut off

/**
 * Moves the viewer's read mark, only for what was before their eyes: the tab
 * is visible and in front, and the message's end is inside the window. The
 * mark never goes back.
 */
export class Reader {
  #messages;
  #scroller;
  #session;
  #address;
  #mark;
  #timer = 0;
  #busy = false;
  #next = 0;

  constructor({ messages, scroller, session, address, mark }) {
    this.#messages = messages;
    this.#scroller = scroller;
    this.#session = session;
    this.#address = address;
    this.#mark = mark;
    scroller.addEventListener("move", () => this.check());
    addEventListener("focus", () => this.check());
    addEventListener("resize", () => this.check());
    document.addEventListener("visibilitychange", () => this.check());
    document.addEventListener("chat:host", () => this.check()); // the panel was opened
    addEventListener("pagehide", () => this.#timer && this.#look()); // what was seen a moment ago was seen
  }

  /** Whether what comes at the end is read as it comes. */
  get active() {
    return this.#attentive && this.#scroller.atEnd;
  }

  /** Another tab of the viewer read further, or they sent something. */
  raise(mark) {
    this.#mark = Math.max(this.#mark, mark ?? 0);
  }

  /** Looks soon; many reasons to look make one look. */
  check() {
    if (this.#timer || !this.#attentive) return;
    this.#timer = setTimeout(() => this.#look(), Math.max(100, this.#next - Date.now()));
  }

  get #attentive() {
    const closed = document.documentElement.hasAttribute("data-unseen"); // the widget's panel is
    return document.visibilityState === "visible" && document.hasFocus() && !closed && !this.#session.ended;
  }

  async #look() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const seen = this.#attentive ? this.#seen() : 0;
    if (seen <= this.#mark || this.#busy) return;
    this.#busy = true;
    const answer = await request(this.#address, { form: fields({ rev: String(seen) }), keepalive: true });
    this.#busy = false;
    this.#next = Date.now() + (answer.ok ? PACE : Math.max(5 * PACE, answer.retryAfter));
    if (answer.ok) this.raise(seen);
    else if (this.#session.refused(answer.status)) return;
    this.check(); // again after a failure, or for what came meanwhile
  }

  /** The place of the last message whose end is in view. */
  #seen() {
    const box = this.#scroller.box.getBoundingClientRect();
    const bottom = Math.min(box.bottom, innerHeight) + SLACK;
    if (box.height === 0) return 0;
    const all = this.#messages.all;
    for (let i = all.length - 1; i >= 0; i--) {
      const rect = all[i].getBoundingClientRect();
      if (rect.height > 0 && rect.bottom <= bottom) return number(all[i], "data-seq");
    }
    return 0;
  }
}
