import { find, flag, parse } from "./dom.js";
import { request, sentence } from "./http.js";
import { say } from "./talkwords.js";

const EARLY = 600; // pixels before the end
const PATIENCE = 5_000; // after a failure, before scrolling asks again

/**
 * Leads to messages that the page does not hold, and on from there. The list
 * is always one whole run of the room: another window takes its place, never
 * stands beside it.
 */
export class Jump {
  #desk;
  #busy = false;
  #turn = 0; // rises with each window: what was asked for before it is of no use any more
  #waitUntil = 0;

  constructor(desk) {
    this.#desk = desk;
    desk.scroller.addEventListener("move", () => {
      if (desk.messages.part && desk.scroller.below < EARLY && Date.now() > this.#waitUntil) this.newer();
    });
  }

  /** To one message. */
  async to(id) {
    const { messages, flash } = this.#desk;
    if (!messages.element(id) && !(await this.#window(`?around=${id}`))) return;
    const li = messages.element(id);
    if (!li) return this.#desk.notice.toast(say("jumpFailed"));
    flash(li);
  }

  /** To the room's end. */
  async latest() {
    const { messages, scroller } = this.#desk;
    for (let tries = 3; tries > 0 && (await this.#window("")); tries--) {
      if (messages.missed <= messages.lastSeq) break; // or one came while the page was fetched
    }
    if (!messages.part) scroller.toEnd();
  }

  /** One more page towards the end. */
  async newer() {
    const { scroller, messages, whole, fold } = this.#desk;
    const link = find("[data-load-newer]", scroller.box);
    if (!link || this.#busy) return;
    const turn = this.#turn;
    this.#busy = true;
    flag(link, "data-busy", true);
    const answer = await request(`${this.#desk.address("messages")}?newer=${messages.last?.dataset.message}`);
    this.#busy = false;
    if (turn !== this.#turn) return;
    flag(link, "data-busy", false);
    if (!answer.ok) return this.#failed(answer, "newerFailed");
    const page = parse(answer.text);
    scroller.keep(() => {
      messages.upsertAll(page);
      // What came while the page was fetched may lie behind it.
      if (!find("[data-load-newer]", page) && messages.missed <= messages.lastSeq) whole();
    });
    fold(messages.all);
  }

  async #window(query) {
    const turn = ++this.#turn;
    const answer = await request(`${this.#desk.address("messages")}${query}`);
    if (turn !== this.#turn) return false;
    if (!answer.ok) return this.#failed(answer, "jumpFailed");
    this.#desk.window(parse(answer.text));
    return true;
  }

  #failed(answer, word) {
    this.#waitUntil = Date.now() + Math.max(PATIENCE, answer.retryAfter);
    if (answer.status === 401) this.#desk.session.refused(401);
    else this.#desk.notice.toast(sentence(answer.text) || say(word));
    return false;
  }
}
