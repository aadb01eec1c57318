// Runs in the widget's panel before anything is painted. The frame's name,
// which stays with it from page to page, says how the host wants it to look;
// later changes come as messages.
(({ origins }) => {
  const root = document.documentElement;
  const allowed = [location.origin, ...origins.split(" ")];
  const names = ["accent", "radius", "font", "surface", "text", "bubble-own", "bubble-other"];
  const theme = root.dataset.theme;

  const look = (looks) => {
    root.dataset.theme = ["auto", "light", "dark"].includes(looks.theme) ? looks.theme : theme;
    for (const name of names) {
      const value = looks.style?.[`--chat-${name}`];
      if (value) root.style.setProperty(`--chat-${name}`, value);
      else root.style.removeProperty(`--chat-${name}`);
    }
    root.toggleAttribute("data-unseen", looks.shown === false);
  };

  if (parent === window) return;
  root.dataset.framed = "";
  try {
    const { pocketChat, origin } = JSON.parse(window.name);
    if (!allowed.includes(origin)) return;
    root.dataset.host = origin;
    look(pocketChat);
  } catch {
    // a frame that is not the widget's
  }
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== root.dataset.host) return;
    if (data?.pocketChat === "look") look(data);
    if (data?.pocketChat) document.dispatchEvent(new CustomEvent("chat:host", { detail: data.pocketChat }));
  });
})(document.currentScript.dataset);
