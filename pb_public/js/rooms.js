import { find, findAll, flag, number, parse, root, word } from "./dom.js";
import { request } from "./http.js";
import { above, back, countRow, countsOf, dressRow, inherit, older, openRow } from "./row.js";
import { Unread } from "./unread.js";

const WIDE = "(min-width: 768px)"; // as the style sheet shows the list beside the room
const MOTION = 400;

/**
 * The list of rooms and the counts that go with it. On a page without a list
 * (a room on a phone) it keeps the counts alone.
 */
export class Rooms {
  #session;
  #notice;
  #title;
  #drafts;
  #unread;
  #open;
  #reading;
  #query = "";
  #asked = 0;
  #timer = 0;
  #journal = null; // frames that came while the list was being fetched
  #late = new Set(); // rows that move once the pointer is elsewhere
  #watcher = new IntersectionObserver((seen) => seen.some((e) => e.isIntersecting) && this.more(), { rootMargin: "300px" });

  /** open is the room of the page; reading() whether what comes there is read as it comes. */
  constructor({ session, notice, title, drafts, open = "", reading = () => false }) {
    this.#session = session;
    this.#notice = notice;
    this.#title = title;
    this.#drafts = drafts;
    this.#open = open;
    this.#reading = reading;
    this.#unread = new Unread(number(root, "data-unread-total"));
    this.#adopt();
    this.#title.total(this.#unread.total);
    this.#listen();
  }

  get total() {
    return this.#unread.total;
  }

