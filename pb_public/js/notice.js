import { clone, find, setText, show, word } from "./dom.js";
import { Store } from "./store.js";

const TOAST = 5000;
const SLIM = 2000; // a short break needs no word

/** What the page says beside its content: toasts, announcements, the offline bar. */
export class Notice {
  #timer = 0;

  /** A short sentence that goes by itself. */
  toast(text) {
    const box = find("[data-toasts]");
    const toast = text && box && clone("chat-tpl-toast");
    if (!toast) return;
    setText(find("[data-toast-text]", toast) ?? toast, text);
    box.append(toast);
    setTimeout(() => toast.remove(), TOAST);
  }

  /** Says one new message to those who listen; its own element, so that equal ones are said too. */
  announce(name, text) {
    this.say(word("Said", { name, text: shorten(text, 200) }));
  }

  /** Says what has no place on the page. */
  say(text) {
    const live = document.getElementById("chat-live");
    if (!live) return;
    const line = document.createElement("p");
    line.textContent = text;
    live.replaceChildren(line);
  }

  /** Shows the offline bar after a while, hides it at once. */
  connected(live) {
    const bar = find("[data-offline]");
    if (!live) {
      this.#timer ||= setTimeout(() => show(bar, true), SLIM);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = 0;
    show(bar, false);
  }

  /** A sentence that the next page says. */
  carry(viewer, text) {
    new Store("sessionStorage", viewer).set("notice", text);
  }

  /** Says what the page before left. */
  carried(viewer) {
    const store = new Store("sessionStorage", viewer);
    const text = store.get("notice");
    if (!text) return;
    store.set("notice", null);
    this.toast(text);
  }
}

/** Cut between characters, not inside one. */
function shorten(text, most) {
  const letters = [...text];
  return letters.length > most ? letters.slice(0, most - 1).join("") + "…" : text;
}
