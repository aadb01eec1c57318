// Runs before anything is shown, so that nothing changes under the eye: the
// colours that the viewer chose and the width of the list. No module: those
// come later.
(() => {
  try {
    const root = document.documentElement;
    const theme = localStorage.getItem("chat-theme");
    const width = Number(localStorage.getItem("chat-list-width"));
    root.dataset.given = root.dataset.theme;
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (width > 0) root.style.setProperty("--chat-list-width", `${width}px`);
    const fixed = root.dataset.theme;
    if (fixed !== "light" && fixed !== "dark") return;
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) meta.media = meta.dataset.scheme === fixed ? "all" : "not all";
  } catch {
    // storage is refused: the page looks as the server and the device say
  }
})();
