// A whole chat over PocketBase's SDK: what one needs to know is in room.js, the
// rest draws it.
import { $, act, chat, me, nameAll, now, pb, people, tell, word } from "./kit.js";
import { clearList, loadRooms, loadSoon } from "./list.js";
import { aim, itemOf, readers, unsentOf } from "./message.js";
import { Room } from "./room.js";

// Who signs in or out, here or in another tab.
pb.authStore.onChange(() => {
  if (now.viewer === me()) return;
  if (now.viewer) leave();
  now.viewer = me();
  $("#sign").hidden = Boolean(now.viewer);
  $("#app").hidden = !now.viewer;
  if (now.viewer) enter();
}, true);

// The SDK would come back again and again with a token that holds no more.
pb.afterSend = (response, data) => {
  if (response.status === 401 && now.viewer) signedOut();
  return data;
};

function signedOut() {
  pb.authStore.clear();
  tell(word("signedOut"));
}

async function enter() {
  pb.collection("users").authRefresh().catch(() => {});
  await loadRooms();
  for (const user = now.viewer; user === now.viewer; await new Promise((done) => setTimeout(done, 1000))) {
    try {
      return await pb.realtime.subscribe("chat/inbox", hearInbox);
    } catch {
      $("#offline").hidden = false;
      await pb.realtime.unsubscribe("chat/inbox").catch(() => {});
    }
  }
}

function leave() {
  pb.realtime.unsubscribe();
  closeRoom();
  clearList();
  people.clear();
  for (const form of document.forms) form.reset();
}

function hearInbox(frame) {
  if (frame.type === "closed") return signedOut();
  $("#offline").hidden = true;
  if (frame.type !== "ping") loadSoon();
}

// The open room.
now.open = openRoom;

async function openRoom(id) {
  closeRoom();
  const opened = (now.room = new Room(pb, id, (frame) => opened === now.room && hearRoom(frame)));
  document.body.dataset.open = id;
  [$("#room").hidden, $("#nothing").hidden] = [false, true];
  for (const row of $("#rooms").children) $("button", row).ariaCurrent = String(row.dataset.room === id);
  await act(() => opened.open());
}

function closeRoom() {
  now.room?.close();
  [now.room, now.members] = [null, new Map()];
  delete document.body.dataset.open;
  [$("#room").hidden, $("#nothing").hidden] = [true, false];
  for (const id of ["messages", "outbox"]) $(`#${id}`).replaceChildren();
  $("#composer").reset();
  aim(null);
}

async function hearRoom(frame) {
  switch (frame.type) {
    case "closed":
      return signedOut();
    case "removed":
      closeRoom();
      return tell(word("removed"));
    case "opened":
      $("#online").textContent = now.room.about.online;
      return act(entitle);
    case "room":
      now.room.about.name = frame.name;
      return act(entitle);
    case "presence":
      return void ($("#online").textContent = frame.online);
    case "typing":
      return frame.user !== now.viewer && type(frame.name);
    case "read":
      if (now.members.has(frame.user)) now.members.get(frame.user).read_rev = frame.read_rev;
      return draw();
    case "message":
      type("");
  }
  draw(frame.type);
}

// entitle shows whose room it is, and who is in it.
async function entitle() {
  const of = now.room;
  const all = await pb.collection("chat_members").getFullList({ filter: pb.filter("room = {:id}", { id: of.id }) });
  await nameAll(all.map((member) => member.user));
  if (of !== now.room) return;
  now.members = new Map(all.map((member) => [member.user, member]));
  $("#title").textContent = of.about.name;
  $("#people").textContent = word("members", all.length);
  $("#leave").hidden = of.about.type !== "group";
  draw("opened");
}

let naming = false;

async function draw(why) {
  const of = now.room;
  const messages = of.sorted();
  const strangers = messages.some(({ author }) => author && !people.has(author));
  if (strangers && !naming) {
    naming = true;
    await nameAll(messages.map((message) => message.author)).catch(() => {}).finally(() => (naming = false));
    if (of !== now.room) return;
  }
  const box = $("#scroll");
  const atEnd = why === "opened" || why === "sending" || box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const below = box.scrollHeight - box.scrollTop;
  const drawn = new Map([...$("#messages").children].map((li) => [li.id, li]));
  const items = messages.map((message) => {
    const was = drawn.get(message.id);
    const state = [message.rev, people.get(message.author), readers(message)].join();
    if (was?.dataset.state === state) return was;
    const li = itemOf(message);
    li.dataset.state = state;
    return li;
  });
  items.forEach((li, i) => $("#messages").children[i] !== li && $("#messages").insertBefore(li, $("#messages").children[i] ?? null));
  while ($("#messages").children.length > items.length) $("#messages").lastChild.remove();
  $("#outbox").replaceChildren(...of.outbox.map(unsentOf));
  $("#older").hidden = !of.older;
  if (atEnd) box.scrollTop = box.scrollHeight;
  else if (why === "older") box.scrollTop = box.scrollHeight - below;
  markRead();
}

