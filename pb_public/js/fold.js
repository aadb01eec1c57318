import { clone, find, flag, setText, word } from "./dom.js";

const LINES = 20;

/** Long messages fold behind "Show more". Measures all first, then writes. */
export function fold(items) {
  const long = items.filter((li) => !li.dataset.folding && tall(find(".chat-bubble", li)));
  for (const li of long) {
    const button = clone("chat-tpl-fold");
    if (!button) return;
    li.dataset.folding = "done";
    flag(li, "data-folded", !("unfolded" in li.dataset));
    button.addEventListener("click", () => toggle(li, button));
    say(li, button);
    find(".chat-bubble", li).after(button);
  }
}

function tall(bubble) {
  if (!bubble) return false;
  const line = parseFloat(getComputedStyle(bubble).lineHeight);
  return line > 0 && bubble.scrollHeight > (LINES + 2) * line;
}

function toggle(li, button) {
  li.toggleAttribute("data-folded");
  say(li, button);
}

function say(li, button) {
  const folded = li.hasAttribute("data-folded");
  button.setAttribute("aria-expanded", String(!folded));
  setText(button, word(folded ? "ShowMore" : "ShowLess"));
}
