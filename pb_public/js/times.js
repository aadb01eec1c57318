import { find, findAll, language, word } from "./dom.js";

const DAY = 86_400_000;
const formats = {};

/** A formatter, made once: making one costs more than using it. */
function format(name, options) {
  formats[name] ??= new Intl.DateTimeFormat(language, options);
  return formats[name];
}

/** Midnight of a moment's local day. */
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Whole local days between a moment and now; rounded, since a day may have 23 or 25 hours. */
const daysAgo = (date, now) => Math.round((midnight(now) - midnight(date)) / DAY);

export const sameDay = (a, b) => midnight(a) === midnight(b);

/** "14:05" */
export const clock = (date) => format("clock", { timeStyle: "short" }).format(date);

/** "Today", "Yesterday", "Tuesday", "3 March 2025": the line between two days. */
export function dayName(date, now = new Date()) {
  const days = daysAgo(date, now);
  if (days === 0) return word("Today");
  if (days === 1) return word("Yesterday");
  if (days > 1 && days < 7) return format("weekday", { weekday: "long" }).format(date);
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return format("day" + year, { weekday: "long", day: "numeric", month: "long", year }).format(date);
}

/** "14:05", "Tue", "3 Mar", "3/3/24": the time in a row of the list. */
export function short(date, now = new Date()) {
  const days = daysAgo(date, now);
  if (days <= 0) return clock(date);
  if (days < 7) return format("short", { weekday: "short" }).format(date);
  if (date.getFullYear() === now.getFullYear()) return format("date", { day: "numeric", month: "short" }).format(date);
  return format("old", { dateStyle: "short" }).format(date);
}

/** Turns the server's UTC fallbacks into the reader's time. */
export function localise(root, write = clock) {
  const times = root.matches?.("time[datetime]") ? [root] : findAll("time[datetime]", root);
  for (const time of times) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    const text = write(date);
    if (time.textContent !== text) time.textContent = text;
    time.title = format("full", { dateStyle: "full", timeStyle: "short" }).format(date);
  }
}

/** The moment that an element speaks of by data-at, or by its time. */
export function moment(element) {
  return new Date(element.dataset.at || find("time[datetime]", element)?.dateTime || NaN);
}
