// Recipients as chips: typed, pasted or found; the form's own field keeps the text that is sent.

import { Popup } from "./popup.js";

const PAUSE = 200;
const groups = new WeakMap();

// As the desk reads them: commas and semicolons part addresses, but not within quotes or angle brackets.
export function parts(text) {
  const found = [""];
  let quoted = false;
  let angled = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    else if (char === "<") angled = true;
    else if (char === ">") angled = false;
    if ((char === "," || char === ";" || char === "\n") && !quoted && !angled) found.push("");
    else found[found.length - 1] += char;
  }
  return found.map((each) => each.trim()).filter(Boolean);
}

const addressOf = (text) => (text.match(/<([^<>]*)>\s*$/)?.[1] ?? text).trim();
const isAddress = (text) => /^[^\s@]+@[^\s@]+$/.test(addressOf(text));
const nameOf = (text) => text.match(/^\s*"?(.*?)"?\s*<[^<>]*>\s*$/)?.[1] || addressOf(text);

function written({ name, address }) {
  if (!name || name === address) return address;
  const quoted = /[",;<>()@:\\[\]]/.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name;
  return `${quoted} <${address}>`;
}

class Chips {
  constructor(input, group) {
    this.input = input;
    this.group = group;
    this.values = parts(input.value);
    this.box = document.createElement("div");
    this.box.className = "chip-field";
    this.chips = document.createElement("ul");
    this.chips.className = "chips";
    this.typed = document.createElement("input");
    this.typed.type = "text";
    this.typed.autocomplete = "off";
    this.typed.setAttribute("role", "combobox");
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (input.hasAttribute(name)) this.typed.setAttribute(name, input.getAttribute(name));
    }
    this.typed.id = input.id;
    input.removeAttribute("id");
    input.required = false;
    input.hidden = true;
    this.box.append(this.chips, this.typed);
    input.before(this.box);
    this.popup = new Popup(this.typed, group.box.dataset.textFound, (one) => this.add(written(one)));
    this.listen();
    this.draw();
  }

  listen() {
    this.typed.addEventListener("input", (event) => {
      event.stopPropagation();
      if (/[,;\n]/.test(this.typed.value) && parts(`${this.typed.value}x`).length > 1) this.takeTyped();
      else this.search();
      this.store();
    });
    this.typed.addEventListener("keydown", (event) => {
      if (this.popup.key(event)) return;
      if (event.key === "Enter" && this.typed.value.trim()) {
        event.preventDefault();
        this.takeTyped();
      } else if (event.key === "Backspace" && !this.typed.value && this.values.length) this.remove(this.values.length - 1);
    });
    this.typed.addEventListener("blur", () => this.takeTyped());
    this.box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-place]");
      if (button) this.remove(Number(button.dataset.place));
      else if (event.target !== this.typed) this.typed.focus();
    });
  }

  async search() {
    clearTimeout(this.timer);
    const words = this.typed.value.trim();
    if (words.length < 2) return this.popup.close();
    this.timer = setTimeout(async () => {
      const found = await this.group.ask({ q: words });
      if (this.typed.value.trim() !== words || document.activeElement !== this.typed) return;
      const items = (found.found ?? []).map((one) => ({ label: one.name || one.address, note: `${one.name ? one.address : ""} ${one.note}`.trim(), value: one }));
      this.popup.show(items, this.typed.getBoundingClientRect());
    }, PAUSE);
  }

  takeTyped() {
    const more = parts(this.typed.value);
    if (!more.length) return;
    this.typed.value = "";
    this.values.push(...more);
    this.changed();
  }

  add(text) {
    this.typed.value = "";
    this.values.push(text);
    this.changed();
    this.typed.focus();
  }

  remove(place) {
    this.values.splice(place, 1);
    this.changed();
    this.typed.focus();
  }

  changed() {
    this.draw();
    this.store();
    this.group.check();
  }

  // What is sent and kept as a draft; what is still being typed belongs to it.
  store() {
    this.input.value = [...this.values, ...parts(this.typed.value)].join(", ");
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What is no address stops the sending in the browser already; the desk would take it for a part of a name.
  draw() {
    const wrong = this.values.find((text) => !isAddress(text));
    this.typed.setCustomValidity(wrong ? this.group.box.dataset.textWrong.replace("{address}", wrong) : "");
    this.chips.replaceChildren(...this.values.map((text, place) => this.chip(text, place)));
  }

  chip(text, place) {
    const chip = document.createElement("li");
    chip.className = "chip";
    chip.title = text;
    chip.classList.toggle("chip-new", this.group.fresh.has(addressOf(text).toLowerCase()));
    chip.classList.toggle("chip-wrong", !isAddress(text));
    const name = document.createElement("span");
    name.textContent = nameOf(text);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip-remove";
    button.dataset.place = String(place);
    button.setAttribute("aria-label", this.group.box.dataset.textRemove.replace("{name}", nameOf(text)));
    button.textContent = "×";
    chip.append(name, button);
    return chip;
  }
}

class Group {
  constructor(box) {
    this.box = box;
    this.fresh = new Set();
    this.asked = new Map();
    this.fields = [...box.querySelectorAll("input[name=to], input[name=cc], input[name=bcc]")].map((input) => new Chips(input, this));
    this.check();
  }

  async ask(parameters) {
    try {
      const answer = await fetch(`${this.box.dataset.recipients}?${new URLSearchParams(parameters)}`, { redirect: "manual" });
      return answer.ok ? await answer.json() : {};
    } catch {
      return {};
    }
  }

  addresses() {
    return this.fields.flatMap((field) => field.values.map((text) => addressOf(text).toLowerCase())).filter((each) => each.includes("@"));
  }

  // Addresses that never got a mail from here are marked and told, before anything is sent.
  async check() {
    const unknown = [...new Set(this.addresses())].filter((each) => !this.asked.has(each));
    if (unknown.length) {
      const { new: fresh } = await this.ask(unknown.map((each) => ["address", each]));
      for (const each of fresh ? unknown : []) this.asked.set(each, fresh.includes(each));
    }
    this.fresh = new Set(this.addresses().filter((each) => this.asked.get(each)));
    for (const field of this.fields) field.draw();
    const words = this.fresh.size ? this.box.dataset.textNew.replace("{addresses}", [...this.fresh].join(", ")) : "";
    this.box.querySelector("[data-recipients-new]").textContent = words;
  }
}

// A customer who is chosen for a new ticket is whom the mail goes to, as long as nobody else is named.
document.addEventListener("customer-chosen", () => {
  const chosen = document.querySelector("[data-recipient-address]")?.dataset;
  const group = groups.get(document.querySelector("[data-follows-customer]"));
  if (!chosen || !group || group.fields[0].values.length > (group.followed ? 1 : 0)) return;
  if (group.followed && group.fields[0].values[0] !== group.followed) return;
  group.followed = written({ name: chosen.recipientName, address: chosen.recipientAddress });
  group.fields[0].values = [group.followed];
  group.fields[0].changed();
});

function begin(scope) {
  for (const box of scope.querySelectorAll?.("[data-recipients]") ?? []) {
    if (box.dataset.chips) continue;
    box.dataset.chips = "yes";
    groups.set(box, new Group(box));
  }
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentNode ?? document));
