import { clone, find, findAll, number, setText, show } from "./dom.js";
import { say } from "./talkwords.js";
import { upload } from "./upload.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

const isPicture = (file) => PICTURES.includes(file.type);

/** "2.4 MB" in the reader's language. */
function size(bytes) {
  const [unit, of] = bytes < 1e6 ? ["kilobyte", 1024] : ["megabyte", 1 << 20];
  const format = new Intl.NumberFormat(document.documentElement.lang || undefined, { style: "unit", unit, maximumFractionDigits: 1 });
  return format.format(Math.max(bytes / of, 0.1));
}

/** Files on their way: attached to what is written, then sent with it. They are in memory alone. */
export class Files {
  #desk;
  #attached = new Map(); // File → its line above the composer
  #shown = new Map(); // item → addresses of its thumbnails
  #drop = clone("chat-tpl-drop");

  constructor(desk) {
    this.#desk = desk;
    if (desk.composer) desk.composer.files = this;
    const { section } = desk;
    section.addEventListener("dragleave", (event) => section.contains(event.relatedTarget) || this.#drop?.remove());
    addEventListener("beforeunload", (event) => this.#unsent && event.preventDefault());
    desk.outbox?.addEventListener("gone", ({ detail }) => this.#forget(detail.item));
  }

  get size() {
    return this.#attached.size;
  }

  get #input() {
    return find("input[type=file]", this.#desk.section);
  }

  get #unsent() {
    return this.size > 0 || this.#desk.outbox?.items.some((item) => item.files.length > 0);
  }

  brought(type, files) {
    if (type === "dragenter") return this.#drop && find(".chat-room__body", this.#desk.section).append(this.#drop);
    if (type === "dragover") return;
    this.#drop?.remove();
    this.add(files);
    this.#desk.composer.focus();
  }

  /** Attaches files; says of each that does not fit why. */
  add(files) {
    const most = number(this.#input, "data-files");
    const bytes = number(this.#input, "data-file-bytes");
    const problems = [];
    for (const file of files) {
      if (file.size === 0) problems.push(say("fileEmpty", { name: file.name }));
      else if (file.size > bytes) problems.push(say("fileTooBig", { name: file.name, size: size(bytes) }));
      else if (this.size >= most) problems.push(say("filesOver", { name: file.name, n: most }));
      else this.#attach(file);
    }
    this.#desk.composer.error(problems.join(" "));
  }

  /** Hands the files over to what is sent. */
  take() {
    const files = [...this.#attached.keys()];
    for (const file of files) this.#remove(file);
    return files;
  }

  #attach(file) {
    const line = clone("chat-tpl-attached");
    setText(find("[data-name]", line), file.name);
    setText(find("[data-size]", line), size(file.size));
    if (isPicture(file)) find("[data-face]", line).replaceChildren(this.#thumbnail(file));
    const button = find("[data-remove-file]", line);
    button.setAttribute("aria-label", say("removeFile", { name: file.name }));
    button.addEventListener("click", () => {
      this.#remove(file);
      this.#desk.composer.focus();
    });
    this.#attached.set(file, line);
    const list = find("[data-attached]", this.#desk.section);
    list.append(line);
    show(list, true);
  }

  #thumbnail(file) {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    return picture;
  }

  #remove(file) {
    const line = this.#attached.get(file);
    this.#attached.delete(file);
    for (const picture of findAll("img", line)) URL.revokeObjectURL(picture.src);
    line.remove();
    show(find("[data-attached]", this.#desk.section), this.size > 0);
  }

  // On their way

  /** Shows an item's files in its bubble. */
  dress(li, item) {
    const bubble = find(".chat-bubble", li);
    show(bubble, item.body.trim() !== "");
    this.#shown.set(item, li);
    for (const file of item.files) {
      const shown = clone(isPicture(file) ? "chat-tpl-sent-picture" : "chat-tpl-sent-file");
      const picture = find("img", shown);
      if (picture) picture.src = URL.createObjectURL(file);
      else setText(find("[data-name]", shown), file.name);
      find("[data-progress]", li).before(shown);
    }
  }

  #forget(item) {
    for (const picture of findAll("img", this.#shown.get(item) ?? document.createElement("i"))) URL.revokeObjectURL(picture.src);
    this.#shown.delete(item);
  }

  /** Sends an item with its files; answers as a request does. */
  async send(item, fields, signal) {
    const form = new FormData();
    for (const [name, value] of fields) form.append(name, value);
    for (const file of item.files) form.append("files", file, file.name);
    const li = this.#shown.get(item) ?? document.createElement("li");
    const bar = find("[data-progress]", li);
    show(bar, true);
    const answer = await upload(this.#desk.composer.action, form, signal, (part) => {
      this.#desk.outbox.alive(item);
      const n = Math.round(part * 100);
      if (bar) bar.value = n;
      if (part < 1) setText(find("[data-state-text]", li), say("uploading", { n }));
    });
    show(bar, false);
    return answer;
  }
}
