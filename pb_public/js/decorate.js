import { clone, find, findAll, flag, root, setText } from "./dom.js";
import { dayName, localise, moment, sameDay } from "./times.js";

const GROUP = 5 * 60_000;

/** Whether an element is a message, sent or on its way. */
export const isMessage = (element) => element?.matches?.(".chat-message, [data-message]") ?? false;

/** The message before or after an element, past lines that are none. */
export function neighbour(element, direction) {
  let next = element;
  do next = next[direction];
  while (next && !isMessage(next));
  return next;
}

/** Local time, and which of the reactions are the viewer's own. */
function personal(li) {
  localise(li);
  const viewer = root.dataset.viewer;
  for (const button of findAll("[data-users]", li)) button.setAttribute("aria-pressed", String(button.dataset.users.split(" ").includes(viewer)));
  find("a.chat-time", li)?.setAttribute("tabindex", "-1"); // the menu has all that its page has
}

/**
 * What a message's look owes to its reader and its neighbours, since its HTML
 * is the same for everybody: local time, the line between days, and which of
 * consecutive messages by one person is first and last.
 */
export class Decorator {
  /** A message that came, changed or moved, and what follows it. */
  touch(li) {
    personal(li);
    this.#join(li);
    const next = neighbour(li, "nextElementSibling");
    if (next) this.#join(next);
    else flag(li, "data-last", true);
  }

  /** A whole list, once. */
  all(list) {
    for (const li of list.children) {
      if (!isMessage(li)) continue;
      personal(li);
      this.#join(li);
      if (!neighbour(li, "nextElementSibling")) flag(li, "data-last", true);
    }
  }

  /** Before a message goes away: its neighbours meet, and no line stays behind at the end. */
  leave(li) {
    const previous = neighbour(li, "previousElementSibling");
    const next = neighbour(li, "nextElementSibling");
    if (!next) this.#separate(li, false);
    li.remove();
    if (next) this.#join(next);
    else if (previous) flag(previous, "data-last", true);
  }

  /** Sets what depends on a message and the one before it. */
  #join(li) {
    const previous = neighbour(li, "previousElementSibling");
    const day = !previous || !sameDay(moment(previous), moment(li));
    this.#separate(li, day);
    const first = day || !this.#together(previous, li);
    flag(li, "data-first", first);
    if (previous) flag(previous, "data-last", first);
  }

  #together(a, b) {
    const text = (li) => (li.dataset.kind || "text") === "text";
    if (a.dataset.author !== b.dataset.author || !text(a) || !text(b)) return false;
    return Math.abs(moment(b) - moment(a)) < GROUP;
  }

  /** Makes or removes the day's line between a message and the one before it. */
  #separate(li, wanted) {
    let line = null;
    for (let e = li.previousElementSibling; e && !isMessage(e); e = e.previousElementSibling) {
      if (!e.matches("[data-day]")) continue;
      if (line) e.remove();
      else line = e;
    }
    if (!wanted || Number.isNaN(moment(li).getTime())) return line?.remove();
    line ??= this.#line(li);
    if (line) setText(find("[data-day-text]", line) ?? line, dayName(moment(li)));
  }

  /** A new line; the day comes before "new messages" where both stand. */
  #line(li) {
    const line = clone("chat-tpl-day");
    const before = li.previousElementSibling?.matches("[data-new]") ? li.previousElementSibling : li;
    if (line) before.before(line);
    return line;
  }
}
