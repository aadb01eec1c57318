import { find, findAll, root, setText, show, written } from "./dom.js";

/** A count as a badge shows it. */
export const badge = (n) => (n > 99 ? `${written(99)}+` : written(n));

/** The unread total wherever it shows: badges, the title, the icon. */
export class Title {
  #plain = document.title.replace(/^\(\p{Nd}+\+?\)\s*/u, "");
  #icon = find("link[rel~=icon][data-unread-href]");
  #calm = this.#icon?.getAttribute("href");

  total(n) {
    document.title = n > 0 ? `(${badge(n)}) ${this.#plain}` : this.#plain;
    const icon = n > 0 ? this.#icon?.dataset.unreadHref : this.#calm;
    if (icon && this.#icon.getAttribute("href") !== icon) this.#icon.setAttribute("href", icon);
    for (const element of findAll("[data-unread-total]")) this.#tell(element, n);
    this.#app(n);
    document.dispatchEvent(new CustomEvent("chat:unread", { detail: { total: n } })); // to a badge in a host's layout
  }

  /** The room got another name. */
  rename(name, n) {
    this.#plain = [name, root.dataset.app].filter(Boolean).join(" · ");
    this.total(n);
  }

  /** The number on an installed app's icon, where there is such a thing; a panel is no app. */
  #app(n) {
    if (window.top === window) navigator.setAppBadge?.(n).catch(() => {});
  }

  #tell(element, n) {
    element.dataset.unreadTotal = n;
    if (element === root || element.matches("[data-rooms]")) return; // they only carry the number
    setText(element, badge(n));
    show(element, n > 0);
  }
}
