/**
 * The loader for host pages: a button at the page's corner that opens the chat
 * as a panel, for whoever is signed in. It asks once whether somebody is, and
 * loads the panel when it is opened first. Styles are set one by one, which a
 * policy without 'unsafe-inline' allows.
 */
(async (script) => {
  const base = new URL(".", script.src);
  if (base.origin !== location.origin || document.querySelector("[data-pocket-chat]")) return;
  const host = document.createElement("div");
  host.dataset.pocketChat = "";
  document.body.append(host);

  const answer = await fetch(new URL("list-partial/", base), {
    headers: { Accept: "text/html", "X-Chat-Fragment": "1" },
    credentials: "same-origin",
  }).catch(() => null);
  if (!answer?.ok) return host.remove();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = page.querySelector("[data-unread-total]");
  const name = list?.getAttribute("aria-label") ?? "";
  const unread = Number(list?.dataset.unreadTotal) || 0;

  const make = (tag, styles) => {
    const element = document.createElement(tag);
    Object.assign(element.style, styles);
    return element;
  };
  const corner = { position: "fixed", insetInlineEnd: "16px", zIndex: "2147483000", border: "0" };
  const button = make("button", {
    ...corner, insetBlockEnd: "16px", minWidth: "56px", height: "56px", padding: "0 18px", borderRadius: "28px",
    font: "600 16px system-ui, sans-serif", color: "#fff", background: "#2f5bea", cursor: "pointer",
  });
  button.type = "button";
  button.textContent = unread ? `${name} (${unread > 99 ? "99+" : unread})` : name;
  button.setAttribute("aria-expanded", "false");

  let panel = null;
  button.addEventListener("click", () => {
    panel ??= open();
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
  });
  const open = () => {
    const frame = make("iframe", {
      ...corner, insetBlockEnd: "84px", width: "min(380px, calc(100vw - 32px))", height: "min(600px, calc(100vh - 120px))",
      borderRadius: "16px", background: "Canvas", boxShadow: "0 8px 32px rgb(0 0 0 / 25%)",
    });
    frame.title = name;
    frame.src = new URL("widget/", base);
    frame.hidden = true;
    root.append(frame);
    return frame;
  };
  const root = host.attachShadow({ mode: "open" });
  root.append(button);
})(document.currentScript);
