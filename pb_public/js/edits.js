import { find, flag, parse } from "./dom.js";
import { fields, request, sentence } from "./http.js";
import { single } from "./messages.js";
import { say } from "./talkwords.js";

/** Editing one's own message in the composer. */
export class Edits {
  #desk;
  #remove;

  /** remove(id) offers to delete, where an edit leaves nothing. */
  constructor({ desk, remove }) {
    this.#desk = desk;
    this.#remove = remove;
  }

  /** Fetches what was typed then, which the bubble does not hold, and opens it for editing. */
  async start(id) {
    const { composer, notice, session, address } = this.#desk;
    const answer = await request(`${address("message")}?m=${id}`);
    const area = answer.ok && find("textarea[name=body]", parse(answer.text));
    if (answer.status === 401) return session.refused(401);
    if (!area) return notice.toast(sentence(answer.text) || say(answer.ok ? "notEditable" : "editFailed"));
    const body = area.textContent;
    composer.edit({ title: say("editing"), text: body.slice(0, 200) || say("file"), body, submit: (text) => this.#save(id, body, text) });
  }

  /** The message was deleted: nothing is left to edit. */
  gone() {
    if (this.#desk.composer?.editing) this.#desk.composer.leave();
  }

  async #save(id, before, body) {
    const { composer, messages, place, session, address } = this.#desk;
    const li = messages.element(id);
    if (body.trim() === before.trim()) return composer.leave();
    if (!body.trim() && !find(".chat-file, .chat-picture", li ?? document.createElement("i"))) return this.#remove(id);
    composer.busy(true);
    composer.error("");
    flag(li, "data-saving", true);
    const answer = await request(address("change"), { form: fields({ message: id, body }) });
    flag(messages.element(id), "data-saving", false);
    composer.busy(false);
    const changed = answer.ok && single(parse(answer.text));
    if (changed) {
      place(changed);
      composer.leave();
      return composer.focus();
    }
    if (answer.status === 401) session.refused(401);
    composer.error(sentence(answer.text) || say("editFailed"));
    composer.focus();
  }
}
