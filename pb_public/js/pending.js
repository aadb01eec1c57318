import { clone, find, setText, word } from "./dom.js";
import { localise } from "./times.js";

const WORDS = { queued: "Sending", sending: "Sending", waiting: "OfflineWait", failed: "Failed" };

/** The bubbles of messages on their way, by client id. They have no id of their own. */
export class Pending {
  #messages;
  #scroller;
  #dress;
  #shown = new Map();

  /** retry(id) and discard(id) are what a failed bubble's buttons do; dress(li, item) shows its files. */
  constructor({ messages, scroller, retry, discard, dress = () => {} }) {
    this.#messages = messages;
    this.#scroller = scroller;
    this.#dress = dress;
    messages.list.addEventListener("click", (event) => {
      const id = event.target.closest("[data-pending]")?.dataset.pending;
      if (!id) return;
      if (event.target.closest("[data-retry]")) retry(id);
      if (event.target.closest("[data-discard]")) discard(id);
    });
  }

  /** Shows an item in its state. */
  show(item) {
    const li = this.#shown.get(item.id) ?? this.#make(item);
    if (!li) return;
    li.dataset.state = item.state === "failed" ? "failed" : "sending";
    if (item.lost && item.state === "failed") return setText(find("[data-state-text]", li), word("FilesLost"));
    const words = item.state === "waiting" && item.slow ? word("SlowDown", { n: item.slow }) : word(WORDS[item.state]);
    setText(find("[data-state-text]", li), words);
  }

  remove(id) {
    const li = this.#shown.get(id);
    this.#shown.delete(id);
    if (li) this.#messages.remove(li);
  }

  #make(item) {
    const li = clone("chat-tpl-pending");
    if (!li) return null;
    li.removeAttribute("id");
    const sent = new Date(item.at);
    Object.assign(li.dataset, { pending: item.id, kind: "text", at: sent.toISOString() });
    setText(find("[data-text]", li), item.body);
    if (item.files.length) this.#dress(li, item);
    const time = find("time", li);
    if (time) time.dateTime = sent.toISOString();
    localise(li);
    this.#shown.set(item.id, li);
    this.#scroller.keep(() => this.#messages.append(li));
    return li;
  }
}
