import { clone, find, flag, parse, word } from "./dom.js";
import { request } from "./http.js";

const EARLY = 600; // pixels before the top
const PATIENCE = 5_000; // after a failure, before scrolling asks again
const SKELETONS = 3;

/** Older messages, by scrolling up or by the link at the top. */
export class Older {
  #messages;
  #scroller;
  #notice;
  #session;
  #loaded;
  #busy = false;
  #waitUntil = 0;

  /** loaded() is called after a page came. */
  constructor({ messages, scroller, notice, session, loaded }) {
    this.#messages = messages;
    this.#scroller = scroller;
    this.#notice = notice;
    this.#session = session;
    this.#loaded = loaded;
    scroller.addEventListener("move", () => this.#near());
    scroller.box.addEventListener("click", (event) => {
      if (!event.target.closest?.("[data-load-older]")) return;
      event.preventDefault();
      this.load();
    });
  }

  get #link() {
    return find("[data-load-older]", this.#scroller.box);
  }

  /** Loads one more page; answers whether it came. */
  async load() {
    const link = this.#link;
    if (!link || this.#busy) return false;
    this.#busy = true;
    flag(link, "data-busy", true);
    const waiting = setTimeout(() => this.#skeletons(), 150);
    const answer = await request(link.href);
    clearTimeout(waiting);
    this.#busy = false;
    if (!link.isConnected) return false; // another run of the room took the place of this one
    this.#scroller.keep(() => this.#take(answer, link));
    return answer.ok;
  }

  #near() {
    if (this.#scroller.above < EARLY && Date.now() > this.#waitUntil) this.load();
  }

  #take(answer, link) {
    for (const bone of this.#scroller.box.querySelectorAll("[data-skeleton]")) bone.remove();
    flag(link, "data-busy", false);
    if (!answer.ok) return this.#fail(answer);
    const fragment = parse(answer.text);
    this.#messages.upsertAll(fragment);
    const next = find("a[data-load-older]", fragment);
    if (next) link.setAttribute("href", next.getAttribute("href"));
    else link.remove();
    this.#loaded();
  }

  #fail(answer) {
    this.#waitUntil = Date.now() + Math.max(PATIENCE, answer.retryAfter);
    if (answer.status === 401) this.#session.end("signed-out");
    else this.#notice.toast(word("OlderFailed")); // a 404 may be the message's alone
  }

  #skeletons() {
    this.#scroller.keep(() => {
      for (let i = 0; i < SKELETONS; i++) {
        const bone = clone("chat-tpl-skeleton");
        if (!bone) return;
        flag(bone, "data-skeleton", true);
        bone.setAttribute("aria-hidden", "true");
        this.#messages.list.prepend(bone);
      }
    });
  }
}
