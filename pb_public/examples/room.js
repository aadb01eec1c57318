// One open room over PocketBase's SDK. Everything up to the revision `cursor` is
// here, each message once and in its last state, whatever the network did.
export class Room {
  messages = new Map(); // by id
  outbox = []; // what is on its way, in order
  older = false; // whether there is more before the first message
  about = null; // name, role and the viewer's own record in chat_members
  cursor = null; // no change up to here is missing
  #early = new Set(); // revisions that came while one below them was missing
  #goal = 0;
  #busy = false;
  #line = Promise.resolve();
  #over = false;

  constructor(pb, id, changed) {
    Object.assign(this, { pb, id, changed });
  }

  async open() {
    const topic = `chat/rooms/${this.id}`;
    while (!this.#over) {
      try {
        return await this.pb.realtime.subscribe(topic, (frame) => this.#hear(frame));
      } catch (error) {
        await this.pb.realtime.unsubscribe(topic).catch(() => {});
        if (error.status === 401 || error.status === 403) throw error;
        await later(1000);
      }
    }
  }

  close() {
    this.#over = true;
    return this.pb.realtime.unsubscribe(`chat/rooms/${this.id}`).catch(() => {});
  }

  #hear(frame) {
    if (this.#over) return;
    if (frame.type === "message") this.#live(frame);
    if (frame.type === "synced") this.#catchUp(frame.rev); // comes after every reconnect
    if (frame.type === "ping" && frame.rev > this.cursor) this.#catchUp(frame.rev);
    if (frame.type === "removed") this.close();
    this.changed(frame);
  }

  // Live revisions rise by one. A jump means that one is late or lost.
  #live({ rev, message }) {
    this.#keep(message);
    this.#early.add(rev);
    if (this.#advance()) setTimeout(() => this.#advance() && this.#catchUp(), 300);
  }

  #advance() {
    if (this.cursor === null) return false;
    while (this.#early.has(this.cursor + 1)) this.cursor++;
    for (const rev of this.#early) if (rev <= this.cursor) this.#early.delete(rev);
    return this.#early.size > 0;
  }

  // Asks for what changed after the cursor, page by page.
  async #catchUp(rev = 0) {
    this.#goal = Math.max(this.#goal, rev);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let goal = -1; goal < this.#goal; ) {
        goal = this.#goal;
        const opening = this.cursor === null;
        for (let page = { newer: true }; page.newer; ) page = await this.#fetch();
        this.cursor = Math.max(this.cursor, goal);
        if (opening) this.changed({ type: "opened" });
      }
      if (this.#advance()) setTimeout(() => this.#advance() && this.#catchUp(), 1000);
    } catch (error) {
      if (!final(error)) setTimeout(() => this.#over || this.#catchUp(), 1000);
    } finally {
      this.#busy = false;
    }
    this.changed({});
  }

  async #fetch() {
    const page = await this.#get(this.cursor === null ? "" : `messages/?after=${this.cursor}`);
    for (const message of page.messages) this.#keep(message);
    if (this.cursor === null) [this.about, this.older] = [page.room, page.older];
    this.cursor = Math.max(this.cursor ?? 0, page.rev ?? page.messages.at(-1)?.rev ?? 0);
    return page;
  }

  // Kept is the newer of two states, and nothing from before what is loaded.
  #keep(message) {
    const had = this.messages.get(message.id);
    if (had ? had.rev > message.rev : this.older && message.seq < this.#first()) return;
    this.messages.set(message.id, message);
    const mine = message.author === this.pb.authStore.record?.id && message.client_id;
    if (mine) this.outbox = this.outbox.filter((entry) => entry.client_id !== mine);
  }

  #first = () => Math.min(...[...this.messages.values()].map((message) => message.seq));

  sorted = () => [...this.messages.values()].sort((a, b) => a.seq - b.seq);

  async loadOlder() {
    const page = await this.#get(`messages/?before=${this.sorted()[0].id}`);
    for (const message of page.messages) this.messages.set(message.id, message);
    this.older = page.older;
    this.changed({ type: "older" });
  }

  // An error may mean that the message was saved all the same. The same
  // client_id makes it the same message, however often it is sent.
  send(body, files = [], reply_to = "") {
    const entry = { client_id: crypto.randomUUID(), body, files, reply_to, problem: "" };
    this.outbox.push(entry);
    return this.deliver(entry);
  }

  deliver(entry) {
    entry.problem = "";
    this.changed({ type: "sending" });
    return (this.#line = this.#line.then(() => this.#deliver(entry))); // one after the other
  }

  async #deliver({ problem, ...data }) {
    for (let wait = 500; !this.#over; wait = Math.min(2 * wait, 15000)) {
      try {
        this.#keep(await this.pb.collection("chat_messages").create({ ...data, room: this.id }));
        return this.changed({});
      } catch (error) {
        if (final(error)) return this.#refused(data.client_id, error);
        await later(wait);
      }
    }
  }

  #refused(id, error) {
    const entry = this.outbox.find((entry) => entry.client_id === id);
    if (entry) entry.problem = error.response.message;
    this.changed({});
  }

  discard(entry) {
    this.outbox = this.outbox.filter((other) => other !== entry);
    this.changed({});
  }

  #get(path) {
    return this.pb.send(`/chat/${this.id}/${path}`, { headers: { Accept: "application/json" } });
  }
}

const later = (ms) => new Promise((done) => setTimeout(done, ms));

// A refusal stays one. No answer, too many requests and a fault may pass.
const final = ({ status }) => status >= 400 && status < 500 && status !== 429;
