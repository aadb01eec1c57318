// What <pocket-chat> shows of itself: the button, the badge, and the panel once
// it was opened. All of it in a shadow tree and, where there is one, in the
// browser's top layer, so that no rule of the host's page reaches it.
const LOOKS = ["accent", "radius", "font", "surface", "text", "bubble-own", "bubble-other"].map((name) => `--chat-${name}`);
const RULES = [
  ":host{all:initial!important;display:block!important;position:fixed!important;inset:auto 0 0 auto!important;inline-size:0!important;block-size:0!important}",
  "*{box-sizing:border-box}[hidden]{display:none!important}",
  ".root{--accent:var(--chat-accent,oklch(.53 .2 262));--ink:#fff;--gap:var(--chat-gap,16px);--end:max(var(--gap),env(safe-area-inset-right));--foot:max(var(--gap),env(safe-area-inset-bottom));position:fixed;inset:0;width:auto;height:auto;max-width:none;max-height:none;margin:0;padding:0;border:0;overflow:visible;background:none;color:CanvasText;pointer-events:none}",
  "@supports (color:color(from red xyz-d65 x y z)){.root{--ink:color(from var(--accent) xyz-d65 calc(.9505*clamp(0,(.179 - y)*9999,1)) clamp(0,(.179 - y)*9999,1) calc(1.0891*clamp(0,(.179 - y)*9999,1)))}}",
  ".launch{position:absolute;right:var(--end);bottom:var(--foot);width:56px;height:56px;margin:0;padding:0;border:0;border-radius:50%;background:var(--accent);color:var(--ink);box-shadow:0 4px 16px rgb(0 0 0/.24);cursor:pointer;pointer-events:auto;touch-action:manipulation;-webkit-tap-highlight-color:transparent}",
  ".root[data-side=left] .launch{right:auto;left:max(var(--gap),env(safe-area-inset-left))}",
  ".launch:focus-visible{outline:2px solid var(--accent);outline-offset:3px}",
  "svg{position:absolute;inset:14px;width:28px;height:28px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}",
  "[data-open] .chat,.root:not([data-open]) .down{display:none}",
  ".badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#d92d20;color:#fff;font:600 12px/22px var(--chat-font,system-ui,sans-serif);text-align:center;font-variant-numeric:tabular-nums}",
  "@media (prefers-reduced-motion:no-preference){.launch{transition:transform .14s ease-out}.launch:active{transform:scale(.94)}}",
  "@media (max-width:479.9px){[data-open] .launch{display:none}}",
  "@media (forced-colors:active){.launch{border:2px solid ButtonText}}@media print{.root{display:none}}",
];
const ICONS = { chat: "M4 5h16v11H10l-5 4v-4H4z", down: "M5 9l7 7 7-7" };

const make = (tag, values) => Object.assign(document.createElement(tag), values);

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Drops what chat pages keep in this browser. */
function forget() {
  for (const kind of ["localStorage", "sessionStorage"]) {
    try {
      const area = window[kind];
      for (const key of Object.keys(area)) if (/^chat(:|-viewer$)/.test(key)) area.removeItem(key);
    } catch {
      // nothing is kept there
    }
  }
}

/** A sheet of rules, which a policy without 'unsafe-inline' lets pass. */
export function dress(shadow, rules) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules.join(""));
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
}

export class View {
  #element;
  #page;
  #root = make("div", { className: "root", hidden: true, popover: "manual" });
  #button = make("button", { type: "button", className: "launch" });
  #badge = make("span", { className: "badge", hidden: true, ariaHidden: "true" });
  #panel = null;
  #shown = false;
  #from = null; // where the focus was before

