import { find, findAll } from "./dom.js";

const FIELDS = "input, textarea, select, [contenteditable]";
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/** Whether the keyboard is a Mac's, where Cmd does what Ctrl does elsewhere. */
export const mac = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * Keys that work anywhere on the page. None is taken from somebody who types
 * into a field, or composes a character; single ones can be turned off. What a
 * key opens is loaded when it is first asked for.
 */
export function keys(store) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    const act = meant(event, store);
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.body.dataset.keys = ""; // here from now on
}

/** What a key press asks for; undefined for nothing of ours. */
function meant(event, store) {
  if (find("dialog:modal")) return undefined;
  const { key, target, altKey, shiftKey } = event;
  const control = event.ctrlKey || event.metaKey;
  if (control) return !altKey && !shiftKey && event.ctrlKey !== mac && key.toLowerCase() === "k" ? press("chat-switcher") : undefined;
  const step = STEPS[key];
  const field = target.closest?.(FIELDS);
  if (altKey) return step && (!field || field.id === "chat-body") ? () => go(step, shiftKey) : undefined;
  if (step) return along(target, step);
  if (key === "Escape") return leaving(target);
  if (field || store.get("keys") === "off") return undefined;
  if (key === "/") return search();
  return key === "?" || key === "؟" ? press("chat-keys") : undefined;
}

/** Opens a dialog as its buttons do, where the page has it. */
function press(id) {
  const detail = document.getElementById(id);
  return detail ? () => document.dispatchEvent(new CustomEvent("chat-ask", { detail })) : undefined;
}

const links = () => findAll("[data-rooms] > [data-room] > a").filter((link) => link.checkVisibility());

/** To the room above or below the open one, or to the next that has something unread. */
function go(step, unread) {
  const all = links();
  const at = all.findIndex((link) => link.hasAttribute("aria-current"));
  const start = at < 0 && step < 0 ? all.length : at;
  for (let i = start + step; i >= 0 && i < all.length; i += step) {
    if (!unread || Number(all[i].closest("[data-room]").dataset.unread) > 0) return location.assign(all[i].href);
  }
}

/** Arrows go through the list, and from the search into it. */
function along(target, step) {
  const all = links();
  const row = all.indexOf(target);
  if (row < 0 && !(target.matches?.("[data-chat-list] [name=q]") && step > 0)) return undefined;
  const next = all[row + step] ?? (row === 0 ? find("[data-chat-list] [name=q]") : null);
  return next ? () => next.focus() : undefined;
}

function search() {
  const field = find("[data-chat-list] [name=q]");
  if (!field?.checkVisibility()) return press("chat-switcher");
  return () => (field.focus(), field.select());
}

/** Escape leaves the search, and closes what is open in place. */
function leaving(target) {
  if (target.matches?.("[data-chat-list] [name=q]")) return () => leave(target);
  const open = target.closest?.("details[open]");
  return open ? () => (open.open = false, find("summary", open).focus()) : undefined;
}

function leave(field) {
  if (field.value) {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.blur();
  document.getElementById("chat-body")?.focus();
}
