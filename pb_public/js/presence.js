import { find, flag, setText, show, word } from "./dom.js";

const TYPING = 6000;

/** Who is here and who is writing, in the room's header. */
export class Presence {
  #section;
  #viewer;
  #users = null; // not known before the first frame
  #typing = new Map(); // user → { name, timer }

  constructor(section, viewer) {
    this.#section = section;
    this.#viewer = viewer;
  }

  online(count, users = []) {
    this.#users = new Set(users);
    this.#section.dataset.online = count;
    this.refresh();
  }

  typing(user, name) {
    if (user === this.#viewer) return;
    clearTimeout(this.#typing.get(user)?.timer);
    this.#typing.set(user, { name, timer: setTimeout(() => this.stopped(user), TYPING) });
    this.#tell();
  }

  /** Their message came, or nothing for a while. */
  stopped(user) {
    clearTimeout(this.#typing.get(user)?.timer);
    if (this.#typing.delete(user)) this.#tell();
  }

  /** Writes all again, after the header was replaced. */
  refresh() {
    const { online, peer, type } = this.#section.dataset;
    const direct = type === "direct";
    const here = direct ? (this.#users?.has(peer) ?? online > 1) : online > 0;
    const text = direct ? word("OnlinePeer") : word("Online", { n: online });
    setText(find("[data-online-text]"), here ? text : "");
    flag(this.#section, "data-here", here);
    this.#tell();
  }

  #tell() {
    const names = [...this.#typing.values()].map((t) => t.name);
    const line = find("[data-typing]");
    if (names.length) setText(line, this.#sentence(names));
    show(line, names.length > 0);
    show(find("[data-online-text]"), names.length === 0);
  }

  #sentence(names) {
    if (names.length > 2) return word("TypingMany", { n: names.length });
    return word(names.length === 1 ? "TypingOne" : "TypingTwo", { name: names[0], other: names[1] });
  }
}
