import { find, plural, setText, show, stillness, word } from "./dom.js";

const NEAR = 48; // this close to the end counts as at the end

/**
 * Where the reader is: at the end, where new messages keep them, or further
 * up, where nothing that is inserted moves what they read.
 */
export class Scroller extends EventTarget {
  #box;
  #pill;
  #stuck = true;
  #unseen = 0;
  #part = false;

  constructor(box, list, pill) {
    super();
    this.#box = box;
    this.#pill = pill;
    box.addEventListener("scroll", () => this.#moved(), { passive: true });
    pill?.addEventListener("click", () => (this.#part ? this.dispatchEvent(new Event("latest")) : this.toEnd({ smooth: true })));
    const follow = new ResizeObserver(() => this.#stuck && this.toEnd());
    follow.observe(list);
    follow.observe(box);
  }

  get box() {
    return this.#box;
  }

  /** As it is now: the event of a scroll comes a frame after it. */
  get atEnd() {
    return !this.#part && this.below <= NEAR;
  }

  /** The list ends before the room does: then its end is a place like any other. Tells by "latest" that the reader wants the room's. */
  set part(on) {
    if (this.#part === on) return;
    this.#part = on;
    this.#moved();
  }

  /** Pixels below what is in view. */
  get below() {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight;
  }

  /** How far the reader is from the start, in pixels. */
  get above() {
    return this.#box.scrollTop;
  }

  toEnd({ smooth = false } = {}) {
    const behavior = smooth && !stillness() ? "smooth" : "instant";
    if (behavior === "instant") this.#stuck = true;
    this.#box.scrollTo({ top: this.#box.scrollHeight, behavior });
    this.#moved();
  }

  /** Opens at an element, a third below the top. */
  openAt(element) {
    const box = this.#box;
    const top = element.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTo({ top: box.scrollTop + top - box.clientHeight / 3, behavior: "instant" });
    this.#moved();
  }

  /** Changes the list while what is read stays where it is. */
  keep(change) {
    if (this.atEnd) {
      const result = change();
      this.toEnd();
      return result;
    }
    const box = this.#box;
    const anchor = this.#anchor();
    const was = anchor?.getBoundingClientRect().top;
    box.style.overflowAnchor = "none"; // or the browser corrects as well
    const result = change();
    if (anchor?.isConnected) {
      const by = anchor.getBoundingClientRect().top - was;
      if (by) box.scrollTop += by;
    }
    requestAnimationFrame(() => (box.style.overflowAnchor = ""));
    return result;
  }

  /** A message by somebody else came while the reader was further up. */
  count() {
    this.#unseen++;
    this.#tell();
  }

  /** The first message in view that has an id, so that it survives the change. */
  #anchor() {
    const top = this.#box.getBoundingClientRect().top;
    const items = this.#box.querySelectorAll("#messages > [id]");
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (items[middle].getBoundingClientRect().bottom <= top) low = middle + 1;
      else high = middle;
    }
    return items[low] ?? null;
  }

  #moved() {
    this.#stuck = this.atEnd;
    if (this.#stuck) this.#unseen = 0;
    this.#tell();
    this.dispatchEvent(new Event("move"));
  }

  #tell() {
    if (!this.#pill) return;
    const text = this.#unseen ? plural(this.#unseen, "New") : word("Latest");
    setText(find("[data-jump-text]", this.#pill) ?? this.#pill, text);
    this.#pill.toggleAttribute("data-unseen", this.#unseen > 0);
    const far = this.#part || this.below > this.#box.clientHeight;
    show(this.#pill, !this.#stuck && (this.#unseen > 0 || far));
  }
}
