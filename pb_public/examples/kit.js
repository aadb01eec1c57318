// What all parts of the example share.
import PocketBase from "./vendor/pocketbase.js";

export const pb = new PocketBase("/");
pb.autoCancellation(false);

// now is what is open, and whose page this is.
export const now = { viewer: null, room: null, members: new Map(), target: null };

export const $ = (selector, root = document) => root.querySelector(selector);
export const me = () => pb.authStore.record?.id;
export const chat = (path, body) => pb.send(`/chat/${path}`, { method: body ? "POST" : "GET", body, headers: { Accept: "application/json" } });
export const word = (name, value) => $("#words").content.querySelector(`[data-word=${name}]`).textContent.replace("{}", value);
export const copy = (id) => $(`#${id}`).content.firstElementChild.cloneNode(true);

export function tell(text) {
  $("#notice span").textContent = text;
  $("#notice").hidden = !text;
}

// act does something and says why it could not.
export const act = async (deed) => {
  try {
    tell("");
    return await deed();
  } catch (error) {
    const problem = Object.values(error.response?.data ?? {})[0]?.message;
    tell(error.status ? problem ?? error.response?.message : word("offline"));
  }
};

// The names of those one shares a room with; a users collection is usually
// closed to others.
export const people = new Map();

export async function nameAll(ids) {
  const unknown = [...new Set(ids)].filter((id) => id && !people.has(id));
  for (let i = 0; i < unknown.length; i += 50) {
    const some = unknown.slice(i, i + 50);
    const filter = some.map((id) => pb.filter("id = {:id}", { id })).join(" || ");
    for (const id of some) people.set(id, word("someone"));
    for (const person of await pb.collection("chat_people").getFullList({ filter })) people.set(person.id, person.name);
  }
}
