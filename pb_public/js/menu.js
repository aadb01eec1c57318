import { clone, find, word } from "./dom.js";

const LONG = 500;

/** The one menu that all messages of a room share: on hover, focus or a long press. */
export class Menu {
  #element = clone("chat-tpl-menu");
  #notice;
  #press = 0;

  constructor({ list, notice }) {
    this.#notice = notice;
    if (!this.#element) return;
    const over = (event) => event.pointerType !== "touch" && this.#attach(event.target);
    list.addEventListener("pointerover", over);
    list.addEventListener("focusin", (event) => this.#attach(event.target));
    list.addEventListener("pointerleave", () => this.#element.remove());
    list.addEventListener("pointerdown", (event) => this.#down(event));
    for (const end of ["pointerup", "pointercancel", "pointermove"]) {
      list.addEventListener(end, () => clearTimeout(this.#press), { passive: true });
    }
    this.#element.addEventListener("click", (event) => event.target.closest("[data-copy]") && this.#copy());
  }

  #down(event) {
    clearTimeout(this.#press);
    if (event.pointerType === "touch") this.#press = setTimeout(() => this.#attach(event.target), LONG);
  }

  #attach(target) {
    const li = target.closest?.("[data-message][data-seq]");
    const fits = li && li.dataset.kind !== "system" && !li.hasAttribute("data-deleted");
    if (!fits) return this.#element.remove();
    if (this.#element.parentElement !== li) li.append(this.#element);
  }

  async #copy() {
    const text = find("[data-text], .chat-bubble", this.#element.parentElement)?.innerText ?? "";
    try {
      await navigator.clipboard.writeText(text.trim());
      this.#notice.toast(word("Copied"));
    } catch {
      // the browser asks for a permission that was not given
    }
    this.#element.remove();
  }
}