  get #list() {
    return find("[data-rooms]");
  }

  get #rows() {
    return findAll("[data-rooms] > [data-room]");
  }

  #row(room) {
    return find(`[data-rooms] > [data-room="${CSS.escape(room)}"]`);
  }

  // Frames

  /** Something changed in a room: its row comes new, without the viewer's own part. */
  inbox(frame) {
    // A deletion must not be counted twice: whether the answer knew of it, only another tells.
    this.#journal?.push(() => (frame.unposted ? this.#soon() : this.inbox(frame)));
    const old = this.#row(frame.room);
    if (frame.gone) return back(old, frame) ? undefined : this.removed(frame);
    const row = frame.html ? find("[data-room]", parse(frame.html)) : null;
    const late = row && old && older(row, old);
    const own = row && !late && find("[data-preview]", row)?.dataset.author === this.#session.viewer;
    const seen = own || (frame.room === this.#open && this.#reading());
    if (!this.#unread.changed(frame.room, { ...frame, seen })) return this.#soon();
    if (row && old && !late) this.#replace(old, document.importNode(row, true));
    else if (row && !old && this.#list && !this.#query) this.#soon();
    this.#counted(frame.room);
  }

  /** The viewer's own marks moved, in any tab. */
  marked(frame) {
    this.#journal?.push(() => this.marked(frame));
    if (!this.#unread.marked(frame.room, { ...frame, readRev: frame.read_rev })) this.#soon();
    const row = this.#row(frame.room);
    if (row && frame.read_rev) row.dataset.readRev = frame.read_rev;
    if (row && !this.#unread.has(frame.room)) countRow(row, frame.unread);
    this.#counted(frame.room);
  }

  removed({ room, total }) {
    this.#journal?.push(() => this.removed({ room, total }));
    if (!this.#unread.drop(room, total)) this.#soon();
    this.#row(room)?.remove();
    this.#title.total(this.#unread.total);
    if (this.#list && !this.#rows.length && !this.#query) this.refresh(); // the empty state is the server's
  }

  // Fetching

  /** Fetches the top of the list: after a reconnect, or for a room that is not known. */
  async refresh() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const asked = ++this.#asked;
    this.#journal = [];
    const answer = await request(this.#address());
    if (asked !== this.#asked) return; // another was asked meanwhile
    const journal = this.#journal;
    this.#journal = null;
    if (!answer.ok) return this.#failed(answer);
    this.#take(parse(answer.text));
    for (const again of journal) again(); // the answer may be older than they are
  }

  /** The next page of the list. */
  async more() {
    const link = find("[data-rooms] [data-more-rooms], [data-list] [data-more-rooms]");
    if (!link || link.dataset.busy !== undefined) return;
    flag(link, "data-busy", true);
    const answer = await request(link.href);
    flag(link, "data-busy", false);
    if (!answer.ok) return this.#failed(answer);
    const holder = link.closest("li") ?? link;
    const fragment = document.importNode(parse(answer.text), true);
    for (const row of findAll("[data-room]", fragment)) {
      if (this.#row(row.dataset.room)) row.remove();
    }
    holder.replaceWith(fragment);
    this.#adopt();
  }

  /** Loads the list beside a room, only where it is shown. */
  #lazily() {
    const wide = matchMedia(WIDE);
    const load = () => wide.matches && find("[data-list-lazy]") && this.refresh();
    wide.addEventListener("change", load);
    load();
  }

  #address() {
    const base = `${root.dataset.base}/list-partial/`;
    const query = new URLSearchParams();
    if (this.#query) query.set("q", this.#query);
    if (this.#open) query.set("open", this.#open);
    return query.size ? `${base}?${query}` : base;
  }

  #failed(answer) {
    if (answer.status === 401) this.#session.end("signed-out");
    else if (answer.status) this.#notice.toast(word("ListFailed"));
  }

  /** A while that differs from page to page: a new group has many members. */
  #soon() {
    this.#timer ||= setTimeout(() => this.refresh(), 100 + Math.random() * 400);
  }

  #take(fragment) {
    const list = find("[data-list]", fragment);
    const total = find("[data-rooms][data-unread-total]", fragment) ?? find("[data-unread-total]", fragment);
    if (total && !this.#query) this.#unread.restart(number(total, "data-unread-total"));
    const lazy = find("[data-list-lazy]");
    if (lazy && !matchMedia(WIDE).matches) this.#seed(findAll("[data-room]", fragment));
    else if (list) this.#show(list, lazy);
    this.#title.total(this.#unread.total);
  }

  #show(list, lazy) {
    const current = lazy ?? find("[data-list]");
    if (!current) return this.#seed(findAll("[data-room]", list));
    const fresh = document.importNode(list, true);
    if (lazy || this.#query || this.#rows.length === 0 || !find("[data-room]", fresh)) current.replaceWith(fresh);
    else this.#reconcile(fresh);
    this.#adopt();
  }

  /** Takes over what the server says of the top; what stands below it stays. */
  #reconcile(fresh) {
    const rows = findAll("[data-room]", fresh);
    const rooms = new Set(rows.map((row) => row.dataset.room));
    const whole = !find("[data-more-rooms]", fresh);
    const lowest = rows.at(-1);
    const link = find("[data-more-rooms]", this.#list)?.closest("li");
    for (const old of this.#rows) {
      if (!rooms.has(old.dataset.room) && (whole || above(old, lowest))) old.remove();
    }
    if (whole) link?.remove();
    for (const row of rows) {
      const old = this.#row(row.dataset.room);
      if (old) old.replaceWith(row);
      else this.#list.prepend(row);
      this.#settle(row);
    }
  }

  // Rows

  /** Looks through the list that is in the page. */
  #adopt() {
    this.#seed(this.#rows);
    for (const row of this.#rows) this.#dress(row);
    this.#watcher.disconnect();
    const link = find("[data-more-rooms]");
    if (link) this.#watcher.observe(link);
  }

  #seed(rows) {
    for (const row of rows) this.#unread.seed(row.dataset.room, countsOf(row));
  }

  #dress(row) {
    const room = row.dataset.room;
    const draft = room === this.#open ? "" : this.#drafts.get(`draft:${room}`) ?? "";
    dressRow(row, { viewer: this.#session.viewer, draft });
    openRow(row, room === this.#open);
  }

  #replace(old, row) {
    inherit(row, old);
    this.#dress(row);
    old.replaceWith(row);
    this.#move(row);
  }

  #counted(room) {
    const row = this.#row(room);
    if (row && this.#unread.has(room)) countRow(row, this.#unread.of(room));
    this.#title.total(this.#unread.total);
  }

  /** Moves a changed row to its place, but never under the pointer. */
  #move(row) {
    if (this.#list.matches(":hover") && matchMedia("(hover: hover)").matches) {
      this.#late.add(row.dataset.room);
      return;
    }
    this.#settle(row);
  }

  #settle(row) {
    const next = this.#rows.find((other) => other !== row && above(row, other));
    const last = this.#rows.filter((other) => other !== row).at(-1);
    if (next ? row.nextElementSibling === next : !last || last.nextElementSibling === row) return;
    const focused = row.contains(document.activeElement) ? document.activeElement : null;
    if (next) next.before(row);
    else last.after(row);
    focused?.focus({ preventScroll: true });
    flag(row, "data-moved", true);
    setTimeout(() => flag(row, "data-moved", false), MOTION);
  }

  #listen() {
    this.#lazily();
    document.addEventListener("pointerout", (event) => {
      if (!this.#late.size || this.#list?.contains(event.relatedTarget)) return;
      const rooms = [...this.#late];
      this.#late.clear();
      for (const room of rooms) {
        const row = this.#row(room);
        if (row) this.#settle(row);
      }
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest?.("[data-more-rooms]")) return;
      event.preventDefault();
      this.more();
    });
    this.#searchable();
  }

  /** The filter above the list. */
  #searchable() {
    let timer = 0;
    const apply = (input) => {
      clearTimeout(timer);
      this.#query = input.value.trim();
      timer = setTimeout(() => this.refresh(), 200);
    };
    const filter = (event) => event.target.closest?.("[data-chat-list] [name=q]");
    document.addEventListener("input", (event) => filter(event) && apply(event.target));
    document.addEventListener("submit", (event) => {
      const input = find("[name=q]", event.target);
      if (!input?.closest("[data-chat-list]")) return;
      event.preventDefault();
      apply(input);
    });
  }
}
