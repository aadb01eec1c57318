const LEAST = 240;
const MOST = 520;
const STEP = 16;
const KEY = "chat-list-width"; // the device's, read by early.js

/** The line between list and room: dragged, or moved by arrow keys; a double click puts it back. */
export function divider(line) {
  const pane = line.parentElement;
  const root = document.documentElement;
  const along = () => (getComputedStyle(root).direction === "rtl" ? -1 : 1);
  const width = () => Math.round(pane.getBoundingClientRect().width);
  const tell = () => line.setAttribute("aria-valuenow", width());
  const set = (to) => {
    root.style.setProperty("--chat-list-width", `${Math.round(Math.min(MOST, Math.max(LEAST, to)))}px`);
    tell();
  };
  const keep = () => write(width());

  line.setAttribute("aria-valuemin", LEAST);
  line.setAttribute("aria-valuemax", MOST);
  line.hidden = false;
  tell();
  line.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const from = event.clientX;
    const at = width();
    line.setPointerCapture(event.pointerId);
    const move = ({ clientX }) => set(at + (clientX - from) * along());
    line.addEventListener("pointermove", move);
    line.addEventListener("lostpointercapture", () => (line.removeEventListener("pointermove", move), keep()), { once: true });
  });
  line.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: width() - STEP * along(), ArrowRight: width() + STEP * along(), Home: LEAST, End: MOST }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    set(to);
    keep();
  });
  line.addEventListener("dblclick", () => {
    root.style.removeProperty("--chat-list-width");
    tell();
    write(null);
  });
  addEventListener("resize", tell);
}

function write(width) {
  try {
    if (width) localStorage.setItem(KEY, width);
    else localStorage.removeItem(KEY);
  } catch {
    // refused: it holds as long as the page
  }
}
