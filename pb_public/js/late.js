import { find, word } from "./dom.js";

const WIDE = "(min-width: 48rem)"; // as the style sheet shows the list beside the room
const WIDER = "(min-width: 75rem)"; // and the room's details beside both

/** What a page can do but seldom does: loaded when it is first asked for. */
export class Late {
  #session;
  #notice;
  #store;
  #switcher = null;
  #details = null;

  constructor({ session, notice, store }) {
    this.#session = session;
    this.#notice = notice;
    this.#store = store;
    if (matchMedia(WIDE).matches) this.#desk();
    else document.addEventListener("keydown", () => this.#desk(), { once: true });
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  /** A dialog opened: what it does beyond its form comes now. */
  opened(dialog) {
    const needs = {
      "chat-switcher": async () => {
        const { Switcher } = await import("./switcher.js");
        this.#switcher ??= new Switcher(dialog, this.#session);
        this.#switcher.open();
      },
      "chat-settings": async () => (await import("./settings.js")).settings(dialog, this.#store),
      "chat-keys": async () => (await import("./settings.js")).named(dialog),
    }[dialog.id];
    if (needs) this.#quietly(needs, () => dialog.close());
  }

  /** Keys and what a mouse can drag: not on phones, unless they have a keyboard. */
  #desk() {
    this.#quietly(async () => (await import("./keys.js")).keys(this.#store));
    const line = find("[data-divider]");
    if (line && matchMedia(WIDE).matches) this.#quietly(async () => (await import("./divider.js")).divider(line));
  }

  /** The open room changed. */
  changed() {
    this.#details?.refresh();
  }

  #clicked(event) {
    const link = event.target.closest?.("#chat-header a[href$='/info/']");
    const pane = link && find("[data-details]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // a new tab is asked for
    if (!pane || elsewhere || !matchMedia(WIDER).matches) return;
    event.preventDefault();
    this.#quietly(async () => {
      const { Details } = await import("./details.js");
      this.#details ??= new Details(pane, this.#session);
      await this.#details.toggle(link);
    }, () => location.assign(link.href));
  }

  /** The network may fail in between. */
  async #quietly(load, otherwise) {
    try {
      await load();
    } catch {
      otherwise?.();
      if (otherwise) this.#notice.toast(word("LoadFailed"));
    }
  }
}
