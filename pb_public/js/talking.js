import { find } from "./dom.js";

const HEARD = ["pointerover", "focusin", "pointerdown", "click", "keydown"];

/**
 * Listens for the first sign that somebody is about to do something with a
 * message, and loads what that needs. Until then a page carries none of it.
 */
export class Talking {
  #desk;
  #talk = null;
  #loading = null;

  /** desk is what the room lends: section, messages, scroller, composer, outbox and so on. */
  constructor(desk) {
    this.#desk = desk;
    const { section, messages, scroller, composer } = desk;
    for (const type of HEARD) messages.list.addEventListener(type, (event) => this.#heard(event));
    scroller.addEventListener("latest", () => this.#with((talk) => talk.jump.latest()));
    scroller.box.addEventListener("click", (event) => this.#onward(event));
    composer?.addEventListener("up", () => this.#with((talk) => talk.editLast()));
    for (const type of ["change", "paste", "dragenter", "drop", "dragover"]) section.addEventListener(type, (event) => this.#brought(event));
    if (find("[data-load-newer], [data-more]", scroller.box)) this.#with(() => {});
    this.tab();
  }

  /** Loads the rest; answers null where it cannot be had. */
  load() {
    this.#loading ??= import("./talk.js").then(
      ({ Talk }) => (this.#talk = new Talk(this.#desk)),
      () => (this.#loading = null),
    );
    return this.#loading;
  }

  /** How files are sent and shown, once any were attached. */
  get files() {
    return this.#talk?.files;
  }

  /** A message came or changed. */
  placed(li) {
    this.tab();
    this.#talk?.placed(li);
    if (!this.#talk && find("[data-more]", li)) this.#with((talk) => talk.placed(li));
  }

  /** One message can be reached by Tab; arrows go on from there. */
  tab() {
    const { list, last } = this.#desk.messages;
    if (last && !find(":scope > [tabindex='0']", list)) last.tabIndex = 0;
  }

  async #with(act) {
    const talk = this.#talk ?? (await this.load());
    if (talk) act(talk);
  }

  #heard(event) {
    if (event.type === "click") {
      const ours = event.target.closest("[data-quote], .chat-reaction, a.chat-time");
      if (!ours || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
    }
    if (this.#talk) this.#talk.hear(event);
    else this.#with((talk) => talk.hear(event));
  }

  #onward(event) {
    const link = event.target.closest?.("[data-load-newer], [data-load-latest]");
    if (!link) return;
    event.preventDefault();
    this.#with((talk) => (link.matches("[data-load-latest]") ? talk.jump.latest() : talk.jump.newer()));
  }

  /** Files: picked, pasted or dropped. */
  #brought(event) {
    const picked = event.type === "change" && event.target.type === "file" && event.target;
    const files = picked ? [...picked.files] : [...(event.clipboardData?.files ?? event.dataTransfer?.files ?? [])];
    const dragged = event.dataTransfer?.types.includes("Files");
    if (!picked && !dragged && !files.length) return;
    if (!find("input[type=file]", this.#desk.section)) return;
    if (!picked) event.preventDefault();
    this.#with((talk) => talk.brought(event.type, files));
    if (picked) picked.value = "";
  }
}
