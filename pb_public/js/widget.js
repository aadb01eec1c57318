/**
 * The loader for host pages. It defines <pocket-chat>, puts one at the end of
 * the body where the host wrote none, and asks whether somebody is signed in.
 * What it takes to show them something loads after that, and the answer says
 * where it is. Nothing of the host's is touched, and nothing is stored.
 */
((script) => {
  const NAME = "pocket-chat";
  const known = customElements.get(NAME);
  if (known) return known.place?.();
  const base = new URL(".", script.src);
  const sameOrigin = base.origin === location.origin;
  let placing = false; // the host wrote no element
  const AGAIN = 5000; // a guest who comes back is not asked for more often
  const START = "widget/";

  /** What lives as long as the host's page, whatever becomes of its elements. */
  class Page {
    base = base;
    element = null;
    state = null;
    unread = 0;
    open = false;
    path = START; // of the panel, below the base
    framed = false; // a panel brings the numbers
    modules = {};
    #live = null;
    #asked = 0;
    #at = 0;
    #warned = new Set();
    #ears = new AbortController();

    constructor() {
      const { signal } = this.#ears;
      const again = () => this.#again();
      addEventListener("focus", again, { signal });
      document.addEventListener("visibilitychange", again, { signal });
      addEventListener("pageshow", (event) => event.persisted && this.check(), { signal });
      document.addEventListener("securitypolicyviolation", (event) => this.#policed(event), { signal });
      this.#hear(signal);
    }

    get signedIn() {
      return this.state?.signedIn === true;
    }

    emit(type, detail = {}) {
      this.element?.dispatchEvent(new CustomEvent(type, { detail }));
    }

    /** One of the modules; null where it cannot be had. */
    async load(name) {
      try {
        return (this.modules[name] = await import(new URL(this.state.scripts[name], base)));
      } catch {
        return null;
      }
    }

    /** Who is signed in; null where nobody answers. For a guest that is one small answer, and no error. */
    async ask(query = "") {
      const address = new URL(`widget-state/?${query}`, base);
      const locale = this.element?.getAttribute("locale");
      if (locale) address.searchParams.set("locale", locale);
      try {
        const answer = await fetch(address, { credentials: "include", cache: "no-store", headers: { Accept: "application/json" } });
        const state = answer.ok ? await answer.json() : null;
        return typeof state?.signedIn === "boolean" ? state : null;
      } catch {
        return null;
      }
    }

    /** Asks again, and shows what came of it. */
    async check() {
      const turn = ++this.#asked;
      this.#at = Date.now();
      const state = await this.ask();
      if (!state || turn !== this.#asked || page !== this) return;
      const { viewer } = this.state ?? {};
      if (viewer && viewer !== state.viewer) this.#forget();
      this.state = state;
      await this.element?.update();
      if (state.signedIn && viewer !== state.viewer) this.emit("ready", { viewer: state.viewer, unread: state.unread ?? 0 });
      if (state.signedIn && !this.framed) this.counted(state.unread ?? 0);
      this.follow();
    }

    counted(total) {
      if (total === this.unread) return;
      this.unread = total;
      this.element?.update();
      this.emit("unread", { total });
    }

    /** The badge's own socket, once the host's page is idle, and while no panel brings the numbers. */
    follow() {
      if (this.#live || this.framed || !this.signedIn || !this.element || document.visibilityState !== "visible") return;
      const { viewer, socket } = this.state;
      const live = (this.#live = { stop() {} });
      const mine = (act) => (value) => this.#live === live && act(value);
      const begin = async () => {
        const module = this.#live === live ? await this.load("live") : null;
        if (this.#live !== live) return;
        if (!module) return (this.#live = null), setTimeout(() => this.follow(), AGAIN);
        live.stop = module.follow({
          viewer,
          address: new URL(socket, base).href.replace("http", "ws"),
          ask: () => this.ask("rooms=1"),
          total: mine((n) => this.counted(n)),
          message: mine((detail) => this.emit("message", detail)),
          ended: mine(() => (this.rest(), this.check())),
        });
      };
      if (window.requestIdleCallback) requestIdleCallback(begin, { timeout: 3000 });
      else setTimeout(begin, 300);
    }

    rest() {
      this.#live?.stop();
      this.#live = null;
    }

    end() {
      this.rest();
      this.#ears.abort();
    }

    /** Nothing stays of somebody who is gone. */
    #forget() {
      this.rest();
      this.state = null;
      Object.assign(this, { unread: 0, open: false, path: START });
      this.element?.clear();
    }

    #again() {
      if (document.visibilityState !== "visible") return;
      if (!this.signedIn && Date.now() - this.#at > AGAIN) this.check();
      else this.follow();
    }

    /** Signing in and out is heard of from other pages of the chat, and from the host's own requests for it. */
    #hear(signal) {
      try {
        const signing = ["session", "sign-in", "sign-out"].flatMap((name) => [base.href + name, `${base.href + name}/`]);
        const observer = new PerformanceObserver((list) => list.getEntries().some(({ name }) => signing.includes(name)) && this.check());
        observer.observe({ type: "resource" });
        signal.addEventListener("abort", () => observer.disconnect());
        let channel = null;
        const open = () => {
          channel = new BroadcastChannel("chat-viewer");
          channel.onmessage = ({ data }) => data?.viewer !== this.state?.viewer && this.check();
        };
        const close = () => channel.close(); // what it hears would drive a page out of the back/forward cache
        open();
        addEventListener("pagehide", close, { signal });
        addEventListener("pageshow", ({ persisted }) => persisted && open(), { signal });
        signal.addEventListener("abort", close);
      } catch {
        // then coming back to the page tells
      }
    }

    /** The host's own policy stops the chat: only the host can mend that. */
    #policed({ blockedURI, effectiveDirective, disposition }) {
      const directive = effectiveDirective.replace("-elem", "");
      const socket = `${base.origin}/ws${base.pathname}`;
      const ours = blockedURI.startsWith(base.href) || blockedURI.replace(/^ws/, "http").startsWith(socket);
      if (!ours || disposition !== "enforce" || this.#warned.has(directive)) return;
      this.#warned.add(directive);
      console.warn(`pocket-chat: the Content-Security-Policy of this page stops the chat. Allow ${sameOrigin ? "'self'" : base.origin} in its ${directive}.`);
      this.emit("error", { reason: "policy", directive });
    }
  }

  class PocketChat extends HTMLElement {
    static observedAttributes = ["position", "theme", "locale", "open", "hide-launcher"];

    /** Puts one where there is none. */
    static place() {
      const put = () => {
        if (document.querySelector(NAME)) return;
        placing = true;
        document.body.append(document.createElement(NAME));
      };
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", put, { once: true });
      else put();
    }

    #view = null;
    #left = 0;

    open() {
      this.toggleAttribute("open", true);
    }

    close() {
      this.toggleAttribute("open", false);
    }

    toggle() {
      this.toggleAttribute("open");
    }

    openRoom(id) {
      if (page?.element !== this) return;
      page.path = `${START}${encodeURIComponent(id)}/`;
      this.#view?.go(page.path);
      this.open();
    }

    /** Looks again who is signed in, and at the custom properties. */
    async refresh() {
      await this.update();
      await page?.check();
    }

    /** Ends the session of this browser, with all that was kept of it. */
    async signOut() {
      if (!this.#view) await page?.check();
      await this.#view?.signOut();
      await page?.check();
    }

    /** Takes the widget away for good; another element begins anew. */
    destroy() {
      if (page?.element === this) {
        this.clear();
        page.end();
        page = null;
        placing = false;
      }
      this.remove();
    }

    connectedCallback() {
      page ??= new Page();
      if (page.element !== this && page.element?.isConnected) {
        return setTimeout(() => this.#surplus()); // a swap may bring the next before it takes the last
      }
      page.element = this;
      if (page.open) this.open();
      if (page.state) this.update(), page.follow();
      else page.check();
    }

    /** Some browsers can move an element, frames included, without taking it out. */
    connectedMoveCallback() {}

    /** A host that swaps its page takes out what was placed, which comes back. What a host wrote is the host's. */
    disconnectedCallback() {
      const mine = page;
      if (mine?.element !== this) return;
      this.#view?.shut();
      setTimeout(() => {
        if (page !== mine || mine.element !== this || this.isConnected) return;
        this.#left = Date.now();
        const other = document.querySelector(NAME);
        if (other) other.connectedCallback?.();
        else if (placing) document.body.append(this);
        else mine.rest();
      }, Date.now() - this.#left < 1000 ? 1000 : 0);
    }

    attributeChangedCallback(name, before, now) {
      if (page?.element !== this || before === now) return;
      if (name === "locale" && page.state) this.#view?.shut(), page.check();
      else this.update();
    }

    /** Shows what is so. */
    async update() {
      const mine = page;
      if (mine?.element !== this || !mine.signedIn) return;
      const module = mine.modules.view ?? (await mine.load("view"));
      if (!module) return mine.emit("error", { reason: "network" });
      if (page !== mine || !mine.signedIn || mine.element !== this || !this.isConnected) return;
      try {
        this.#view ??= new module.View(this, mine);
        this.#view.update();
      } catch (error) {
        console.warn("pocket-chat: this browser is too old for the chat.", error);
        mine.emit("error", { reason: "browser" });
      }
    }

    clear() {
      this.#view?.clear();
    }

    #surplus() {
      if (this.isConnected && page?.element?.isConnected && page.element !== this) console.warn("pocket-chat: a page needs one element; this one stays empty.", this);
    }
  }

  let page = null;
  customElements.define(NAME, PocketChat);
  PocketChat.place();
})(document.currentScript ?? document.querySelector('script[src*="/widget.js"]'));
