import { clone, find, findAll, parse, root, show } from "./dom.js";
import { request } from "./http.js";

const MARGIN = 8;
const NARROW = "(max-width: 29.99rem), (hover: none) and (pointer: coarse)"; // a sheet at the bottom, by the style sheet

/** The one menu that all messages of a room share. A modal dialog: Esc, focus and what lies behind are the browser's. */
export class Menu {
  #desk;
  #act;
  #react;
  #dialog = clone("chat-tpl-menu");
  #id = "";

  /** act(name, id) and react(id, emoji) are what its buttons do. */
  constructor({ desk, act, react }) {
    this.#desk = desk;
    this.#act = act;
    this.#react = react;
    if (!this.#dialog) return;
    desk.section.append(this.#dialog);
    this.#dialog.addEventListener("click", (event) => this.#clicked(event));
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    this.#dialog.addEventListener("close", () => this.#closed());
  }

  /** Opens for a message; emoji shows all there is to react with at once. */
  open(li, { emoji = false } = {}) {
    const dialog = this.#dialog;
    if (!dialog || dialog.open) return;
    this.#id = li.dataset.message;
    const own = li.dataset.author === this.#desk.session.viewer;
    const has = { reply: Boolean(this.#desk.composer), edit: own, delete: own, copy: Boolean(find(".chat-bubble", li)) };
    for (const [name, fits] of Object.entries(has)) show(find(`[data-do=${name}]`, dialog), fits);
    const mine = findAll(".chat-reaction[aria-pressed=true] > span", li).map((e) => e.textContent);
    for (const button of findAll("[data-react]", dialog)) button.setAttribute("aria-pressed", String(mine.includes(button.dataset.react)));
    this.#grid(false);
    dialog.showModal();
    this.#place(li);
    if (emoji) this.#grid(true);
  }

  #clicked(event) {
    const emoji = event.target.closest("[data-react]");
    const item = event.target.closest("[data-do]");
    if (item?.dataset.do === "emoji") return this.#grid(item.getAttribute("aria-expanded") !== "true");
    if (!emoji && !item) return;
    const id = this.#id;
    this.#dialog.close();
    if (emoji) this.#react(id, emoji.dataset.react);
    else this.#act(item.dataset.do, id);
  }

  /** Up and down go through all buttons, left and right as well. */
  #key(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = findAll("button", this.#dialog).filter((b) => b.checkVisibility());
    const by = document.dir === "rtl" && event.key.length > 9 ? -step : step; // ArrowLeft, ArrowRight
    const at = buttons.indexOf(document.activeElement) + by;
    buttons.at(at % buttons.length)?.focus();
  }

  /** The message may have been replaced meanwhile, and the focus gone with it. */
  #closed() {
    if (document.activeElement === document.body) this.#desk.messages.element(this.#id)?.focus({ preventScroll: true });
  }

  async #grid(on) {
    const here = find("[data-emoji-here]", this.#dialog);
    const button = find("[data-do=emoji]", this.#dialog);
    button.setAttribute("aria-expanded", String(on));
    if (on && !here.firstElementChild) {
      const answer = await request(`${root.dataset.base}/emoji/`);
      if (!answer.ok) return button.setAttribute("aria-expanded", "false");
      if (!here.firstElementChild) here.append(document.importNode(parse(answer.text), true));
    }
    show(here, on);
    this.#dialog.toggleAttribute("data-grid", on);
    const li = this.#desk.messages.element(this.#id);
    if (on && li && this.#dialog.open) this.#place(li);
    if (on) find("button", here)?.focus();
  }

  /** Beside its message, inside the window. */
  #place(li) {
    const { style } = this.#dialog;
    style.left = style.top = "";
    if (matchMedia(NARROW).matches) return;
    const said = (find(".chat-said", li) ?? li).getBoundingClientRect();
    const box = this.#dialog.getBoundingClientRect();
    const own = getComputedStyle(li).flexDirection.endsWith("reverse");
    const start = (document.dir === "rtl") === own ? said.left : said.right - box.width;
    const below = said.bottom + MARGIN + box.height < innerHeight;
    const left = Math.max(MARGIN, Math.min(innerWidth - box.width - MARGIN, start));
    const top = below ? said.bottom + MARGIN / 2 : said.top - box.height - MARGIN / 2;
    style.left = `${left}px`;
    style.top = `${Math.max(MARGIN, Math.min(innerHeight - box.height - MARGIN, top))}px`;
  }
}
