import { fill } from "./dom.js";

/** One of the words that stand on the template of the bar. */
export function say(name, values) {
  const words = document.getElementById("chat-tpl-bar")?.dataset ?? {};
  return fill(words["word" + name[0].toUpperCase() + name.slice(1)] ?? "", values);
}

/** A message that somebody wrote and that is still there. */
export const isPost = (li) => li.dataset.kind === "text" && Boolean(li.id) && !li.hasAttribute("data-deleted");
