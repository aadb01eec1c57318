/**
 * Native dialogs: their links lead to pages of their own where there is no
 * script. Focus goes back to the opener by the browser itself.
 */
export function dialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    if (opener) return open(opener, event);
    if (event.target.closest?.("[data-dialog-close]")) event.target.closest("dialog")?.close();
    else if (event.target.matches?.("dialog[open]") && outside(event.target, event)) event.target.close();
  });
  // What is asked must be in view. The event doesn't bubble.
  document.addEventListener("toggle", ({ target }) => target.matches("[data-confirm][open]") && target.scrollIntoView({ block: "nearest" }), true);
}

function open(opener, event) {
  const dialog = document.getElementById(opener.dataset.dialog);
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // a new tab is asked for
  if (!(dialog instanceof HTMLDialogElement) || elsewhere) return;
  event.preventDefault();
  if (!dialog.open) dialog.showModal();
}

/** A click on the backdrop comes to the dialog itself. */
function outside(dialog, { clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
