import { find, findAll, number } from "./dom.js";

/**
 * Puts another run of the room in place of the one that is shown, with its ways
 * on. fresh keeps what came since the page was read.
 */
export function showRun({ messages, scroller }, page, fresh) {
  const there = fresh && !messages.part ? messages.all : [];
  messages.restart(page);
  find("[data-load-older]", scroller.box)?.remove();
  const older = find("[data-load-older]", page);
  if (older) messages.list.before(document.importNode(older, true));
  leadOn({ messages, scroller }, find("[data-load-newer]:not(noscript *)", page));
  if (messages.part) return;
  for (const li of there) if (number(li, "data-seq") > messages.lastSeq) messages.upsert(li);
}

/** Leads on towards the room's end, or no more: then all of it is here. */
export function leadOn({ messages, scroller }, link) {
  for (const old of findAll("[data-load-newer], [data-load-latest]", scroller.box)) old.remove();
  if (link) messages.list.after(document.importNode(link, true));
  if (messages.missed <= messages.lastSeq) messages.missed = 0;
  scroller.part = messages.part;
}
