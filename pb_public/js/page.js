// The entry of every page: wires what the page has. Without a viewer (signing
// in, signing up) only the forms.
import { Cursor } from "./cursor.js";
import { dialogs } from "./dialogs.js";
import { find, flag, language, root, word } from "./dom.js";
import { request } from "./http.js";
import { Late } from "./late.js";
import { Notice } from "./notice.js";
import { Room } from "./room.js";
import { Rooms } from "./rooms.js";
import { Session } from "./session.js";
import { LiveSocket } from "./socket.js";
import { Store } from "./store.js";
import { localise } from "./times.js";
import { Title } from "./title.js";

const body = root;
const viewer = body.dataset.viewer ?? "";
const drafts = new Store("localStorage", viewer);
const transit = new Store("sessionStorage", viewer);
const session = new Session(viewer, [drafts, transit]);
const notice = new Notice();
const late = new Late({ session, notice, store: drafts });

dialogs((dialog) => late.opened(dialog));
// A room has no forms that come back in part, so it does without what sends them;
// and where that cannot be loaded, forms are sent as without script.
if (find("[hx-post]")) import("./forms.js").then(({ forms }) => forms({ session, notice })).catch(() => {});
localise(body);
if (viewer) live();

/** Everything that needs the socket. */
function live() {
  const section = find("[data-room-page]");
  const form = section && find("[data-composer]", section);
  if (form) form.dataset.enter = drafts.get("enter") ?? "";
  const room = section ? new Room({ section, session, notice, drafts, transit }) : null;
  flag(section, "data-ready", true);
  const title = new Title();
  const rooms = new Rooms({ session, notice, title, drafts, open: room?.id, reading: () => room?.reading ?? false });
  const cursor = room ? new Cursor(room.rev) : null;
  const socket = new LiveSocket({ address: (at) => address(room, at), cursor, probe: () => probe(room, cursor) });

  const handlers = {
    message: (frame) => room?.message(frame),
    presence: (frame) => room?.presence(frame),
    typing: (frame) => room?.typing(frame),
    read: (frame) => room?.read(frame),
    room: (frame) => changed(frame, room, rooms, title),
    inbox: (frame) => {
      rooms.inbox(frame);
      // Deleted for oneself in another tab: what was shown until then goes here too.
      if (frame.gone && frame.room === room?.id) reload(room, cursor, socket);
    },
    unread: (frame) => {
      rooms.marked(frame);
      if (frame.room === room?.id) room.marked(frame);
    },
    removed: (frame) => (frame.room === room?.id ? session.end("removed") : rooms.removed(frame)),
    reload: () => reload(room, cursor, socket),
  };
  socket.addEventListener("frame", ({ detail }) => {
    document.dispatchEvent(new CustomEvent("chat:frame", { detail })); // for the widget's panel
    handlers[detail.type]?.(detail);
  });
  socket.addEventListener("state", ({ detail }) => stateful(detail, room, rooms));
  session.addEventListener("signed-out", () => {
    socket.end("signed-out");
    notice.connected(true);
    room?.signedOut();
  });
  session.addEventListener("removed", () => {
    socket.end("removed");
    if (room) leave(room);
  });
  socket.start();
  notice.carried(viewer);
}

function address(room, at) {
  const url = new URL(`${body.dataset.socket}/${room ? room.id : "inbox"}/`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  if (room) url.searchParams.set("rev", at);
  if (room) url.searchParams.set("since", room.since);
  if (language) url.searchParams.set("lang", language);
  return url.href;
}

/** Why a handshake was refused; "" for a network that fails or a busy server. */
async function probe(room, cursor) {
  const path = room ? `${room.id}/messages/?after=${cursor.at}` : "list-partial/";
  const { status } = await request(`${body.dataset.base}/${path}`);
  if (status === 401) return session.end("signed-out"), "signed-out";
  if (status === 404 && room) return session.end("removed"), "removed";
  return "";
}

function stateful(state, room, rooms) {
  if (state === "signed-out" || state === "removed") return session.end(state);
  notice.connected(state === "live");
  flag(body, "data-live", state === "live");
  if (state !== "live") return;
  room?.live();
  rooms.refresh(); // the inbox has no cursor: what came meanwhile shows only so
}

function changed(frame, room, rooms, title) {
  if (frame.room !== room?.id) return;
  room.changed(frame);
  late.changed();
  if (frame.name) title.rename(frame.name, rooms.total);
}

/** Fetches the room anew, then goes on from there; tries until it can be had. */
async function reload(room, cursor, socket) {
  if (!room) return;
  const rev = await room.reload();
  if (session.ended) return;
  if (rev === null) return setTimeout(() => reload(room, cursor, socket), 1000 + Math.random() * 4000);
  cursor.restart(rev);
  socket.resume();
}

function leave(room) {
  room.removed();
  notice.carry(viewer, word("Removed"));
  location.replace(`${body.dataset.base}/`);
}
