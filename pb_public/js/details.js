import { clone, find, parse, show } from "./dom.js";
import { request } from "./http.js";

/** The room's details as a third column beside it, where there is the space. */
export class Details {
  #pane;
  #session;
  #opener = null;
  #asked = 0;

  constructor(pane, session) {
    this.#pane = pane;
    this.#session = session;
    pane.addEventListener("click", (event) => {
      if (!event.target.closest("[data-details-close]")) return;
      event.preventDefault();
      this.close();
    });
    pane.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.target.closest("details[open]")) return;
      this.close();
    });
  }

  /** Opens what a link leads to; a second time closes it. */
  async toggle(link) {
    if (!this.#pane.hidden) return this.close();
    this.#opener = link;
    show(this.#pane, true);
    if (!(await this.#load(link.href))) return;
    find("h1, h2", this.#pane)?.focus();
  }

  /** The room changed: so may have what stands here. */
  refresh() {
    if (!this.#pane.hidden && !find("details[open]", this.#pane)) this.#load(this.#opener.href);
  }

  close() {
    show(this.#pane, false);
    this.#pane.replaceChildren();
    const again = this.#opener?.isConnected ? this.#opener : find("#chat-header a[href$='/info/']:last-of-type");
    again?.focus();
  }

  async #load(address) {
    const asked = ++this.#asked;
    const answer = await request(address);
    if (asked !== this.#asked || this.#session.refused(answer.status)) return false;
    const page = answer.ok ? find(".chat-page", parse(answer.text)) : null;
    // What cannot be had here is tried as the page that it is.
    if (!page) return location.assign(address), false;
    this.#pane.replaceChildren(this.#fitted(document.importNode(page, true)));
    return true;
  }

  /** The page's way back becomes the way out; its title is one below the room's. */
  #fitted(page) {
    const title = find("h1", page);
    const heading = document.createElement("h2");
    heading.className = title.className;
    heading.id = "chat-details-title";
    heading.tabIndex = -1;
    heading.append(...title.childNodes);
    title.replaceWith(heading);
    const out = clone("chat-tpl-details-close");
    find(".chat-page__header > a", page)?.replaceWith(out);
    return page;
  }
}
