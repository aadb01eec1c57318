// A page in the widget's panel: tells the host's page what it has to know, and
// leaves no steps in that page's history. What comes from the host was checked
// in panel-look.js.
import { find, findAll, number, setText, show } from "./dom.js";
import { sentence } from "./http.js";

const body = document.body;
const root = document.documentElement;
const panel = body.dataset.base;
const base = panel.replace(/\/widget$/, "");
const posts = new Map(); // how many each room had
const touch = matchMedia("(pointer: coarse)");

if (root.dataset.host) framed();

function framed() {
  const tell = (type, data = {}) => parent.postMessage({ pocketChat: type, ...data }, root.dataset.host);
  show(find("[data-panel-bar]"), true);
  tell("here", { path: location.pathname, viewer: body.dataset.viewer });
  document.addEventListener("chat:unread", ({ detail }) => tell("unread", { total: detail.total }));
  document.addEventListener("chat:frame", ({ detail }) => isNew(detail) && tell("message", { room: detail.room }));
  document.addEventListener("chat:ended", ({ detail }) => detail === "signed-out" && tell("gone"));
  document.addEventListener("chat:host", ({ detail }) => detail === "focus" && focus());
  find("[data-panel-close]")?.addEventListener("click", () => tell("close"));
  escape(() => tell("close"));
  stay(() => tell("gone"));
  if (!root.hasAttribute("data-unseen") && document.hasFocus()) focus();
}

/** Whether a frame of the list brings a message of somebody else's. */
function isNew({ type, room, posts: now, html = "" }) {
  if (type !== "inbox") return false;
  const element = find(`[data-posts][data-room="${room}"], [data-posts][data-room-page="${room}"]`);
  const before = posts.get(room) ?? (element ? number(element, "data-posts") : now - 1);
  posts.set(room, Math.max(before, now));
  return now > before && / data-author="([^"]*)"/.exec(html)?.[1] !== body.dataset.viewer;
}

/** Into the panel: to where one writes, but not on touch, where the keyboard would cover what there is to read. */
function focus() {
  if (document.activeElement && document.activeElement !== body) return;
  const place = findAll("[autofocus]").find((field) => field.checkVisibility()) ?? (touch.matches ? null : find("#chat-body")) ?? find("#chat-main");
  place?.focus({ preventScroll: true });
}

/** Esc closes what is open in the panel, and the panel when nothing is. */
function escape(close) {
  let taken = false;
  const key = (act) => (event) => event.key === "Escape" && !event.isComposing && act(event);
  addEventListener("keydown", key(() => (taken = Boolean(find("dialog[open], :popover-open")))), true);
  addEventListener("keydown", key((event) => taken || event.defaultPrevented || fold() || close()));
}

/** Closes the menu or question that is open. */
function fold() {
  const details = findAll("details[open]").at(-1);
  if (!details) return false;
  details.open = false;
  find("summary", details)?.focus();
  return true;
}

/** Links and forms stay in the panel, and take the place of the page they are on. */
function stay(gone) {
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const elsewhere = event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || elsewhere || link.target || link.hasAttribute("download")) return;
    const to = inside(link.href);
    if (!to) return (link.target = "_blank");
    if (to.hash && to.pathname === location.pathname && to.search === location.search) return;
    event.preventDefault();
    location.replace(to);
  });
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    event.preventDefault();
    if (form.method === "post") return post(form, event.submitter, gone);
    const to = new URL(form.getAttribute("action") || location.pathname, location.href);
    to.search = new URLSearchParams(new FormData(form));
    location.replace(to);
  });
  document.addEventListener("htmx:before:response", (event) => {
    const to = event.detail.ctx.hx?.redirect;
    if (!to) return;
    event.preventDefault();
    go(to, gone);
  });
}

/** The same address in the panel; null for what is no page of the chat. */
function inside(address) {
  const to = new URL(address, location.href);
  if (to.origin !== location.origin || !`${to.pathname}/`.startsWith(`${base}/`) || /\/(file|avatar|assets)\//.test(to.pathname)) return null;
  if (!`${to.pathname}/`.startsWith(`${panel}/`)) to.pathname = panel + to.pathname.slice(base.length);
  return to;
}

/** Where an answer sends the page; to sign in is not the panel's business. */
function go(address, gone) {
  if (new URL(address, location.href).pathname.startsWith(`${base}/sign-in`)) gone();
  else location.replace(inside(address) ?? panel);
}

async function post(form, submitter, gone) {
  const typed = new FormData(form, submitter);
  const files = form.enctype === "multipart/form-data";
  const headers = { Accept: "text/html", "X-Chat-Fragment": "1" };
  const address = form.getAttribute("action");
  const answer = await fetch(address, { method: "POST", headers, body: files ? typed : new URLSearchParams(typed) }).catch(() => null);
  const to = answer?.headers.get("HX-Redirect");
  if (to) return go(to, gone);
  const slot = find("[data-form-error]", form);
  setText(slot, (answer && sentence(await answer.text())) || body.dataset.wordSendFailed);
  show(slot, true);
}
