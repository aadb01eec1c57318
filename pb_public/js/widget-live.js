// The badge of a host's page: one socket and a count, no document.
import { LiveSocket } from "./socket.js";
import { Unread } from "./unread.js";

/**
 * Counts what is unread from the inbox socket on, by subtraction as the list
 * does. ask() answers what the server counted; total(n), message({ room,
 * unread }) and ended() are told what comes. Answers how to stop.
 */
export function follow({ viewer, address, ask, total, message, ended }) {
  const unread = new Unread();
  let over = false;
  let timer = 0;
  let turn = 0;
  let journal = []; // frames that came while the server was counting; null while it isn't

  const socket = new LiveSocket({ address: () => address, probe: async () => ((await refresh()) ? "" : "signed-out") });
  const stop = () => {
    over = true;
    clearTimeout(timer);
    socket.end("removed");
  };

  /** Answers false when nobody is signed in any more. */
  async function refresh() {
    clearTimeout(timer);
    timer = 0;
    const mine = ++turn;
    journal = [];
    const state = await ask();
    if (over || mine !== turn) return true;
    if (!state) return soon(5000), true;
    if (state.viewer !== viewer) return false;
    unread.restart(state.unread ?? 0);
    for (const room of state.rooms ?? []) unread.seed(room.id, room);
    const late = journal;
    journal = null;
    for (const frame of late) act(frame, true);
    total(unread.total);
    return true;
  }

  /** A while that differs from page to page: a large group has many members. */
  const soon = (least = 100) => (timer ||= setTimeout(refresh, least + Math.random() * 400));

  function act(frame, again = false) {
    if (frame.type === "inbox" && !frame.gone) came(frame, again);
    else if (frame.type === "unread" && !unread.marked(frame.room, { ...frame, readRev: frame.read_rev })) soon();
    else if ((frame.type === "removed" || frame.gone) && !unread.drop(frame.room, frame.total)) soon();
  }

  function came(frame, again) {
    if (again && frame.unposted) return soon(); // whether the count knew of it, only another tells
    const before = unread.of(frame.room);
    const seen = / data-author="([^"]*)"/.exec(frame.html ?? "")?.[1] === viewer;
    if (!unread.changed(frame.room, { ...frame, seen })) soon();
    else if (!again && unread.of(frame.room) > before) message({ room: frame.room, unread: unread.of(frame.room) });
  }

  socket.addEventListener("frame", ({ detail }) => {
    if (over) return;
    journal?.push(detail);
    act(detail);
    if (!journal) total(unread.total);
  });
  socket.addEventListener("state", async ({ detail }) => {
    if (over) return;
    if (detail === "signed-out" || (detail === "live" && !(await refresh()))) {
      stop();
      ended();
    }
  });
  socket.start();
  return stop;
}
