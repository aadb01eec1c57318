import { find, show } from "./dom.js";

const MARK = "chat-viewer"; // who opened the newest page of this browser

function read() {
  try {
    return localStorage.getItem(MARK);
  } catch {
    return null;
  }
}

function write(viewer) {
  try {
    if (viewer) localStorage.setItem(MARK, viewer);
    else localStorage.removeItem(MARK);
  } catch {
    // refused: then every such page is fetched anew
  }
}

/**
 * Whether the viewer is still the one who opened the page. Ends once, by an
 * answer or by the socket, and tells by "signed-out" and "removed" events.
 */
export class Session extends EventTarget {
  #viewer;
  #ended = "";
  #others = null;

  /** keeps are the stores that hold things of one viewer. */
  constructor(viewer, keeps) {
    super();
    this.#viewer = viewer;
    if (viewer) for (const keep of keeps) keep.claim();
    document.addEventListener("submit", (event) => {
      const action = event.target.getAttribute("action") ?? ""; // .action may be an input of that name
      if (/\/sign-out\/?$/.test(action)) this.#forget(keeps);
    });
    document.addEventListener("chat:host", ({ detail }) => detail === "forget" && this.#forget(keeps));
    this.#hearOthers();
    this.#remember();
    for (const keep of keeps) keep.bind(MARK);
  }

  get viewer() {
    return this.#viewer;
  }

  get ended() {
    return this.#ended;
  }

  /** Looks at a status; answers whether it ended the session or the room. */
  refused(status) {
    if (status === 401) this.end("signed-out");
    else if (status === 404) this.end("removed");
    return status === 401 || status === 404;
  }

  end(reason) {
    if (this.#ended) return;
    this.#ended = reason;
    if (reason === "signed-out") show(find("[data-signed-out]"), true);
    this.dispatchEvent(new Event(reason));
    document.dispatchEvent(new CustomEvent("chat:ended", { detail: reason }));
  }

  /** The viewer signs out: nothing of theirs stays in this browser. */
  #forget(keeps) {
    for (const keep of keeps) keep.clear();
    write("");
  }

  /** A page out of the back/forward cache must not show one viewer what was another's. */
  #remember() {
    if (this.#viewer) write(this.#viewer);
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted && this.#viewer && read() !== this.#viewer) location.reload();
    });
  }

  /**
   * Pages of one browser share a cookie. When somebody else signs in, a page
   * of the first must neither show nor send anything more; when the same one
   * comes back, it takes up again.
   */
  #hearOthers() {
    try {
      this.#others = new BroadcastChannel(MARK);
    } catch {
      return;
    }
    // What it hears would drive the page out of the back/forward cache.
    const leave = () => {
      this.#others.close();
      addEventListener("pageshow", () => this.#hearOthers(), { once: true });
    };
    addEventListener("pagehide", leave, { once: true });
    this.#others.onmessage = ({ data }) => {
      if (!this.#viewer || !data.viewer) return;
      if (data.viewer !== this.#viewer || this.#ended === "signed-out") location.reload();
    };
    if (this.#viewer) this.#others.postMessage({ viewer: this.#viewer });
  }
}
