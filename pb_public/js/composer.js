import { find, flag, setText, show, word } from "./dom.js";

const TYPING = 3000;
const WARN = 200; // the counter shows from so many characters left, or a tenth of the limit
const LINES = 8;

/** The form at the room's end: what is written, kept as a draft until it is sent. */
export class Composer extends EventTarget {
  #form;
  #area;
  #drafts;
  #room;
  #limit;
  #sending = false; // Enter is down and has sent: some keyboards bring its line break by itself
  #typed = 0;
  #saving = 0;

  /** Tells by "send" ({ body, reply }) and "typing" events. */
  constructor({ form, room, drafts }) {
    super();
    this.#form = form;
    this.#area = find("textarea[name=body]", form);
    this.#drafts = drafts;
    this.#room = room;
    this.#limit = Number(form.dataset.limit || this.#area.dataset.limit) || this.#area.maxLength;
    this.#area.removeAttribute("maxlength"); // it would cut what is pasted; the counter says it instead
    this.#area.value ||= drafts.get(this.#key) ?? "";
    this.#listen();
    this.#grown();
  }

  get #key() {
    return `draft:${this.#room}`;
  }

  get action() {
    return this.#form.getAttribute("action");
  }

  get text() {
    return this.#area.value;
  }

  focus() {
    this.#area.focus({ preventScroll: true });
  }

  /** Gives text back that could not be sent; what was written meanwhile stays. */
  giveBack(text) {
    if (this.#area.value.trim()) return false;
    this.#area.value = text;
    this.#changed();
    return true;
  }

  /** Says why something was not sent; "" takes it away. */
  error(text) {
    const slot = find("[data-composer-error]", this.#form) ?? find("[data-composer-error]");
    setText(slot, text);
    show(slot, text !== "");
  }

  /** Forgets the draft: the room is gone. */
  forget() {
    this.#area.value = "";
    this.#save();
  }

  #listen() {
    this.#form.noValidate = true; // nothing written is no mistake to point at
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    // Pressing the button must not take the focus, or a soft keyboard closes.
    find("[type=submit]", this.#form)?.addEventListener("mousedown", (event) => event.preventDefault());
    this.#area.addEventListener("keydown", (event) => this.#pressed(event));
    this.#area.addEventListener("keyup", () => (this.#sending = false));
    this.#area.addEventListener("beforeinput", (event) => this.#sending && event.inputType === "insertLineBreak" && event.preventDefault());
    this.#area.addEventListener("input", () => this.#input());
    addEventListener("pagehide", () => this.#save());
  }

  #pressed(event) {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (event.altKey || event.ctrlKey || event.metaKey || this.#breaks === !event.shiftKey) return;
    event.preventDefault();
    this.#sending = true;
    this.#submit();
  }

  /** Whether plain Enter breaks the line: on touch, or by the person's setting. */
  get #breaks() {
    return this.#form.dataset.enter === "break" || matchMedia("(hover: none) and (pointer: coarse)").matches;
  }

  #submit() {
    const body = this.text;
    if (!body.trim()) return this.focus();
    if (this.#left < 0) return this.error(this.#over);
    const reply = find("[name=reply_to]", this.#form);
    this.dispatchEvent(new CustomEvent("send", { detail: { body, reply: reply?.value ?? "" } }));
    if (reply) reply.value = "";
    show(find("[data-composer-strip]"), false);
    this.#area.value = "";
    this.#typed = 0;
    this.error("");
    this.#changed();
    this.#save();
    this.focus();
  }

  #input() {
    this.error("");
    this.#changed();
    if (!this.text.trim() || Date.now() - this.#typed < TYPING) return;
    this.#typed = Date.now();
    this.dispatchEvent(new Event("typing"));
  }

  #changed() {
    this.#grown();
    this.#count();
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), 250);
  }

  #save() {
    clearTimeout(this.#saving);
    this.#drafts.set(this.#key, this.text.trim() ? this.text : null);
  }

  /** Characters left, counted as the server does: one an emoji's code point. */
  get #left() {
    return this.#limit > 0 ? this.#limit - [...this.text].length : Infinity;
  }

  get #over() {
    return word("Over", { n: -this.#left });
  }

  #count() {
    const counter = find("[data-counter]", this.#form);
    const left = this.#left;
    flag(counter, "data-over", left < 0);
    const near = left < Math.min(WARN, this.#limit / 10);
    show(counter, near);
    if (near) setText(counter, left < 0 ? this.#over : word("Left", { n: left }));
  }

  /** Grows with the text where the style sheet can't. */
  #grown() {
    if (CSS.supports("field-sizing", "content")) return;
    const area = this.#area;
    area.rows = 1;
    while (area.rows < LINES && area.scrollHeight > area.clientHeight) area.rows++;
  }
}