// Read is what was on the screen, at the end of the room.
let marking = false;

async function markRead() {
  const box = $("#scroll");
  const own = now.members.get(now.viewer);
  const rev = now.room?.cursor;
  if (marking || !own || own.room !== now.room.id || document.hidden || rev <= own.read_rev) return;
  if (box.scrollHeight - box.scrollTop - box.clientHeight > 80) return;
  marking = true;
  try {
    own.read_rev = (await pb.collection("chat_members").update(own.id, { read_rev: rev })).read_rev;
  } catch {
    // the next message marks it
  } finally {
    marking = false;
  }
}

let untyped = null;

function type(name) {
  clearTimeout(untyped);
  $("#typing").textContent = name && word("typing", name);
  if (name) untyped = setTimeout(() => type(""), 6000);
}

function ask(question, deed) {
  $("#question").textContent = word(question);
  $("#ask").returnValue = "";
  $("#ask").onclose = () => $("#ask").returnValue && now.room && act(deed);
  $("#ask").showModal();
}

// Forms and buttons.
$("#sign form").onsubmit = (event) => {
  event.preventDefault();
  const data = Object.fromEntries(new FormData(event.target));
  data.email = data.email.toLowerCase(); // phones begin it with a capital
  act(async () => {
    const users = pb.collection("users");
    if (event.submitter?.value === "up") await users.create({ ...data, passwordConfirm: data.password });
    await users.authWithPassword(data.email, data.password);
  });
};

for (const [id, path] of [["direct", "new/"], ["group", "new-group/"]]) {
  $(`#${id}`).onsubmit = (event) => {
    event.preventDefault();
    act(async () => {
      const { room: made } = await chat(path, Object.fromEntries(new FormData(event.target)));
      event.target.reset();
      $("#new").open = false;
      await Promise.all([openRoom(made), loadRooms()]);
    });
  };
}

$("#composer").onsubmit = (event) => {
  event.preventDefault();
  const form = event.target;
  const [body, files] = [form.body.value.trim(), [...$("#files").files]];
  if (!body && !files.length) return;
  const { act: to, message } = now.target ?? {};
  form.reset();
  aim(null);
  count();
  if (to !== "edit") return void now.room.send(body, files, message?.id);
  act(() => pb.collection("chat_messages").update(message.id, { body }));
};

const count = () => ($("#count").textContent = $("#files").files.length ? ` (${$("#files").files.length})` : "");
$("#files").onchange = count;

$("#composer").onkeydown = (event) => {
  if (event.key === "Escape") cancel();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.name !== "body") return;
  event.preventDefault();
  $("#composer").requestSubmit();
};

let typed = 0;
$("#composer").oninput = () => {
  if (now.target?.act === "edit" || Date.now() - typed < 3000) return;
  typed = Date.now();
  chat(`${now.room.id}/typing/`, {}).catch(() => {});
};

$("#older").onclick = () => act(() => now.room.loadOlder());
const cancel = () => {
  if (now.target?.act === "edit") $("#composer").body.value = "";
  aim(null);
};
$("#strip button").onclick = cancel;
$("#back").onclick = closeRoom;
$("#sign-out").onclick = () => pb.authStore.clear();
$("#notice button").onclick = () => tell("");
$("#leave").onclick = () => ask("reallyLeave", () => chat(`${now.room.id}/leave/`, {}));
$("#clear").onclick = () =>
  ask("reallyClear", async () => {
    await chat(`${now.room.id}/delete/`, {});
    closeRoom();
    await loadRooms();
  });
$("#scroll").onscroll = markRead;
document.onvisibilitychange = () => now.room && markRead();
pb.realtime.onDisconnect = (topics) => ($("#offline").hidden = !topics.length);
