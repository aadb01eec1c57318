import PocketBase from "./vendor/pocketbase.js";

export const pb = new PocketBase("/");
pb.autoCancellation(false); // several messages may be on their way at once
const chat = (path, body) =>
  pb.send(`/chat/${path}`, { method: body ? "POST" : "GET", body, headers: { Accept: "application/json" } });

export const signIn = (email, password) => pb.collection("users").authWithPassword(email, password);

// { rooms: [{ id, name, unread, last, … }], unread, next }
export const list = () => chat("list-partial/");

// The one room with the person behind an address.
export const openDirect = async (email) => (await chat("new/", { email })).room;

// Sent again with the same client_id, it is the same message.
export const send = (room, body, client_id = crypto.randomUUID()) =>
  pb.collection("chat_messages").create({ room, body, client_id });

// show gets every message, and every change of one: of two with the same id, the
// one with the higher rev is newer.
export function follow(room, show, cursor = 0) {
  return pb.realtime.subscribe(`chat/rooms/${room}`, async (frame) => {
    if (frame.type === "message") {
      show(frame.message);
      if (frame.rev === cursor + 1) cursor = frame.rev; // a jump waits for the next synced
    }
    if (frame.type !== "synced") return;
    // Also after every reconnect: fetch what was missed.
    for (let full = true; full; ) {
      const missed = await pb.collection("chat_messages").getList(1, 200, {
        filter: pb.filter("room = {:room} && rev > {:cursor}", { room, cursor }),
        sort: "rev",
      });
      missed.items.forEach(show);
      full = missed.items.length === 200;
      cursor = Math.max(cursor, missed.items.at(-1)?.rev ?? 0);
    }
    cursor = Math.max(cursor, frame.rev);
  });
}
