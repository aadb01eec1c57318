import { Bar } from "./bar.js";
import { confirmDelete } from "./delete.js";
import { Edits } from "./edits.js";
import { Files } from "./files.js";
import { Jump } from "./jump.js";
import { Menu } from "./menu.js";
import { Reactions } from "./reactions.js";
import { find, word } from "./dom.js";
import { isPost, say } from "./talkwords.js";

/** What people do with a message: reply, edit, delete, react, attach, follow a quote. */
export class Talk {
  #desk;
  #bar;
  #menu;
  #edits;
  #reactions;

  constructor(desk) {
    this.#desk = desk;
    const act = (name, id) => this.#act(name, id);
    this.#bar = new Bar({ list: desk.messages.list, box: desk.scroller.box, act });
    this.#menu = new Menu({ desk, act, react: (id, emoji) => this.#reactions.turn(id, emoji) });
    this.#edits = new Edits({ desk, remove: (id) => this.#act("delete", id) });
    this.#reactions = new Reactions(desk);
    this.jump = new Jump(desk);
    this.files = new Files(desk);
    for (const li of desk.messages.all) this.placed(li);
  }

  /** Something happened in the list of messages. */
  hear(event) {
    const li = event.target.closest?.("[data-message][data-seq]");
    if (event.type === "keydown") return this.#key(event, li);
    if (event.type === "click") return this.#clicked(event.target, li);
    this.#bar.hear(event, li);
  }

  placed(li) {
    this.#reactions.look(li);
  }

  editLast() {
    const { messages, session } = this.#desk;
    const own = messages.all.findLast((li) => li.dataset.author === session.viewer && isPost(li));
    if (own) this.#edits.start(own.dataset.message);
  }

  brought(type, files) {
    this.files.brought(type, files);
  }

  #clicked(target, li) {
    const quote = target.closest("[data-quote]");
    if (quote) return this.jump.to(quote.dataset.quote);
    const reaction = target.closest(".chat-reaction");
    if (reaction) return this.#reactions.press(reaction);
    if (li && isPost(li)) this.#menu.open(li);
  }

  #key(event, li) {
    if (!li || event.target !== li) return;
    const { key, shiftKey } = event;
    const list = this.#desk.messages.all;
    const to = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }[key];
    if (to !== undefined) {
      event.preventDefault();
      const at = list.indexOf(li) + to;
      return this.#focus(li, list[Math.max(0, Math.min(list.length - 1, at))]);
    }
    const opens = key === "Enter" || key === "ContextMenu" || (key === "F10" && shiftKey);
    if (!opens || !isPost(li)) return;
    event.preventDefault();
    // When the key is let go: going down, it would press what has the focus then.
    addEventListener("keyup", () => this.#menu.open(li), { once: true });
  }

  #focus(from, to) {
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  }

  #act(name, id) {
    const li = this.#desk.messages.element(id);
    if (!li) return;
    const acts = {
      menu: () => this.#menu.open(li),
      react: () => this.#menu.open(li, { emoji: true }),
      reply: () => this.#reply(li),
      edit: () => this.#edits.start(id),
      copy: () => this.#copy(li),
      delete: () => confirmDelete(this.#desk, li, () => this.#edits.gone(id)),
    };
    acts[name]?.();
  }

  #reply(li) {
    const { composer } = this.#desk;
    if (composer.editing) composer.leave();
    const name = find(".chat-message__name", li)?.textContent.trim() ?? "";
    composer.reply({ id: li.dataset.message, title: say("replying", { name }) });
    composer.focus();
  }

  async #copy(li) {
    try {
      await navigator.clipboard.writeText(find(".chat-bubble", li)?.innerText.trim() ?? "");
      this.#desk.notice.toast(word("Copied"));
    } catch {
      // the browser asks for a permission that was not given
    }
  }
}
