import { clone, fill, find, findAll, flag, parse, root, setText, word } from "./dom.js";
import { request } from "./http.js";

const PAUSE = 120; // between two keys there is no need to ask

/** The dialog that goes to a room by its name: a combobox over the answers of the list's own search. */
export class Switcher {
  #dialog;
  #input;
  #list;
  #session;
  #timer = 0;
  #asked = 0;

  constructor(dialog, session) {
    this.#dialog = dialog;
    this.#session = session;
    this.#input = find("[role=combobox]", dialog);
    this.#list = find("[data-options]", dialog);
    this.#input.addEventListener("input", () => this.#soon());
    this.#input.addEventListener("keydown", (event) => this.#pressed(event));
    this.#list.addEventListener("click", (event) => this.#go(event.target.closest("[role=option]")));
    dialog.addEventListener("close", () => (this.#input.value = ""));
    // The focus stays in the field, from where the arrows work.
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** Begins with what the page's own list shows until the answer is there; something may be typed already. */
  open() {
    this.#fill(findAll("[data-rooms] > [data-room]").map((row) => row.cloneNode(true)));
    this.#say("");
    this.#ask();
  }

  get #options() {
    return findAll("[role=option]", this.#list);
  }

  get #chosen() {
    return find("[aria-selected=true]", this.#list);
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const asked = ++this.#asked;
    const query = new URLSearchParams({ q: this.#input.value.trim() });
    const answer = await request(`${root.dataset.base}/list-partial/?${query}`);
    if (asked !== this.#asked) return; // another was asked meanwhile
    if (answer.status === 401) {
      this.#dialog.close();
      return this.#session.end("signed-out");
    }
    if (!answer.ok) return this.#say(word("ListFailed"));
    const page = document.importNode(parse(answer.text), true);
    this.#fill(findAll("[data-room]", page));
    const { found } = find("[data-found]", this.#dialog).dataset;
    const n = this.#options.length;
    this.#say(n ? fill(found, { n }) : find("[data-empty] p", page)?.textContent ?? "");
  }

  /** One option a row: its face, its name and what is unread in it. */
  #fill(rows) {
    this.#list.replaceChildren(...rows.map((row, i) => option(row, i)));
    this.#choose(this.#options[0]);
  }

  #choose(option) {
    this.#chosen?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option?.id ?? "");
    this.#input.setAttribute("aria-expanded", String(this.#options.length > 0));
  }

  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const options = this.#options;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const at = options.indexOf(this.#chosen) + step;
      this.#choose(options[(at + options.length) % options.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#go(this.#chosen);
    }
  }

  #go(option) {
    if (option) location.assign(option.dataset.href);
  }

  #say(text) {
    const line = find("[data-found]", this.#dialog);
    setText(line, text);
    flag(line, "data-count", this.#options.length > 0);
  }
}

function option(row, i) {
  const li = clone("chat-tpl-option");
  li.id = `chat-option-${i}`;
  li.dataset.href = find("a", row).href;
  setText(find(".chat-option__name bdi", li), find(".chat-row__name", row).textContent);
  li.prepend(find(".chat-avatar", row));
  const marks = find(".chat-row__marks", row);
  if (marks) li.append(marks);
  return li;
}
