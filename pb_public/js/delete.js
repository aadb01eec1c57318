import { clone, find, parse, setText, show } from "./dom.js";
import { fields, request, sentence } from "./http.js";
import { single } from "./messages.js";
import { say } from "./talkwords.js";

/** Asks before a message is deleted for everyone, showing which; done() follows. */
export function confirmDelete({ section, address, place, session, composer }, li, done) {
  const dialog = clone("chat-tpl-delete");
  if (!dialog) return;
  const id = li.dataset.message;
  setText(find("[data-what]", dialog), find(".chat-bubble", li)?.innerText.trim().slice(0, 300) || say("file"));
  find("[data-yes]", dialog).addEventListener("click", async ({ target }) => {
    target.disabled = true;
    const answer = await request(address("retract"), { form: fields({ message: id }) });
    const gone = answer.ok && single(parse(answer.text));
    target.disabled = false;
    if (answer.status === 401) session.refused(401);
    const problem = find("[data-problem]", dialog);
    if (!gone) {
      setText(problem, sentence(answer.text) || say("deleteFailed"));
      return show(problem, true);
    }
    place(gone);
    dialog.close();
    done();
    composer?.focus();
  });
  dialog.addEventListener("close", () => dialog.remove());
  section.append(dialog);
  dialog.showModal();
}
