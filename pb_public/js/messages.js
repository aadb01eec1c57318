import { find, findAll, flag, number, setText } from "./dom.js";
import { Decorator } from "./decorate.js";
import { Timeline } from "./timeline.js";

/** The list of messages in the document, kept after its Timeline. */
export class Messages {
  #list;
  #timeline = new Timeline();
  #decorator = new Decorator();

  constructor(list) {
    this.#list = list;
    for (const li of this.all) this.#timeline.place(placeOf(li));
    this.#decorator.all(list);
  }

  get list() {
    return this.#list;
  }

  /** The messages that the server made, oldest first; those on their way are not among them. */
  get all() {
    return findAll(":scope > [data-seq][id^=message-]", this.#list);
  }

  get last() {
    return this.element(this.#timeline.last);
  }

  get lastSeq() {
    return this.#timeline.lastSeq;
  }

  get firstSeq() {
    return this.#timeline.firstSeq;
  }

  /** The highest place that was left to pages which are not loaded yet. */
  missed = 0;

  /** Whether the page ends before the room does. */
  get part() {
    return Boolean(find("[data-load-newer]", this.#list.parentElement));
  }

  has(id) {
    return this.#timeline.has(id);
  }

  element(id) {
    return id ? document.getElementById(`message-${id}`) : null;
  }

  /** Puts a message where it belongs; answers "insert", "replace" or "keep". */
  upsert(li) {
    const place = placeOf(li);
    const { act, after } = this.#timeline.place(place);
    if (act === "insert") this.#insert(li, this.element(after));
    if (act === "replace") {
      replace(this.element(place.id), li);
      this.#requote(li);
    }
    if (act !== "keep") this.#decorator.touch(li);
    return act;
  }

  /** Takes in one that came by itself; what lies beyond the loaded pages is left to them. */
  arrive(li) {
    const seq = number(li, "data-seq");
    if (this.has(li.dataset.message)) return this.upsert(li);
    if (seq < this.firstSeq && find("[data-load-older]", this.#list.parentElement)) return "keep";
    if (seq < this.lastSeq || !this.part) return this.upsert(li);
    this.missed = Math.max(this.missed, seq);
    return "beyond";
  }

  /** Takes in the messages of a fragment; answers how many were new. */
  upsertAll(fragment) {
    return slice(fragment).filter((li) => this.upsert(li) === "insert").length;
  }

  /** Replaces all by what a page fetched anew holds; those on their way stay. */
  restart(fragment) {
    for (const li of this.all) li.remove();
    for (const line of findAll(":scope > [data-day], :scope > [data-new]", this.#list)) line.remove();
    this.#timeline.clear();
    this.upsertAll(fragment);
  }

  /** A message on its way stands after all others. */
  append(li) {
    this.#list.append(li);
    this.#decorator.touch(li);
  }

  remove(li) {
    this.#decorator.leave(li);
  }

  /** The first message past a read mark that somebody else wrote. */
  firstUnread(mark, viewer) {
    return this.all.find((li) => number(li, "data-seq") > mark && li.dataset.author !== viewer && li.dataset.kind !== "system");
  }

  /** What quotes a message says what it says now: nothing that was deleted or edited away stays in sight. */
  #requote(li) {
    const bubble = find(".chat-bubble", li);
    for (const quote of findAll(`[data-quote="${li.dataset.message}"] > span`, this.#list)) {
      if (bubble) setText(quote, excerpt(bubble));
    }
  }

  #insert(li, after) {
    if (after) after.after(li);
    else this.#list.prepend(li);
  }
}

/** A newer revision takes a message's place, and what its reader had of it: focus, the menu, "Show more". */
function replace(old, li) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  if (old.hasAttribute("tabindex")) li.tabIndex = old.tabIndex;
  if (old.dataset.folding && !old.hasAttribute("data-folded")) li.dataset.unfolded = "";
  const bar = find(":scope > [data-bar]", old);
  old.replaceWith(li);
  if (bar && !li.hasAttribute("data-deleted")) li.append(bar);
  if (!focused) return;
  const twin = bar?.contains(focused) ? focused : findAll("button, a", li).find((e) => (focused.value ? e.value === focused.value : focused.href && e.href === focused.href));
  (twin ?? li).focus({ preventScroll: true });
}

/** The first words of a bubble, in one line. */
export const excerpt = (bubble) => [...bubble.innerText.replace(/\s+/g, " ").trim()].slice(0, 160).join("");

/** The messages inside a fragment. */
export function slice(fragment) {
  return findAll("[data-message][data-seq]", fragment).filter((li) => li.id.startsWith("message-"));
}

/** What the Timeline needs to know of an element. */
function placeOf(li) {
  return { id: li.dataset.message, seq: number(li, "data-seq"), rev: number(li, "data-rev") };
}

/** The one message of a fragment, ready to be inserted. */
export function single(fragment) {
  const li = slice(fragment)[0];
  if (!li) return null;
  flag(li, "data-first", false);
  flag(li, "data-last", false);
  return document.importNode(li, true);
}

/** The list inside a whole page that was fetched. */
export const listOf = (page) => find("#messages", page);
