import { clone, find, plural, setText, word } from "./dom.js";

/** How far others have read, shown under the viewer's newest message. */
export class Receipts {
  #messages;
  #viewer;
  #direct;
  #marks = new Map(); // user → read mark
  #element = null;

  constructor({ messages, viewer, direct, peer, peerRead }) {
    this.#messages = messages;
    this.#viewer = viewer;
    this.#direct = direct;
    if (peer) this.#marks.set(peer, peerRead);
    this.refresh();
  }

  read(user, mark) {
    if (user === this.#viewer) return;
    this.#marks.set(user, Math.max(mark, this.#marks.get(user) ?? 0));
    this.refresh();
  }

  /** Puts the receipt under the newest own message. */
  refresh() {
    const li = this.#messages.all.findLast((m) => m.dataset.author === this.#viewer && m.dataset.kind !== "system");
    if (!li || li.hasAttribute("data-deleted")) return this.#element?.remove();
    const readers = [...this.#marks.values()].filter((mark) => mark >= Number(li.dataset.seq)).length;
    li.dataset.state = readers ? "read" : "sent";
    this.#element ??= clone("chat-tpl-receipt");
    if (!this.#element) return;
    if (this.#element.parentElement !== li) li.append(this.#element);
    setText(find("[data-receipt-text]", this.#element) ?? this.#element, this.#text(readers));
  }

  #text(readers) {
    if (!readers) return word("Sent");
    return this.#direct ? word("Read") : plural(readers, "ReadBy");
  }
}
