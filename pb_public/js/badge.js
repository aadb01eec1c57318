// The unread total on a host's own page, kept up to date. It runs beside
// whatever else the page has and touches nothing but its own elements.
import { find, findAll, number, parse, setText, show } from "./dom.js";
import { LiveSocket } from "./socket.js";
import { badge } from "./title.js";
import { Unread } from "./unread.js";

const SELECTOR = "[data-chat-total]";
const first = find(SELECTOR);

/** Follows one viewer's total by the socket of their list. */
class Total {
  #base;
  #socket;
  #viewer;
  #unread;
  #asking = false;
  #heard = 0;

  constructor(element) {
    this.#base = element.dataset.base;
    this.#viewer = element.dataset.viewer;
    this.#unread = new Unread(number(element, "data-chat-total"));
    const address = new URL(`${element.dataset.socket}/inbox/`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.#socket = new LiveSocket({ address: () => address.href, probe: () => this.#probe() });
    this.#socket.addEventListener("frame", ({ detail }) => this.#hear(detail));
    this.#socket.addEventListener("state", ({ detail }) => this.#become(detail));
    this.#socket.start();
  }

  #hear(frame) {
    const known = this.#counted(frame);
    if (known === undefined) return;
    this.#heard++;
    if (!known) this.#ask();
    tell(this.#unread.total);
  }

  /** False where only the server can tell: what it knows of the liveliest rooms is asked for. */
  #counted(frame) {
    if (frame.type === "unread") return this.#unread.marked(frame.room, { ...frame, readRev: frame.read_rev });
    if (frame.type === "removed" || frame.gone) return this.#unread.drop(frame.room, frame.total);
    if (frame.type !== "inbox") return undefined;
    const preview = frame.html && find("[data-preview]", parse(frame.html));
    return this.#unread.changed(frame.room, { ...frame, seen: preview?.dataset.author === this.#viewer });
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400)); // a group has many members
    const before = this.#heard;
    const counts = await this.#counts({ rooms: 1 });
    this.#asking = false;
    if (!counts) return;
    if (this.#heard !== before) return this.#ask(); // the answer may be older than what came meanwhile
    this.#unread.restart(counts.total);
    for (const room of counts.rooms) this.#unread.seed(room.id, room);
    tell(this.#unread.total);
  }

  /** What the server counts; null where it does not say. */
  async #counts(what) {
    try {
      const response = await fetch(`${this.#base}/unread/?${new URLSearchParams(what)}`, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        cache: "no-store",
      });
      if (response.status === 401) this.#socket.end("signed-out");
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  async #probe() {
    await this.#counts({});
    return this.#socket.state === "signed-out" ? "signed-out" : "";
  }

  #become(state) {
    if (state === "signed-out") tell(0);
    if (state !== "live") return;
    this.#unread = new Unread(this.#unread.total); // nobody knows what was missed in which room
    this.#ask();
  }
}

/** Shows a total in every badge of the page. */
function tell(total) {
  for (const element of findAll(SELECTOR)) {
    element.dataset.chatTotal = total;
    const mark = find("[data-total]", element);
    setText(mark, badge(total));
    show(mark, total > 0);
    setText(find("[data-total-text]", element), total ? phrase(element, total) : "");
  }
}

/** "3 unread messages", in the words and the language of the badge. */
function phrase(element, n) {
  const form = new Intl.PluralRules(element.lang || undefined).select(n).replace(/^./, (letter) => letter.toUpperCase());
  return (element.dataset[`wordUnread${form}`] ?? element.dataset.wordUnreadOther ?? "{n}").replace("{n}", badge(n));
}

document.addEventListener("chat:unread", ({ detail }) => tell(detail.total));
// On a page with more of the chat that has the socket, and tells.
if (first?.dataset.viewer && !find("[data-chat][data-viewer]:not([data-viewer=''])")) new Total(first);
