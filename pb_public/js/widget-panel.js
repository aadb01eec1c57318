// The panel of <pocket-chat>: a frame on our own pages, and the talk with it.
import { dress } from "./widget-view.js";

const RULES = [
  ".panel{position:absolute;right:var(--end);bottom:calc(var(--foot) + 68px);width:min(400px,calc(100vw - 2*var(--gap)));height:min(640px,calc(100vh - 84px - 2*var(--gap)));height:min(640px,calc(100dvh - 84px - 2*var(--gap)));border-radius:16px;overflow:hidden;background:Canvas;color:CanvasText;box-shadow:0 0 0 1px rgb(128 128 128/.2),0 12px 48px rgb(0 0 0/.24);pointer-events:auto;visibility:hidden;opacity:0;font:15px/1.4 var(--chat-font,system-ui,sans-serif)}",
  ".root[data-side=left] .panel{right:auto;left:max(var(--gap),env(safe-area-inset-left))}",
  ".panel.shown{visibility:visible;opacity:1}",
  ".launch[hidden]~.panel{bottom:var(--foot);height:min(640px,calc(100vh - 2*var(--gap)))}",
  "iframe{position:absolute;inset:0;width:100%;height:100%;border:0;opacity:0}iframe.here{opacity:1}",
  ".bones{position:absolute;inset:0;padding:16px;display:grid;gap:20px;align-content:start;opacity:0;animation:bones .2s .15s forwards}iframe.here+.bones{display:none}",
  ".bones i{height:44px;border-radius:12px;background:GrayText;opacity:.12}.bones i:first-child{width:45%;height:28px}",
  ".failed{position:absolute;inset:0;display:grid;place-content:center;justify-items:center;gap:16px;padding:32px;text-align:center;background:Canvas}",
  ".failed p{margin:0}.failed button{position:static;width:auto;height:44px;padding:0 20px;border:0;border-radius:22px;background:var(--accent);color:var(--ink);font:600 15px/1 var(--chat-font,system-ui,sans-serif);cursor:pointer}.failed button:focus-visible{outline:2px solid var(--accent);outline-offset:3px}",
  "@keyframes bones{to{opacity:1}}",
  "@media (prefers-reduced-motion:no-preference){.panel{transform:translateY(8px);transition:opacity .16s ease-out,transform .16s ease-out,visibility 0s .16s}.panel.shown{transform:none;transition-delay:0s}iframe{transition:opacity .12s ease-out}}",
  "@media (max-width:479.9px){.root .panel.panel{inset:0;width:100%;height:100%;height:var(--seen,100%);top:var(--above,0);bottom:auto;border-radius:0;box-shadow:none;background:var(--chat-surface,Canvas)}.panel iframe{inset:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);width:calc(100% - env(safe-area-inset-left) - env(safe-area-inset-right));height:calc(100% - env(safe-area-inset-top) - env(safe-area-inset-bottom))}}",
];
const SLOW = 30_000; // a frame that says nothing for so long holds none of our pages
const LATE = 2000; // what a page said before it had loaded may take to get here

/** One frame. heard(type, data) is told what it says. */
export class Panel {
  #page;
  #words;
  #heard;
  #box = document.createElement("div");
  #frame = null;
  #failed = null;
  #looks = {};
  #path = "";
  #here = false; // the page in the frame has said so
  #timer = 0;
  #ears = new AbortController();

