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
  #asked = new Set(); // rooms that are being asked for
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
    if (frame.type === "unread") this.#unread.marked(frame.room, { ...frame, readRev: frame.read_rev });
    else if (frame.type === "removed" || frame.gone) this.#unread.drop(frame.room, frame.total);
    else if (frame.type === "inbox") this.#changed(frame);
    else return;
    this.#heard++;
    tell(this.#unread.total);
  }

  /** A room that is not known yet is asked for once; from then on it is counted. */
  #changed(frame) {
    const preview = frame.html && find("[data-preview]", parse(frame.html));
    const seen = preview?.dataset.author === this.#viewer;
    if (!this.#unread.changed(frame.room, { ...frame, seen })) this.#ask(frame.room);
  }

  async #ask(room = "") {
    if (this.#asked.has(room)) return;
    this.#asked.add(room);
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400)); // a group has many members
    const before = this.#heard;
    const counts = await this.#counts(room);
    this.#asked.delete(room);
    if (!counts) return;
    if (this.#heard !== before) return this.#ask(room); // the answer may be older than what came meanwhile
    if (room) this.#unread.seed(room, { posts: counts.posts, unread: counts.unread, readRev: counts.read_rev });
    this.#unread.setTotal(counts.total);
    tell(this.#unread.total);
  }

  /** What the server counts; null where it does not say. */
  async #counts(room) {
    try {
      const response = await fetch(`${this.#base}/unread/?${new URLSearchParams(room ? { room } : {})}`, {
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
    await this.#counts("");
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
