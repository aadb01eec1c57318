// The demo host's own script: buttons that call the widget, and what it says.
document.addEventListener("click", ({ target }) => {
  const chat = document.querySelector("pocket-chat");
  const act = target.closest?.("[data-do]")?.dataset.do;
  if (act) chat?.[act]();
  if (target.closest?.("[data-worst]")) document.getElementById("worst").media = "all";
});

for (const type of ["ready", "open", "close", "unread", "message", "error"]) {
  // These events don't bubble, so that none is mistaken for the page's own.
  document.addEventListener(
    type,
    (event) => {
      const log = document.getElementById("log");
      if (event.target.localName === "pocket-chat" && log) log.append(`${type} ${JSON.stringify(event.detail)}\n`);
    },
    true,
  );
}

navigator.serviceWorker?.register("sw.js");