  constructor(element, page) {
    this.#element = element;
    this.#page = page;
    const shadow = element.attachShadow({ mode: "open" });
    dress(shadow, RULES);
    this.#button.setAttribute("aria-haspopup", "dialog");
    this.#button.append(icon("chat"), icon("down"), this.#badge);
    this.#button.addEventListener("click", () => element.toggle());
    this.#root.addEventListener("keydown", ({ key }) => key === "Escape" && element.close());
    this.#root.append(this.#button);
    shadow.append(this.#root);
  }

  /** Shows what is so. */
  update() {
    const element = this.#element;
    const root = this.#root;
    const open = element.hasAttribute("open");
    root.hidden = false;
    if (root.showPopover && !root.matches(":popover-open")) root.showPopover();
    root.dataset.side = this.#side();
    root.style.colorScheme = { light: "light", dark: "dark" }[element.getAttribute("theme")] ?? "light dark";
    root.toggleAttribute("data-open", open);
    this.#button.hidden = element.hasAttribute("hide-launcher");
    this.#label(open);
    if (open !== this.#shown) this.#turn(open);
    else this.#panel?.look(this.#looks());
  }

  go(path) {
    this.#panel?.go(path);
  }

  async signOut() {
    const { base } = this.#page;
    const own = base.origin === location.origin;
    this.#panel?.forget();
    if (own) forget();
    const mode = own ? "same-origin" : "no-cors";
    const answer = await fetch(new URL("sign-out/", base), { method: "POST", mode, credentials: "include", headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok && answer?.type !== "opaque") this.#page.emit("error", { reason: "sign-out" });
  }

  /** Takes the frame away; where it was shows again with the next one. */
  shut() {
    this.#panel?.remove();
    this.#panel = null;
    this.#shown = this.#page.framed = false;
    this.#page.follow();
  }

  /** Nothing stays of somebody who is gone. */
  clear() {
    this.shut();
    this.#badge.textContent = "";
    this.#button.removeAttribute("aria-label");
    this.#root.hidden = true;
    if (!this.#element.hasAttribute("open")) return;
    this.#element.close();
    this.#page.emit("close");
  }

  #label(open) {
    const { words, counts, lang } = this.#page.state;
    const n = this.#page.unread;
    const number = new Intl.NumberFormat(lang, { useGrouping: false });
    const phrase = counts[new Intl.PluralRules(lang).select(n)] ?? counts.other;
    const unread = n ? `, ${phrase.replace("{n}", number.format(n))}` : "";
    this.#button.setAttribute("aria-label", (open ? words.close : words.open) + unread);
    this.#button.setAttribute("aria-expanded", String(open));
    this.#badge.textContent = n > 99 ? `${number.format(99)}+` : number.format(n);
    this.#badge.hidden = !n;
  }

  #side() {
    const [, side] = (this.#element.getAttribute("position") ?? "").split("-");
    const rtl = getComputedStyle(document.documentElement).direction === "rtl";
    return side === "left" || side === (rtl ? "end" : "start") ? "left" : "right";
  }

  /** How the panel is to look: custom properties pass the shadow's edge, but not the frame's. */
  #looks() {
    const style = getComputedStyle(this.#element);
    const set = LOOKS.map((name) => [name, style.getPropertyValue(name).trim()]).filter(([, value]) => value);
    return { theme: this.#element.getAttribute("theme"), shown: this.#shown, style: Object.fromEntries(set) };
  }

  #turn(open) {
    this.#shown = this.#page.open = open;
    if (open) return this.#show();
    const inside = this.#panel && this.#element.shadowRoot.activeElement;
    this.#panel?.hide(this.#looks());
    if (inside) (this.#button.hidden ? this.#from : this.#button)?.focus({ preventScroll: true });
    this.#from = null;
    this.#page.emit("close");
  }

  async #show() {
    const page = this.#page;
    this.#from = document.activeElement === this.#element ? this.#button : document.activeElement;
    const module = page.modules.panel ?? (await page.load("panel"));
    if (!this.#shown || !this.#element.isConnected) return;
    if (!module) return page.emit("error", { reason: "network" });
    this.#panel ??= new module.Panel({ root: this.#root, page, heard: (type, data) => this.#heard(type, data) });
    const locale = this.#element.getAttribute("locale");
    this.#panel.show(page.path + (locale === null ? "" : `?locale=${encodeURIComponent(locale)}`), this.#looks());
    page.emit("open");
  }

  #heard(type, data) {
    const page = this.#page;
    if (type === "unread") page.counted(data.total);
    else if (type === "message") page.emit("message", data);
    else if (type === "close") this.#element.close();
    else if (type === "gone") page.check();
    else if (type === "failed") page.emit("error", { reason: "network" });
    else if (type === "here") {
      page.path = data.path.slice(page.base.pathname.length);
      page.framed = true;
      page.rest();
      if (data.viewer !== page.state?.viewer) page.check();
    }
  }
}
