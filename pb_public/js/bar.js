import { clone } from "./dom.js";
import { isPost } from "./talkwords.js";

const LONG = 500; // a press of so many milliseconds
const STRAY = 10; // and of no more pixels

/** The buttons beside the message under the pointer or the focus; on touch a long press opens the menu. */
export class Bar {
  #element = clone("chat-tpl-bar");
  #act;
  #timer = 0;
  #from = null;
  #pressed = false;

  constructor({ list, box, act }) {
    this.#act = act;
    list.addEventListener("pointerleave", (event) => this.#away(event));
    list.addEventListener("focusout", (event) => this.#away(event));
    list.addEventListener("pointermove", (event) => this.#moved(event), { passive: true });
    for (const end of ["pointerup", "pointercancel"]) list.addEventListener(end, () => clearTimeout(this.#timer), { passive: true });
    box.addEventListener("scroll", () => clearTimeout(this.#timer), { passive: true });
    list.addEventListener("contextmenu", (event) => event.pointerType !== "mouse" && event.preventDefault());
    addEventListener("click", (event) => this.#after(event), true);
    this.#element?.addEventListener("click", (event) => this.#clicked(event));
  }

  hear(event, li) {
    if (event.type === "pointerdown") return event.pointerType === "touch" && this.#down(event, li);
    if (event.type === "pointerover" && event.pointerType === "touch") return;
    if (event.type === "focusin" && !event.target.matches(":focus-visible")) return;
    this.#attach(li);
  }

  #attach(li) {
    if (!this.#element || this.#element.parentElement === li) return;
    if (li && isPost(li)) li.append(this.#element);
    else this.#element.remove();
  }

  /** Neither pointed at nor focused any more. */
  #away({ type, relatedTarget }) {
    const li = this.#element?.parentElement;
    const stays = type === "focusout" ? li?.matches(":hover") || li?.contains(relatedTarget) : li?.matches(":has(:focus-visible), :focus-visible");
    if (!stays) this.#element?.remove();
  }

  #clicked(event) {
    const button = event.target.closest("[data-do]");
    const id = this.#element.parentElement?.dataset.message;
    if (button && id) this.#act(button.dataset.do, id);
  }

  #down(event, li) {
    clearTimeout(this.#timer);
    if (!li || !isPost(li)) return;
    this.#from = event;
    this.#timer = setTimeout(() => {
      this.#pressed = true;
      addEventListener("pointerdown", () => (this.#pressed = false), { capture: true, once: true });
      this.#act("menu", li.dataset.message);
    }, LONG);
  }

  #moved({ clientX, clientY }) {
    if (this.#from && Math.hypot(clientX - this.#from.clientX, clientY - this.#from.clientY) > STRAY) clearTimeout(this.#timer);
  }

  /** Lifting the finger from a long press is no tap on what lies under it, which is the menu by now. */
  #after(event) {
    if (!this.#pressed) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
