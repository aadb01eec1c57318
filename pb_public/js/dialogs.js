import { find } from "./dom.js";

/**
 * Native dialogs: their links lead to pages of their own where there is no
 * script. Focus goes back to the opener by the browser itself. What a dialog
 * does beyond its form is loaded when it first opens: opened(dialog) hears of it.
 */
export function dialogs(opened) {
  const show = (dialog) => {
    if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
    dialog.showModal();
    opened(dialog);
  };
  document.addEventListener("chat-ask", ({ detail }) => show(detail));
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    if (opener) return open(opener, event, show);
    if (event.target.closest?.("[data-dialog-close]")) event.target.closest("dialog")?.close();
    else if (event.target.matches?.("dialog[open]") && outside(event.target, event)) event.target.close();
    const menu = find(".chat-account[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  // What is asked must be in view. The event doesn't bubble.
  document.addEventListener("toggle", ({ target }) => target.matches("[data-confirm][open]") && target.scrollIntoView({ block: "nearest" }), true);
}

function open(opener, event, show) {
  const dialog = document.getElementById(opener.dataset.dialog);
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // a new tab is asked for
  if (!dialog || elsewhere) return;
  event.preventDefault();
  // A menu closes behind what it opens, and has the focus again afterwards.
  const menu = opener.closest(".chat-account");
  if (menu) {
    menu.open = false;
    find("summary", menu).focus();
  }
  show(dialog);
}

/** A click on the backdrop comes to the dialog itself. */
function outside(dialog, { clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