  constructor({ root, page, heard }) {
    this.#page = page;
    this.#words = page.state.words;
    this.#heard = heard;
    const shadow = root.getRootNode();
    if (shadow.adoptedStyleSheets.length < 2) dress(shadow, RULES);
    this.#box.className = "panel";
    this.#box.setAttribute("role", "dialog");
    this.#box.setAttribute("aria-label", this.#words.chats);
    root.append(this.#box);
    const { signal } = this.#ears;
    addEventListener("message", (event) => this.#message(event), { signal });
    globalThis.visualViewport?.addEventListener("resize", () => this.#fit(), { signal });
    globalThis.visualViewport?.addEventListener("scroll", () => this.#fit(), { signal });
  }

  show(path, looks) {
    if (!this.#frame) this.#load(path, looks);
    this.look(looks);
    this.#fit();
    void this.#box.offsetWidth; // from where it moves
    this.#box.classList.add("shown");
    (this.#failed ? this.#failed.lastElementChild : this.#frame).focus({ preventScroll: true });
    this.#tell("focus");
  }

  hide(looks) {
    this.look(looks);
    this.#box.classList.remove("shown");
  }

  /** Goes to another page of ours, without a step in the host's history. */
  go(path) {
    if (!this.#frame) return;
    this.#expect();
    this.#path = path;
    this.#frame.contentWindow.location.replace(new URL(path, this.#page.base));
  }

  /** How the pages are to look, for the one that is there and those that come: a frame's name stays with it. */
  look(looks) {
    this.#looks = looks;
    if (!this.#frame) return;
    const name = this.#named(looks);
    if (this.#frame.name !== name) this.#frame.name = name;
    this.#tell("look", looks);
  }

  /** The viewer signs out: the page must keep nothing as it goes. */
  forget() {
    this.#tell("forget");
  }

  remove() {
    this.#ears.abort();
    clearTimeout(this.#timer);
    this.#box.remove();
  }

  #load(path, looks) {
    this.#path = path;
    this.#failed = null;
    this.#frame = document.createElement("iframe");
    this.#frame.title = this.#words.chats;
    this.#frame.name = this.#named(looks);
    this.#frame.allow = "clipboard-write";
    this.#frame.src = new URL(path, this.#page.base);
    this.#frame.addEventListener("load", () => this.#loaded());
    const bones = document.createElement("div");
    bones.className = "bones";
    bones.ariaHidden = "true";
    for (let i = 0; i < 6; i++) bones.append(document.createElement("i"));
    this.#box.replaceChildren(this.#frame, bones);
    this.#expect();
  }

  #expect() {
    this.#here = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(), SLOW);
  }

  /** A page of ours speaks before it has loaded. One that doesn't is the sign-in page, or none of ours. */
  #loaded() {
    if (this.#here) return (this.#here = false); // the next page speaks for itself
    this.#heard("gone", {});
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(), LATE);
  }

  #fail() {
    clearTimeout(this.#timer);
    this.#hint();
    this.#frame?.remove();
    this.#frame = null;
    this.#failed = document.createElement("div");
    this.#failed.className = "failed";
    const text = document.createElement("p");
    text.textContent = this.#words.failed;
    text.setAttribute("role", "alert");
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = this.#words.again;
    again.addEventListener("click", () => {
      this.#failed = null;
      this.show(this.#path, this.#looks);
    });
    this.#failed.append(text, again);
    this.#box.replaceChildren(this.#failed);
    this.#heard("failed", {});
  }

  /** A server that answers, and a frame that doesn't show it: only the host can mend that. */
  async #hint() {
    if (!(await this.#page.ask())?.signedIn) return;
    const { pathname, origin } = this.#page.base;
    const what = origin === location.origin ? `A service worker of this page must leave ${pathname} to the network.` : `${location.origin} must be one of AllowedOrigins.`;
    console.warn(`pocket-chat: no page of the chat came into the panel. ${what}`);
  }

  #named(looks) {
    return JSON.stringify({ pocketChat: looks, origin: location.origin });
  }

  /** Nothing is said to what may not be ours yet. */
  #tell(type, data = {}) {
    if (this.#frame?.className) this.#frame.contentWindow.postMessage({ pocketChat: type, ...data }, this.#page.base.origin);
  }

  #message({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#page.base.origin || !data?.pocketChat) return;
    const { pocketChat: type, ...rest } = data;
    if (type === "here") {
      this.#here = true;
      clearTimeout(this.#timer);
      this.#path = rest.path.slice(this.#page.base.pathname.length);
      this.#frame.classList.add("here");
      this.look(this.#looks);
    }
    this.#heard(type, rest);
  }

  /** The soft keyboard leaves less of a phone's screen than the page believes. */
  #fit() {
    const { height, offsetTop, scale } = globalThis.visualViewport ?? {};
    const zoomed = !height || scale > 1.01;
    this.#box.style.setProperty("--seen", zoomed ? "100%" : `${height}px`);
    this.#box.style.setProperty("--above", zoomed ? "0" : `${offsetTop}px`);
  }
}
