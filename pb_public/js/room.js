import { clone, find, flag, number, parse, root, word } from "./dom.js";
import { Composer } from "./composer.js";
import { fold } from "./fold.js";
import { fields, request, sentence } from "./http.js";
import { Menu } from "./menu.js";
import { Messages, listOf, single } from "./messages.js";
import { Older } from "./older.js";
import { Outbox } from "./outbox.js";
import { Pending } from "./pending.js";
import { Presence } from "./presence.js";
import { Reader } from "./read.js";
import { Receipts } from "./receipts.js";
import { Scroller } from "./scroll.js";

/** The open room: its timeline, what is on its way, and who is here. */
export class Room {
  #section;
  #session;
  #notice;
  #transit;
  #messages;
  #scroller;
  #composer = null;
  #outbox = null;
  #pending = null;
  #presence;
  #reader;
  #receipts;

  constructor({ section, session, notice, drafts, transit }) {
    this.#section = section;
    this.#session = session;
    this.#notice = notice;
    this.#transit = transit;
    this.#timeline();
    this.#people();
    const form = find("[data-composer]", section);
    if (form) this.#writing(form, drafts);
    this.#open();
  }

  get id() {
    return this.#section.dataset.roomPage;
  }

  get rev() {
    return number(this.#section, "data-rev");
  }

  /** Whether what comes is read as it comes. */
  get reading() {
    return this.#reader.active;
  }

  #address(action) {
    return `${root.dataset.base}/${this.id}/${action}/`;
  }

  // Making

  #timeline() {
    const messages = (this.#messages = new Messages(listOf(this.#section)));
    const box = find("[data-scroll]", this.#section);
    const scroller = (this.#scroller = new Scroller(box, messages.list, find("[data-jump]", this.#section)));
    const both = { messages, scroller, session: this.#session };
    new Older({ ...both, notice: this.#notice, loaded: () => fold(messages.all) });
    new Menu({ list: messages.list, notice: this.#notice });
    fold(messages.all);
    messages.list.addEventListener("click", (event) => this.#quoted(event));
    const mark = number(this.#section, "data-read-rev");
    this.#reader = new Reader({ ...both, address: this.#address("read"), mark });
  }

  #people() {
    const { peer, type } = this.#section.dataset;
    const viewer = this.#session.viewer;
    const peerRead = number(this.#section, "data-peer-read");
    this.#presence = new Presence(this.#section, viewer);
    this.#receipts = new Receipts({ messages: this.#messages, viewer, direct: type === "direct", peer, peerRead });
  }

  #writing(form, drafts) {
    const key = `outbox:${this.id}`;
    this.#composer = new Composer({ form, room: this.id, drafts });
    this.#outbox = new Outbox({ send: (...args) => this.#send(...args), keep: (items) => this.#transit.set(key, items) });
    this.#pending = new Pending({
      messages: this.#messages,
      scroller: this.#scroller,
      retry: (id) => this.#outbox.retry(id),
      discard: (id) => this.#outbox.discard(id),
    });
    this.#composer.addEventListener("send", ({ detail }) => this.#write(detail));
    this.#composer.addEventListener("typing", () => this.#typing());
    this.#outbox.addEventListener("change", ({ detail }) => this.#pending.show(detail.item));
    this.#outbox.addEventListener("gone", ({ detail }) => this.#gone(detail));
    this.#outbox.addEventListener("refused", ({ detail }) => this.#refused(detail));
    this.#outbox.restore(this.#transit.get(key) ?? []);
  }

  /** Opens where reading stopped, else at the end. */
  #open() {
    const mark = number(this.#section, "data-read-rev");
    const first = number(this.#section, "data-unread") > 0 && this.#messages.firstUnread(mark, this.#session.viewer);
    const line = first && clone("chat-tpl-new");
    if (line) first.before(line);
    const box = this.#scroller.box;
    const hash = location.hash.startsWith("#message-") && this.#messages.element(location.hash.slice("#message-".length));
    this.#scroller.toEnd();
    if (hash) this.#flash(hash);
    else if (line && line.getBoundingClientRect().top < box.getBoundingClientRect().top) this.#scroller.openAt(line);
    if (root === document.body && matchMedia("(hover: hover) and (pointer: fine)").matches) this.#composer?.focus();
    this.#reader.check();
  }

  /** A quote leads to its message, where the page holds it. */
  #quoted(event) {
    const quote = event.target.closest("[data-quote]");
    const li = quote && this.#messages.element(quote.dataset.quote);
    if (!li) return;
    event.preventDefault();
    this.#flash(li);
  }

  #flash(li) {
    this.#scroller.openAt(li);
    flag(li, "data-flash", true);
    li.addEventListener("animationend", () => flag(li, "data-flash", false), { once: true });
  }

  // Writing

  #write({ body, reply }) {
    this.#outbox.add({ id: crypto.randomUUID(), body, reply });
    this.#scroller.toEnd();
  }

  async #send(item, signal) {
    const form = fields({ body: item.body, client_id: item.id, reply_to: item.reply });
    const answer = await request(this.#composer.action, { form, signal });
    if (this.#session.refused(answer.status)) return answer;
    return { ...answer, error: answer.ok ? "" : sentence(answer.text) };
  }

  async #typing() {
    if (this.#session.ended) return;
    const answer = await request(this.#address("typing"), { form: fields({}) });
    this.#session.refused(answer.status);
  }

  /** An item left the outbox; its answer, if there is one, takes its bubble's place. */
  #gone({ item, answer }) {
    const li = answer?.ok ? single(parse(answer.text)) : null;
    this.#scroller.keep(() => {
      this.#pending.remove(item.id);
      if (li) this.#place(li);
    });
  }

  /** Refused for good: the text goes back where it can be changed. */
  #refused({ item }) {
    if (this.#session.ended) return;
    this.#composer.error(item.error || word("SendFailed"));
    if (this.#composer.giveBack(item.body)) this.#outbox.discard(item.id);
  }

  // Frames

  /** A message was created or changed. */
  message({ message, html }) {
    const li = html ? single(parse(html)) : null;
    if (!li) return;
    const own = message.author === this.#session.viewer;
    const newest = message.seq > this.#messages.lastSeq;
    const wasAtEnd = this.#scroller.atEnd;
    const act = this.#scroller.keep(() => {
      if (own && message.client_id) this.#outbox?.acknowledge(message.client_id);
      return this.#place(li);
    });
    this.#presence.stopped(message.author);
    if (own) this.#reader.raise(message.seq);
    if (act === "insert" && newest && !own) this.#arrived(li, message, wasAtEnd);
    this.#reader.check();
  }

  #place(li) {
    const act = this.#messages.upsert(li);
    if (act !== "keep") fold([li]);
    this.#receipts.refresh();
    return act;
  }

  #arrived(li, message, wasAtEnd) {
    // What was missed comes all at once, and is neither animated nor read out.
    const missed = !root.hasAttribute("data-live");
    if (!missed) {
      flag(li, "data-enter", true);
      li.addEventListener("animationend", () => flag(li, "data-enter", false), { once: true });
    }
    if (message.kind === "system") return;
    if (!wasAtEnd) this.#scroller.count();
    if (message.deleted || missed) return;
    const name = find("[data-name], .chat-message__name", li)?.textContent.trim() ?? "";
    this.#notice.announce(name, message.body ?? "");
  }

