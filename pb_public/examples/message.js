// How one message looks, and what one can do with it.
import { $, act, copy, now, pb, people, word } from "./kit.js";

// What one can do with a message.
const deeds = {
  reply: (message) => aim({ act: "reply", message }),
  edit: (message) => aim({ act: "edit", message }),
  remove: (message) => act(() => pb.collection("chat_messages").delete(message.id)),
  react: (message, emoji) =>
    act(async () => {
      const reactions = pb.collection("chat_reactions");
      const mine = await reactions.getList(1, 1, {
        filter: pb.filter("message = {:message} && user = {:viewer} && emoji = {:emoji}", { message: message.id, viewer: now.viewer, emoji }),
        skipTotal: true,
      });
      if (mine.items.length) return reactions.delete(mine.items[0].id);
      return reactions.create({ message: message.id, user: now.viewer, emoji });
    }),
};

export function aim(at) {
  now.target = at;
  $("#strip").hidden = !at;
  for (const label of $("#strip").querySelectorAll("[data-for]")) label.hidden = label.dataset.for !== at?.act;
  $("#strip q").textContent = at ? excerpt(at.message) : "";
  if (at?.act === "edit") $("#composer").body.value = at.message.body;
  if (at) $("#composer").body.focus();
}

export const readers = ({ author, seq }) =>
  author === now.viewer ? [...now.members.values()].filter((m) => m.user !== now.viewer && m.read_rev >= seq).length : 0;

export function itemOf(message) {
  const li = copy("message");
  li.id = message.id;
  li.className = message.kind === "system" ? "system" : message.author === now.viewer ? "own" : "";
  $("b", li).textContent = people.get(message.author) ?? "";
  $("time", li).dateTime = message.created;
  $("time", li).textContent = new Date(message.created).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  $("[data-edited]", li).hidden = !message.edited || Boolean(message.deleted);
  $("[data-read]", li).hidden = !readers(message);
  $("[data-read]", li).textContent = word("read", readers(message));
  $(".body", li).textContent = message.deleted ? word("gone") : message.body;
  $(".body", li).classList.toggle("quiet", Boolean(message.deleted));
  $("blockquote", li).hidden = !message.reply_to || Boolean(message.deleted);
  $("blockquote", li).textContent = excerpt(now.room.messages.get(message.reply_to));
  $(".files", li).replaceChildren(...message.files.map((name) => fileOf(message, name)));
  $(".reactions", li).replaceChildren(...(message.reactions ?? []).map((reaction) => reactionOf(message, reaction)));
  $(".actions", li).hidden = message.kind === "system" || Boolean(message.deleted);
  for (const button of $(".actions", li).children) {
    button.hidden = message.author !== now.viewer && ["edit", "remove"].includes(button.dataset.act);
    button.onclick = () => deeds[button.dataset.act](message, button.value);
  }
  return li;
}

const excerpt = (message) => (message ? (message.deleted ? word("gone") : message.body.slice(0, 120) || word("file")) : word("earlier"));

function reactionOf(message, { emoji, count, users }) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = `${emoji} ${count}`;
  button.title = users.map((id) => people.get(id) ?? word("someone")).join(", ");
  button.ariaPressed = String(users.includes(now.viewer));
  button.onclick = () => deeds.react(message, emoji);
  return button;
}

// Files are protected: a token that lasts two minutes opens them.
let fileToken = null;

function fileOf(message, name) {
  const [li, link] = [document.createElement("li"), document.createElement("a")];
  link.textContent = name.replace(/_[a-z0-9]{10}(?=\.[^.]*$|$)/i, "");
  link.href = "#";
  link.onclick = async (event) => {
    event.preventDefault();
    const token = await act(() => pb.files.getToken());
    if (token) open(pb.files.getURL({ id: message.id, collectionName: "chat_messages" }, name, { token }), "_blank", "noopener");
  };
  li.append(link);
  if (/\.(png|jpe?g|gif|webp)$/i.test(name)) showPicture(link, message, name);
  return li;
}

async function showPicture(link, message, name) {
  if (!(fileToken?.until > Date.now())) fileToken = { until: Date.now() + 60_000, token: pb.files.getToken().catch(() => "") };
  const picture = new Image();
  picture.alt = link.textContent;
  picture.src = pb.files.getURL({ id: message.id, collectionName: "chat_messages" }, name, { thumb: "200x200", token: await fileToken.token });
  link.replaceChildren(picture);
}

export function unsentOf(entry) {
  const li = copy("unsent");
  $(".body", li).textContent = entry.body || word("file");
  $("[data-state=sending]", li).hidden = Boolean(entry.problem);
  $("[data-state=refused]", li).hidden = !entry.problem;
  $("[data-state=refused] span", li).textContent = entry.problem;
  for (const button of li.querySelectorAll("button")) {
    button.onclick = () => (button.value === "again" ? now.room.deliver(entry) : now.room.discard(entry));
  }
  return li;
}
