// Checks of the plain models, run as a page: each test throws when it fails.
import { Backoff } from "/src/js/backoff.js";
import { Cursor } from "/src/js/cursor.js";
import { Outbox } from "/src/js/outbox.js";
import { Store } from "/src/js/store.js";
import { Timeline } from "/src/js/timeline.js";
import { Unread } from "/src/js/unread.js";

function equal(got, want, what = "") {
  const [a, b] = [JSON.stringify(got), JSON.stringify(want)];
  if (a !== b) throw new Error(`${what}: got ${a}, want ${b}`);
}

const frame = (rev) => ({ type: "message", rev });
const revs = (frames) => frames.map((f) => f.rev);

const tests = {
  "timeline: order by seq, each id once, the newest revision wins"() {
    const t = new Timeline();
    equal(t.place({ id: "b", seq: 2, rev: 2 }), { act: "insert", after: null });
    equal(t.place({ id: "d", seq: 4, rev: 4 }), { act: "insert", after: "b" });
    equal(t.place({ id: "c", seq: 3, rev: 3 }), { act: "insert", after: "b" });
    equal(t.place({ id: "a", seq: 1, rev: 1 }), { act: "insert", after: null });
    equal(t.place({ id: "c", seq: 3, rev: 3 }), { act: "keep" });
    equal(t.place({ id: "c", seq: 3, rev: 9 }), { act: "replace" });
    equal(t.place({ id: "c", seq: 3, rev: 8 }), { act: "keep" }, "a late older revision");
    equal(t.ids, ["a", "b", "c", "d"]);
    equal([t.lastSeq, t.size], [4, 4]);
  },

  "timeline: any order of arrival gives the same order"() {
    const seqs = Array.from({ length: 200 }, (_, i) => (i * 73) % 200);
    const t = new Timeline();
    for (const seq of seqs) t.place({ id: `m${seq}`, seq, rev: seq });
    equal(t.ids, [...seqs].sort((a, b) => a - b).map((n) => `m${n}`));
  },

  "cursor: live frames rise by one; duplicates don't move it"() {
    const c = new Cursor(5);
    c.begin();
    equal(revs(c.synced(5)), []);
    equal(revs(c.take(frame(6))), [6]);
    equal(revs(c.take(frame(6))), [6], "shown again, which the timeline ignores");
    equal([c.at, c.behind], [6, false]);
  },

  "cursor: the highest contiguous, never the highest seen"() {
    const c = new Cursor(1);
    c.begin();
    c.synced(1);
    equal(revs(c.take(frame(3))), []);
    equal([c.at, c.behind], [1, true]);
    equal(revs(c.take(frame(4))), []);
    equal(revs(c.take(frame(2))), [2, 3, 4], "in order, once the late one came");
    equal([c.at, c.behind], [4, false]);
  },

  "cursor: what was held back is shown when waiting is given up, once"() {
    const c = new Cursor(1);
    c.begin();
    c.synced(1);
    c.take(frame(5));
    c.take(frame(3));
    equal(revs(c.release()), [3, 5]);
    equal(revs(c.release()), []);
    equal(c.at, 1, "the resume starts where something is missing");
    equal(revs(c.take(frame(2))), [2]);
    equal(c.at, 3);
  },

  "cursor: in a replay revisions jump and synced sets it"() {
    const c = new Cursor(10);
    c.begin();
    equal(revs(c.take(frame(14))), [14]);
    equal(revs(c.take(frame(20))), [20]);
    equal([c.at, c.behind], [10, false]);
    c.synced(20);
    equal([c.at, c.behind], [20, false]);
  },

  "cursor: live frames that came before synced count"() {
    const c = new Cursor(10);
    c.begin();
    c.take(frame(12));
    c.take(frame(13)); // past the replay, which was read at 12
    c.synced(12);
    equal([c.at, c.behind], [13, false]);
    c.begin();
    c.take(frame(16));
    c.synced(14);
    equal([c.at, c.behind], [14, true], "15 is missing");
    equal(revs(c.take(frame(15))), [15], "16 was shown already");
    equal(c.at, 16);
  },

  "cursor: a ping tells of a lost last frame"() {
    const c = new Cursor(3);
    c.begin();
    c.ping(9);
    equal(c.behind, false, "a replay is not judged");
    c.synced(3);
    c.ping(3);
    equal(c.behind, false);
    c.ping(4);
    equal(c.behind, true);
    c.take(frame(4));
    equal(c.behind, false);
  },

  "unread: by subtraction; own and seen ones never count"() {
    const u = new Unread(3);
    u.seed("a", { posts: 10, unread: 2, readRev: 8 });
    u.seed("b", { posts: 5, unread: 1, readRev: 4 });
    equal(u.changed("c", { posts: 1 }), false, "an unknown room");
    u.changed("a", { posts: 12 });
    equal([u.of("a"), u.total], [4, 5]);
    u.changed("a", { posts: 11 });
    equal(u.of("a"), 4, "an older frame");
    u.changed("b", { posts: 6, seen: true });
    equal([u.of("b"), u.total], [0, 4]);
    u.marked("a", { unread: 1, total: 1, readRev: 20, posts: 12 });
    equal([u.of("a"), u.total], [1, 1]);
    u.changed("a", { posts: 13 });
    equal([u.of("a"), u.total], [2, 2]);
  },

  "unread: a total that comes with a mark may have counted what comes next"() {
    const u = new Unread(2);
    u.seed("a", { posts: 10, unread: 2, readRev: 8 });
    u.seed("b", { posts: 5, unread: 0, readRev: 5 });
    equal(u.marked("b", { unread: 0, total: 3, readRev: 6, posts: 6 }), true, "a message of a's is in that total");
    equal(u.total, 2);
    u.changed("a", { posts: 11 });
    equal([u.of("a"), u.total], [3, 3]);
  },

  "unread: a mark in a room that is not known"() {
    const u = new Unread(5);
    equal([u.marked("x", { unread: 0, total: 4 }), u.total], [true, 4], "nothing is known: as good as any");
    u.seed("a", { posts: 10, unread: 2, readRev: 8 });
    equal([u.marked("x", { unread: 0, total: 4 }), u.total], [true, 4], "the same total");
    equal([u.marked("x", { unread: 0, total: 3 }), u.total], [false, 4], "only the server can tell");
    equal(u.drop("x"), false);
  },

  "unread: a mark that was counted while the room was in no list"() {
    const u = new Unread(1);
    u.seed("a", { posts: 3, unread: 1, readRev: 2 }); // it came back meanwhile
    u.marked("a", { unread: 0, total: 0, readRev: 0 });
    equal([u.of("a"), u.total], [1, 1]);
  },

  "unread: what the server does not name any more takes nothing along"() {
    const u = new Unread(3);
    u.seed("a", { posts: 10, unread: 2, readRev: 8 });
    u.seed("b", { posts: 5, unread: 1, readRev: 4 });
    u.restart(2); // b was left meanwhile
    u.seed("a", { posts: 10, unread: 2, readRev: 8 });
    u.drop("b");
    equal([u.has("b"), u.total], [false, 2]);
  },

  "unread: a deleted message counts back only for who had not read it"() {
    const u = new Unread(2);
    u.seed("a", { posts: 10, unread: 2, readRev: 8 });
    u.changed("a", { posts: 10, unposted: 8 });
    equal([u.of("a"), u.total], [2, 2], "it was read");
    u.changed("a", { posts: 10, unposted: 9 });
    equal([u.of("a"), u.total], [1, 1]);
    u.changed("a", { posts: 10, unposted: 10 });
    u.changed("a", { posts: 10, unposted: 10 });
    equal([u.of("a"), u.total], [0, 0], "never below nothing");
  },

  "unread: leaving takes a room's part of the total"() {
    const u = new Unread(5);
    u.seed("a", { posts: 10, unread: 3, readRev: 1 });
    u.drop("a");
    u.drop("a");
    equal(u.total, 2);
  },

  "backoff: a random part of a window that doubles up to its most"() {
    const full = new Backoff({ random: () => 1 });
    equal(Array.from({ length: 9 }, () => full.next()), [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    full.reset();
    full.widen(2);
    equal(full.next(), 2000);
    equal(new Backoff({ random: () => 0 }).next(), 0, "full jitter");
  },

  "backoff: a thousand that are cut at once come back spread over the window"() {
    const tenths = (tries, window) => {
      const counts = Array(10).fill(0);
      for (let i = 0; i < 1000; i++) {
        const backoff = new Backoff();
        backoff.widen(tries);
        counts[Math.min(9, Math.floor((backoff.next() / window) * 10))]++;
      }
      return counts;
    };
    for (const counts of [tenths(0, 500), tenths(2, 2000)]) {
      equal(counts.filter((n) => n < 40 || n > 180), [], `uneven: ${counts}`); // a hundred each, more or less
    }
  },

  "store: one viewer's things are neither seen nor kept by another"() {
    const [one, two] = [new Store("localStorage", "one"), new Store("localStorage", "two")];
    localStorage.setItem("host", "stays");
    one.set("draft:r", "hello");
    equal([one.get("draft:r"), two.get("draft:r")], ["hello", null]);
    two.claim();
    equal(one.get("draft:r"), null);
    equal(localStorage.getItem("host"), "stays");
    one.set("draft:r", "again");
    one.set("draft:r", null);
    equal(Object.keys(localStorage), ["host"]);
  },

  async "outbox: strictly one after the other"() {
    const order = [];
    let flying = 0;
    const send = async ({ body }) => {
      if (++flying > 1) throw new Error("two at once");
      order.push(body);
      await pause(5);
      flying--;
      return { status: 200 };
    };
    const box = new Outbox({ send });
    for (const body of ["1", "2", "3", "4"]) box.add({ id: body, body });
    await until(() => box.items.length === 0);
    equal(order, ["1", "2", "3", "4"]);
  },

  async "outbox: an echo counts as sent, and the next goes without waiting for the answer"() {
    const sent = [];
    const box = new Outbox({
      send: ({ id }) => {
        sent.push(id);
        return new Promise(() => {});
      },
    });
    box.add({ id: "a", body: "1" });
    box.add({ id: "b", body: "2" });
    await until(() => sent.length === 1);
    box.acknowledge("a");
    await until(() => sent.length === 2);
    equal(box.items.map((i) => i.id), ["b"]);
  },

  async "outbox: without an acknowledgement it fails, and trying again keeps its id"() {
    const ids = [];
    let hang = true;
    const box = new Outbox({
      patience: 60,
      send: ({ id }) => {
        ids.push(id);
        return hang ? new Promise(() => {}) : Promise.resolve({ status: 200 });
      },
    });
    box.add({ id: "a", body: "1" });
    await until(() => box.items[0].state === "failed");
    hang = false;
    box.retry("a");
    await until(() => box.items.length === 0);
    equal(ids, ["a", "a"]);
  },

  async "outbox: a late echo of a failed one counts"() {
    const box = new Outbox({ patience: 30, send: () => new Promise(() => {}) });
    box.add({ id: "a", body: "1" });
    await until(() => box.items[0].state === "failed");
    box.acknowledge("a");
    equal(box.items, []);
  },

  async "outbox: 429 waits as told and sends again by itself, past its patience"() {
    const answers = [{ status: 429, retryAfter: 120 }, { status: 200 }];
    const states = [];
    const started = performance.now();
    const box = new Outbox({ patience: 80, send: async () => answers.shift() });
    box.addEventListener("change", ({ detail }) => states.push(detail.item.state));
    box.add({ id: "a", body: "1" });
    await until(() => box.items.length === 0);
    equal(states, ["queued", "sending", "waiting", "sending"]);
    if (performance.now() - started < 110) throw new Error("did not wait");
  },

  async "outbox: a dead network is tried again, at once when the connection is back"() {
    const answers = [{ status: 0 }, { status: 503 }, { status: 200 }];
    const box = new Outbox({ send: async () => answers.shift() });
    box.addEventListener("change", ({ detail }) => detail.item.state === "waiting" && setTimeout(() => box.hurry()));
    box.add({ id: "a", body: "1" });
    await until(() => box.items.length === 0);
  },

  async "outbox: refused ones fail and hold up nothing"() {
    const refused = [];
    const box = new Outbox({ send: async ({ body }) => ({ status: body === "bad" ? 422 : 200, error: "Too long." }) });
    box.addEventListener("refused", ({ detail }) => refused.push(detail.item.error));
    box.add({ id: "a", body: "bad" });
    box.add({ id: "b", body: "good" });
    await until(() => box.items.length === 1 && box.items[0].state === "failed");
    equal(refused, ["Too long."]);
    box.discard("a");
    equal(box.items, []);
  },

  async "outbox: signed out, all is kept as not sent"() {
    let kept = [];
    const box = new Outbox({ send: async () => ({ status: 401 }), keep: (items) => (kept = items) });
    box.add({ id: "a", body: "1" });
    box.add({ id: "b", body: "2" });
    await until(() => kept.length === 2 && kept.every((i) => i.state === "failed"));
  },

  async "outbox: what a reload interrupted goes on with its id"() {
    const ids = [];
    const box = new Outbox({ send: async ({ id }) => (ids.push(id), { status: 200 }) });
    box.restore([
      { id: "a", body: "1", reply: "", at: 1, state: "sending" },
      { id: "b", body: "2", reply: "", at: 2, state: "failed" },
    ]);
    await until(() => box.items.length === 1);
    equal([ids, box.items[0].id], [["a"], "b"]);
  },
};

const pause = (wait) => new Promise((resolve) => setTimeout(resolve, wait));

async function until(holds) {
  for (let i = 0; i < 1000; i++) {
    if (holds()) return;
    await pause(5);
  }
  throw new Error("waited in vain");
}

/** Runs all; answers name → "" or what went wrong. */
async function run() {
  const results = {};
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      results[name] = "";
    } catch (error) {
      results[name] = String(error.stack ?? error);
    }
  }
  return results;
}

window.results = run();
