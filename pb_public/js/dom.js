// What the other modules need of the document. No HTML is ever written here:
// it comes from the server, as fragments and as <template>s to clone.

/** The first match, or null. */
export const find = (selector, root = document) => root.querySelector(selector);

/** All matches, as an array. */
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Server-sent HTML as an inert fragment: nothing in it runs or loads yet. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** A copy of the element inside <template id=…>, or null where there is none. */
export function clone(id) {
  const inner = document.getElementById(id)?.content?.firstElementChild;
  return inner ? document.importNode(inner, true) : null;
}

/** The element around all of the chat: the body of our own pages, a part of a host's. */
export const root = document.querySelector("[data-chat]") ?? document.body;

/** The language that the chat speaks on this page; the browser's where it speaks none. */
export const language = root.closest("[lang]")?.lang || undefined;

const digits = new Intl.NumberFormat(language, { useGrouping: false });
const rules = new Intl.PluralRules(language);

/** A number in the digits of the page's language. */
export const written = (value) => (typeof value === "number" ? digits.format(value) : value);

/** Puts values into "{name} is typing". */
export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => written(values[key]) ?? whole);
}

/** One of the page's words, which the server put on <body> as data-word-…. */
export function word(name, values) {
  return fill(root.dataset["word" + name] ?? "", values);
}

/** A phrase for n of something: the page has it in the forms that its language tells apart. */
export function plural(n, name) {
  const form = rules.select(n).replace(/^./, (letter) => letter.toUpperCase());
  return word(name + form, { n }) || word(`${name}Other`, { n });
}

/** Sets text only where it differs: a live region or an observer hears of no change that is none. */
export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Shows or hides by the hidden attribute. */
export function show(element, visible) {
  if (element) element.hidden = !visible;
}

/** Sets a boolean attribute. */
export function flag(element, name, on) {
  if (element && element.hasAttribute(name) !== Boolean(on)) element.toggleAttribute(name, Boolean(on));
}

/** A number from an attribute; 0 where it is missing or no number. */
export const number = (element, name) => Number(element?.getAttribute(name)) || 0;

/** Whether the person asked for less motion. */
export const stillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