  presence(frame) {
    this.#presence.online(frame.online, frame.users);
  }

  typing(frame) {
    this.#presence.typing(frame.user, frame.name);
  }

  read(frame) {
    this.#receipts.read(frame.user, frame.read_rev);
  }

  /** The viewer's own mark moved, perhaps in another tab. */
  marked(frame) {
    this.#reader.raise(frame.read_rev);
  }

  /** Name, picture or members changed. */
  changed(frame) {
    const header = frame.html && find(".chat-room__header, #chat-header", parse(frame.html));
    const old = document.getElementById("chat-header");
    if (header && old) old.replaceWith(document.importNode(header, true));
    this.#presence.refresh();
  }

  /** Too much was missed: takes the page anew. Answers its revision, or null when it could not be had. */
  async reload() {
    const answer = await request(this.#address("").replace(/\/+$/, "/"));
    if (this.#session.refused(answer.status)) return null;
    const page = answer.ok ? parse(answer.text) : null;
    const section = page && find("[data-room-page]", page);
    if (!section) return null;
    this.#scroller.keep(() => {
      this.#messages.restart(listOf(section));
      this.#older(find("[data-load-older]", section));
      for (const name of ["data-rev", "data-online", "data-peer-read"]) {
        if (section.hasAttribute(name)) this.#section.setAttribute(name, section.getAttribute(name));
      }
      this.#receipts.refresh();
    });
    this.changed({ html: find("#chat-header", section)?.outerHTML });
    fold(this.#messages.all);
    return this.rev;
  }

  #older(link) {
    find("[data-load-older]", this.#scroller.box)?.remove();
    if (link) this.#messages.list.before(document.importNode(link, true));
  }

  // Ends

  /** The connection is back. */
  live() {
    this.#outbox?.hurry();
    this.#reader.check();
  }

  signedOut() {
    this.#outbox?.stop();
  }

  /** The viewer is no longer a member: nothing of the room stays behind. */
  removed() {
    this.#outbox?.empty();
    this.#composer?.forget();
    this.#messages.list.replaceChildren();
  }
}
