import { clone, find, flag, number, parse, root, word } from "./dom.js";
import { Composer } from "./composer.js";
import { days } from "./days.js";
import { fold } from "./fold.js";
import { fields, request, sentence } from "./http.js";
import { Messages, listOf, single } from "./messages.js";
import { Older } from "./older.js";
import { Outbox } from "./outbox.js";
import { Pending } from "./pending.js";
import { Presence } from "./presence.js";
import { Reader } from "./read.js";
import { Receipts } from "./receipts.js";
import { leadOn, showRun } from "./run.js";
import { Scroller } from "./scroll.js";
import { Talking } from "./talking.js";

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
  #talking;

  constructor({ section, session, notice, drafts, transit }) {
    this.#section = section;
    this.#session = session;
    this.#notice = notice;
    this.#transit = transit;
    this.#timeline();
    this.#people();
    const form = find("[data-composer]", section);
    if (form) this.#writing(form, drafts);
    this.#talking = new Talking(this.#desk());
    if (form) this.#outbox.restore(this.#transit.get(this.#transitKey) ?? []);
    this.#open();
  }

  get id() {
    return this.#section.dataset.roomPage;
  }

  get rev() {
    return number(this.#section, "data-rev");
  }

  /** The viewer's time begins after this: they joined, or deleted what was before. */
  get since() {
    return number(this.#section, "data-since");
  }

  /** Whether what comes is read as it comes. */
  get reading() {
    return this.#reader.active;
  }

  get #timelines() {
    return { messages: this.#messages, scroller: this.#scroller };
  }

  get #transitKey() {
    return `outbox:${this.id}`;
  }

  #address(action) {
    return `${root.dataset.base}/${this.id}/${action}/`;
  }

  // Making

  #timeline() {
    const messages = (this.#messages = new Messages(listOf(this.#section)));
    const box = find("[data-scroll]", this.#section);
    const scroller = (this.#scroller = new Scroller(box, messages.list, find("[data-jump]", this.#section)));
    days(messages.list, scroller);
    const both = { messages, scroller, session: this.#session };
    new Older({ ...both, notice: this.#notice, loaded: () => fold(messages.all) });
    fold(messages.all);
    scroller.part = messages.part;
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
    this.#composer = new Composer({ form, room: this.id, drafts });
    this.#outbox = new Outbox({ send: (...args) => this.#send(...args), keep: (items) => this.#transit.set(this.#transitKey, items) });
    this.#pending = new Pending({
      messages: this.#messages,
      scroller: this.#scroller,
      retry: (id) => this.#outbox.retry(id),
      discard: (id) => this.#outbox.discard(id),
      dress: (li, item) => this.#talking.files?.dress(li, item),
    });
    this.#composer.addEventListener("send", ({ detail }) => this.#write(detail));
    this.#composer.addEventListener("typing", () => this.#typing());
    this.#outbox.addEventListener("change", ({ detail }) => this.#pending.show(detail.item));
    this.#outbox.addEventListener("gone", ({ detail }) => this.#gone(detail));
    this.#outbox.addEventListener("refused", ({ detail }) => this.#refused(detail));
  }

  /** What is lent to what people do with messages. */
  #desk() {
    return {
      ...this.#timelines,
      section: this.#section,
      session: this.#session,
      notice: this.#notice,
      composer: this.#composer,
      outbox: this.#outbox,
      address: (action) => this.#address(action),
      place: (li) => this.#scroller.keep(() => this.#place(li)),
      flash: (li) => this.#flash(li),
      fold,
      window: (page) => this.#window(page, true),
      whole: () => leadOn(this.#timelines, null),
    };
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

  #flash(li) {
    this.#scroller.openAt(li);
    flag(li, "data-flash", true);
    li.addEventListener("animationend", () => flag(li, "data-flash", false), { once: true });
  }

  // Writing

  #write({ body, reply, files }) {
    this.#outbox.add({ id: crypto.randomUUID(), body, reply, files });
    this.#scroller.toEnd();
    if (this.#messages.part) this.#scroller.dispatchEvent(new Event("latest"));
  }

  async #send(item, signal) {
    const form = fields({ body: item.body, client_id: item.id, reply_to: item.reply });
    const answer = item.files.length ? await this.#talking.files.send(item, form, signal) : await request(this.#composer.action, { form, signal });
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
    if (this.#composer.giveBack(item.body)) {
      if (item.files.length) this.#talking.files.add(item.files);
      this.#outbox.discard(item.id);
    }
    this.#composer.error(item.error || word("SendFailed"));
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
    if ((act === "insert" || act === "beyond") && newest && !own) this.#arrived(li, message, wasAtEnd);
    this.#reader.check();
  }

  #place(li) {
    const act = this.#messages.arrive(li);
    if (act === "keep" || act === "beyond") return act;
    fold([li]);
    this.#receipts.refresh();
    this.#talking.placed(li);
    this.#composer?.answered(li);
    if (li.hasAttribute("data-deleted")) this.#notice.say(""); // it may have been read out last
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

  /** Name, picture or members changed. A direct room's header differs by viewer, so no frame has it. */
  async changed(frame) {
    const html = frame.html || (await request(this.#address("").replace(/\/+$/, "/"))).text;
    const header = html && find(".chat-room__header, #chat-header", parse(html));
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
    this.#window(section);
    for (const name of ["data-rev", "data-since", "data-online", "data-peer-read"]) {
      if (section.hasAttribute(name)) this.#section.setAttribute(name, section.getAttribute(name));
    }
    this.changed({ html: find("#chat-header", section)?.outerHTML });
    return this.rev;
  }

  #window(page, fresh = false) {
    this.#scroller.keep(() => {
      showRun(this.#timelines, page, fresh);
      this.#receipts.refresh();
    });
    fold(this.#messages.all);
    this.#talking.tab();
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
