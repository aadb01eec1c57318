import { find, findAll, parse } from "./dom.js";
import { fields, request, sentence } from "./http.js";
import { single } from "./messages.js";
import { say } from "./talkwords.js";

/** Reactions under messages: what a press does, and which are the viewer's own where a button can't name all. */
export class Reactions {
  #desk;
  #known = new Map(); // message → the viewer's own emoji, for those with more people than a button names

  constructor(desk) {
    this.#desk = desk;
  }

  /** A button under a message was pressed; shown at once, put right by the answer. */
  press(button) {
    const li = button.closest("[data-message]");
    const on = button.getAttribute("aria-pressed") !== "true";
    const emoji = button.firstElementChild.textContent;
    button.setAttribute("aria-pressed", String(on));
    this.#send(li.dataset.message, emoji, on, () => button.setAttribute("aria-pressed", String(!on)));
  }

  /** An emoji was chosen in the menu: once more takes it back. */
  turn(id, emoji) {
    const li = this.#desk.messages.element(id);
    const button = li && findAll(".chat-reaction", li).find((b) => b.firstElementChild.textContent === emoji);
    if (button) this.press(button);
    else this.#send(id, emoji, true, () => {});
  }

  /** A message came or changed. */
  async look(li) {
    const unsure = findAll("[data-more][aria-pressed=false]", li);
    if (!unsure.length) return;
    const id = li.dataset.message;
    if (!this.#known.has(id)) {
      const answer = await request(`${this.#desk.address("message")}?m=${id}`);
      const mine = answer.ok && find("[data-mine]", parse(answer.text))?.dataset.mine;
      if (typeof mine !== "string") return;
      this.#known.set(id, new Set(mine.split(" ")));
    }
    for (const button of unsure) {
      if (this.#known.get(id).has(button.firstElementChild.textContent)) button.setAttribute("aria-pressed", "true");
    }
  }

  async #send(id, emoji, on, undo) {
    const desk = this.#desk;
    const known = this.#known.get(id);
    if (on) known?.add(emoji);
    else known?.delete(emoji);
    const answer = await request(desk.address("react"), { form: fields({ message: id, emoji, on: on ? "1" : "0" }) });
    const li = answer.ok && single(parse(answer.text));
    if (li) {
      desk.place(li);
      return desk.notice.say(say(on ? "reacted" : "unreacted", { emoji }));
    }
    this.#known.delete(id);
    undo();
    if (answer.status === 401) desk.session.refused(401);
    else desk.notice.toast(sentence(answer.text) || say("reactFailed"));
  }
}
