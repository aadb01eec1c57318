import { find, findAll, setText } from "./dom.js";
import { mac } from "./keys.js";

const THEME = "chat-theme"; // the device's, read by early.js: it holds for who signs in next as well

/** The dialog of what somebody sets for themselves; all of it holds at once. */
export function settings(dialog, store) {
  const form = find("[data-settings]", dialog);
  const kept = { theme: read(), enter: store.get("enter") ?? "", keys: store.get("keys") ?? "" };
  for (const input of findAll("input", form)) input.checked = kept[input.name] === input.value;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    const value = target.type === "checkbox" && !target.checked ? "" : target.value;
    if (target.name === "theme") return wear(value);
    store.set(target.name, value);
    const composer = target.name === "enter" && find("[data-composer]");
    if (composer) composer.dataset.enter = value;
  });
}

/** Puts a Mac's names on keys. */
export function named(dialog) {
  if (mac) for (const key of findAll("[data-mac]", dialog)) setText(key, key.dataset.mac);
}

function read() {
  try {
    return localStorage.getItem(THEME) ?? "";
  } catch {
    return "";
  }
}

function wear(theme) {
  const root = document.documentElement;
  const now = theme || (root.dataset.given ?? "auto");
  root.dataset.theme = now;
  for (const meta of findAll("meta[name=theme-color]")) {
    const { scheme } = meta.dataset;
    meta.media = now === "auto" ? `(prefers-color-scheme: ${scheme})` : now === scheme ? "all" : "not all";
  }
  try {
    if (theme) localStorage.setItem(THEME, theme);
    else localStorage.removeItem(THEME);
  } catch {
    // refused: it holds as long as the page
  }
}
