import { findAll, flag } from "./dom.js";

/**
 * Which of the lines between days shows at the top. All that were scrolled past
 * stick to the same place; a wider one would look out from behind the last.
 */
export function days(list, scroller) {
  scroller.addEventListener("move", () => {
    const lines = findAll(":scope > [data-day]", list);
    const tops = lines.map((line) => line.getBoundingClientRect());
    lines.forEach((line, i) => flag(line, "data-past", i + 1 < lines.length && tops[i + 1].top - tops[i].top < tops[i].height / 2));
  });
}
