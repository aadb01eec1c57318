const PREFIX = "chat:";

/**
 * What is kept in the browser for one viewer: drafts across visits, messages
 * on their way across a reload. A browser that refuses storage loses only that.
 */
export class Store {
  #area;
  #viewer;
  #closed = false;
  #mark = "";

  /** kind is "localStorage" or "sessionStorage"; even naming one may throw. */
  constructor(kind, viewer) {
    try {
      this.#area = window[kind];
    } catch {
      this.#area = null;
    }
    this.#viewer = viewer;
  }

  get(name) {
    try {
      return JSON.parse(this.#area.getItem(this.#key(name)));
    } catch {
      return null;
    }
  }

  /** Keeps a value; null, "" and an empty list remove it. */
  set(name, value) {
    if (this.#closed) return;
    try {
      if (this.#mark && localStorage.getItem(this.#mark) !== this.#viewer) return; // signed out on another page
      if (value === null || value.length === 0) this.#area.removeItem(this.#key(name));
      else this.#area.setItem(this.#key(name), JSON.stringify(value));
    } catch {
      // refused or full: the page works on without
    }
  }

  /** Removes what other people left in a shared browser. */
  claim() {
    this.#remove((key) => !key.startsWith(this.#key("")));
  }

  /** Keeps things only while the item called mark names the viewer. */
  bind(mark) {
    this.#mark = mark;
  }

  /** Removes all, when the viewer signs out, and keeps no more: the page saves its draft once more as it goes. */
  clear() {
    this.#closed = true;
    this.#remove(() => true);
  }

  #key(name) {
    return `${PREFIX}${this.#viewer}:${name}`;
  }

  #remove(matches) {
    try {
      for (const key of Object.keys(this.#area)) {
        if (key.startsWith(PREFIX) && matches(key)) this.#area.removeItem(key);
      }
    } catch {
      // nothing is kept there
    }
  }
}
