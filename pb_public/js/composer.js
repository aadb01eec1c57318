import { find, flag, setText, show, word } from "./dom.js";
import { excerpt } from "./messages.js";

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
  #edit = null; // what is edited instead: { submit, before }

  files = null; // what is attached, once somebody attached something

  /** Tells by "send" ({ body, reply, files }), "typing", and "up" for the arrow key where nothing is written. */
  constructor({ form, room, drafts }) {
    super();
    this.#form = form;
    this.#area = find("textarea[name=body]", form);
    this.#drafts = drafts;
    this.#room = room;
    this.#limit = Number(form.dataset.limit || this.#area.dataset.limit) || this.#area.maxLength;
    this.#area.removeAttribute("maxlength"); // it would cut what is pasted; the counter says it instead
    this.#area.value ||= drafts.get(this.#key) ?? "";
    const reply = drafts.get(this.#replyKey);
    if (reply && !this.#reply.value) this.reply(reply);
    this.#listen();
    this.#grown();
  }

  get #key() {
    return `draft:${this.#room}`;
  }

  get #replyKey() {
    return `reply:${this.#room}`;
  }

  get #reply() {
    return find("[name=reply_to]", this.#form);
  }

  get editing() {
    return this.#edit !== null;
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

  /** What is written answers a message ({ id, title }), or none. What that says is read off the page, never kept. */
  reply(to) {
    const li = to && document.getElementById(`message-${to.id}`);
    const answered = li?.hasAttribute("data-deleted") ? null : to;
    this.#reply.value = answered?.id ?? "";
    this.#drafts.set(this.#replyKey, answered && { id: answered.id, title: answered.title });
    const bubble = li && find(".chat-bubble, .chat-file", li);
    if (!this.#edit) this.#strip(answered && { ...answered, text: bubble ? excerpt(bubble) : "" });
  }

  /** The message that is answered changed, or is gone. */
  answered(li) {
    if (this.#reply.value === li.dataset.message) this.reply(this.#drafts.get(this.#replyKey) ?? { id: this.#reply.value, title: "" });
  }

  /** Has a text edited instead, until leave; submit(body) is what saving does. */
  edit({ title, text, body, submit }) {
    if (!this.#edit) this.#save();
    this.#edit = { submit, before: this.#edit?.before ?? this.text };
    this.#strip({ title, text });
    this.#put(body);
    this.focus();
    this.#area.setSelectionRange(body.length, body.length);
  }

  /** Leaves the edit, which gives the draft back, else the reply; answers whether there was one. */
  leave() {
    const { before } = this.#edit ?? {};
    if (before === undefined) {
      if (!this.#reply.value) return false;
      this.reply(null);
      return true;
    }
    this.#edit = null;
    this.busy(false);
    this.reply(this.#reply.value ? this.#drafts.get(this.#replyKey) : null);
    this.error("");
    this.#put(before);
    return true;
  }

  /** While an edit is being saved nothing more is typed into it. */
  busy(on) {
    flag(this.#form, "data-busy", on);
    this.#area.readOnly = on;
  }

  #put(text) {
    this.#area.value = text;
    this.#changed();
  }

  #strip(of) {
    const strip = find("[data-composer-strip]", this.#form);
    setText(find("[data-strip-title]", strip ?? this.#form), of?.title ?? "");
    setText(find("[data-strip-text]", strip ?? this.#form), of?.text ?? "");
    flag(strip, "data-editing", this.editing);
    show(strip, Boolean(of));
  }

  /** Gives text back that could not be sent; what was written meanwhile stays. */
  giveBack(text) {
    if (this.#area.value.trim() || this.editing) return false;
    this.#put(text);
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
    this.#edit = null;
    this.#area.value = "";
    this.reply(null);
    this.files?.take();
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
    find("[data-strip-leave]", this.#form)?.addEventListener("click", (event) => {
      event.preventDefault();
      this.leave();
      this.focus();
    });
    addEventListener("pagehide", () => this.#save());
  }

  #pressed(event) {
    if (event.key === "Escape" && !event.isComposing && this.leave()) return event.preventDefault();
    if (event.key === "ArrowUp" && !this.text && !this.editing && !event.shiftKey && !event.altKey && !event.ctrlKey) {
      event.preventDefault();
      return this.dispatchEvent(new Event("up"));
    }
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
    if (this.#left < 0) return this.error(this.#over);
    if (this.#edit) return this.#area.readOnly || this.#edit.submit(body);
    if (!body.trim() && !this.files?.size) return this.focus();
    const detail = { body, reply: this.#reply.value, files: this.files?.take() ?? [] };
    this.dispatchEvent(new CustomEvent("send", { detail }));
    this.reply(null);
    this.#typed = 0;
    this.error("");
    this.#put("");
    this.#save();
    this.focus();
  }

  #input() {
    this.error("");
    this.#changed();
    if (this.editing || !this.text.trim() || Date.now() - this.#typed < TYPING) return;
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
    if (!this.#edit) this.#drafts.set(this.#key, this.text.trim() ? this.text : null);
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
