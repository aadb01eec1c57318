// The list of chats.
import { $, chat, copy, now, word } from "./kit.js";

// The list. An inbox has no cursor: whatever changes, it is fetched again, at
// most once at a time and a moment later, so that a burst costs one request.
let pages = 1;
let fetching = null;

export const loadSoon = () => (fetching ??= setTimeout(loadRooms, 150));

export async function loadRooms() {
  const [user, found] = [now.viewer, []];
  let page = { next: "" };
  try {
    for (let i = 0; i < pages && (i === 0 || page.next); i++) {
      page = await chat(`list-partial/?${new URLSearchParams({ q: $("#search").value, ...(i && { before: page.next }) })}`);
      found.push(...page.rooms);
    }
  } catch {
    return;
  } finally {
    fetching = null;
  }
  if (user !== now.viewer) return;
  $("#rooms").replaceChildren(...found.map(rowOf));
  $("#empty").hidden = found.length > 0;
  $("#more").hidden = !page.next;
  $("#total").hidden = !page.unread;
  $("#total").textContent = page.unread;
  document.title = (page.unread ? `(${page.unread}) ` : "") + $("#sign h1").textContent;
}

function rowOf({ id, name, unread, last }) {
  const row = copy("row");
  row.dataset.room = id;
  $("strong", row).textContent = name;
  $(".badge", row).hidden = !unread;
  $(".badge", row).textContent = unread;
  $(".badge", row).title = word("unread", unread);
  $(".small", row).textContent = last ? (last.deleted ? word("gone") : last.text || word("file")) : "";
  $("button", row).ariaCurrent = String(id === now.room?.id);
  $("button", row).onclick = () => now.open(id);
  return row;
}

export function clearList() {
  pages = 1;
  $("#rooms").replaceChildren();
}

$("#more").onclick = () => (pages++, loadRooms());
$("#search").oninput = loadSoon;
