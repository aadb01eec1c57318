import htmx from "../vendor/htmx.js";
import { clone, find, setText, show, word } from "./dom.js";
import { sentence } from "./http.js";

htmx.config.history = false; // addresses are the server's; back and forward are the browser's

/**
 * Forms that htmx sends. A refused one comes back whole with 422 and takes the
 * old one's place; any other refusal keeps what was typed and says its sentence.
 */
export function forms({ session, notice }) {
  document.addEventListener("htmx:before:swap", (event) => {
    const { response, text, sourceElement } = event.detail.ctx;
    const status = response?.status ?? 200;
    if (status < 400 || status === 422) return;
    event.preventDefault();
    if (status === 401) return session.end("signed-out");
    say(sourceElement, sentence(text) || word("SendFailed"), notice);
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx) say(event.detail.ctx.sourceElement, word("SendFailed"), notice);
  });
  document.addEventListener("htmx:after:settle", ({ detail }) => detail.newContent?.forEach(point));
  document.addEventListener("click", (event) => remove(event) || add(event));
}

/** Brings into view what a form that came back says as a whole; an input that is wrong has the focus. */
function point(part) {
  if (part instanceof Element) find("[data-form-error]:not([hidden])", part)?.scrollIntoView({ block: "nearest" });
}

function say(source, text, notice) {
  const slot = source && find("[data-form-error]", source.closest("form") ?? source);
  if (!slot) return notice.toast(text);
  setText(slot, text);
  show(slot, true);
}

/** One more input for a member. */
function add({ target }) {
  const button = target.closest?.("[data-add-member]");
  const row = button && clone("chat-tpl-member");
  const box = button && find("[data-members]", button.form ?? document);
  if (!row || !box) return;
  box.append(row);
  find("input", row)?.focus();
}

function remove({ target }) {
  const row = target.closest?.("[data-remove]")?.closest("[data-members] > *");
  row?.remove();
  return Boolean(row);
}
