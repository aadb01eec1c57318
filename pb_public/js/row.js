import { find, flag, number, plural, setText, show, word } from "./dom.js";
import { localise, short } from "./times.js";
import { badge } from "./title.js";

const OWN = ["data-muted", "data-pinned", "data-read-rev"]; // the viewer's, not in rows sent to several
const MARKS = ".chat-row__marks"; // badge, muted and pinned signs: theirs as well

/** What a row of the list owes to its reader: "You: ", local time, the draft. */
export function dressRow(row, { viewer, draft = "" }) {
  localise(row, short);
  const preview = find("[data-preview]", row);
  if (!preview) return;
  const who = preview.dataset.author === viewer && find("[data-who]", preview);
  if (who) setText(who, `${word("You")}: `);
  if (draft) {
    preview.dataset.mode = "draft";
    setText(preview, `${word("Draft")}: ${draft}`);
  }
}

/** Shows a count of unread messages. */
export function countRow(row, n) {
  row.dataset.unread = n;
  const mark = find("[data-badge]", row);
  setText(mark, badge(n));
  show(mark, n > 0);
  setText(find("[data-unread-text]", row), n ? plural(n, "Unread") : "");
}

/** Carries what is the viewer's own from the row it replaces. */
export function inherit(row, old) {
  for (const name of OWN) {
    if (old.hasAttribute(name)) row.setAttribute(name, old.getAttribute(name));
  }
  if (!number(row, "data-rev")) row.setAttribute("data-rev", number(old, "data-rev"));
  const marks = find(MARKS, old);
  if (marks) find(MARKS, row)?.replaceWith(marks);
}

/** Marks the row of the room that is open beside the list. */
export function openRow(row, open) {
  flag(row, "data-open", open);
  const link = find("a", row);
  if (open) link?.setAttribute("aria-current", "page");
  else link?.removeAttribute("aria-current");
}

/** What the counts need to know of a row. */
export function countsOf(row) {
  return { posts: number(row, "data-posts"), unread: number(row, "data-unread"), readRev: number(row, "data-read-rev") };
}

/** Whether a row is of before what is shown: those of two people's messages may come in any order. */
export function older(row, shown) {
  const [rev, last] = [number(row, "data-rev"), number(row, "data-last-seq")];
  return rev ? rev < number(shown, "data-rev") : last < number(shown, "data-last-seq");
}

/** Whether a room is back with something newer than what a frame says is gone. */
export const back = (shown, frame) => Boolean(shown) && number(shown, "data-last-seq") > (frame.last_seq ?? Infinity);

/** Whether row a stands above row b: pinned first, then the newest. */
export function above(a, b) {
  const pinned = b.hasAttribute("data-pinned") - a.hasAttribute("data-pinned");
  if (pinned) return pinned < 0;
  const time = Date.parse(a.dataset.at) - Date.parse(b.dataset.at);
  if (time) return time > 0;
  return number(a, "data-last-seq") > number(b, "data-last-seq");
}
