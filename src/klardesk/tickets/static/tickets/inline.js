// While typing: `::` proposes ready-made texts, `@` colleagues. Both are put in at the caret.

import { Popup } from "./popup.js";

const PAUSE = 150;
const ASKED = /(?:^|[\s(])(::|@)([\p{L}\p{N}._-]*(?: [\p{L}]*)?)$/u;

// What this needs of a field: the element, the words before the caret, putting something in the place of the last
// `length` characters, and where the caret is in the window. The rich text editor brings its own.
export function textareaAdapter(area) {
  return {
    element: area,
    before: () => area.value.slice(Math.max(0, area.selectionStart - 80), area.selectionStart),
    insert(length, text) {
      area.focus();
      area.setRangeText(text, area.selectionStart - length, area.selectionStart, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    caret: () => caretOf(area),
  };
}

// A hidden twin with the same measures, in which the text up to the caret ends where the caret is.
function caretOf(area) {
  const twin = document.createElement("div");
  const style = getComputedStyle(area);
  for (const name of ["font", "padding", "border", "lineHeight", "letterSpacing", "boxSizing", "tabSize"]) twin.style[name] = style[name];
  Object.assign(twin.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", width: `${area.offsetWidth}px` });
  twin.textContent = area.value.slice(0, area.selectionStart);
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  twin.append(mark);
  document.body.append(twin);
  const box = area.getBoundingClientRect();
  const top = box.top + mark.offsetTop - area.scrollTop;
  const place = { left: box.left + mark.offsetLeft, top, bottom: Math.min(top + mark.offsetHeight, box.bottom) };
  twin.remove();
  return place;
}

class Inline {
  constructor(adapter) {
    this.adapter = adapter;
    this.form = adapter.element.closest("form");
    this.popup = new Popup(adapter.element, this.form.dataset.textTexts, (value) => this.take(value));
    adapter.element.inline = this;
    adapter.element.addEventListener(adapter.event ?? "input", () => this.look());
    adapter.element.addEventListener("keydown", (event) => this.popup.key(event), true);
  }

  look() {
    clearTimeout(this.timer);
    const found = ASKED.exec(this.adapter.before());
    if (!found) return this.popup.close();
    const [, mark, words] = found;
    this.length = mark.length + words.length;
    if (mark === "::") return this.texts(words);
    if (this.form.dataset.colleagues) this.timer = setTimeout(() => this.people(words), PAUSE);
  }

  texts(words) {
    const wanted = words.toLowerCase();
    const options = [...(this.form.querySelector("select[name=template]")?.options ?? [])].filter((one) => one.value);
    const fitting = options.filter((one) => one.textContent.toLowerCase().includes(wanted)).slice(0, 8);
    this.show(fitting.map((one) => ({ label: one.textContent, value: { text: one.value } })), this.form.dataset.textTexts);
  }

  async people(words) {
    const answer = await fetch(`${this.form.dataset.colleagues}?${new URLSearchParams({ q: words })}`, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok || ASKED.exec(this.adapter.before())?.[2] !== words) return;
    const { found } = await answer.json();
    this.show(found.map((one) => ({ label: one.name, note: one.login, value: { person: one.name } })), this.form.dataset.textPeople);
  }

  show(items, label) {
    this.popup.list.setAttribute("aria-label", label);
    this.popup.show(items, this.adapter.caret());
  }

  async take(value, length = this.length) {
    if (value.person) return this.adapter.insert(length, `@${value.person} `);
    const body = new FormData(this.form);
    body.delete("files");
    body.set("use_template", "1");
    body.set("template", value.text);
    const answer = await fetch(this.form.action, { method: "POST", body, redirect: "manual", headers: { "X-Insert": "1" } }).catch(() => null);
    if (!answer?.ok) return;
    const { text, state, files } = await answer.json();
    this.adapter.insert(length, text.trim());
    const select = this.form.querySelector("select[name=state]");
    if (state && select) select.value = state;
    const list = new DOMParser().parseFromString(files, "text/html").querySelector("[data-files]");
    if (list?.querySelector("[name=kept]")) this.form.querySelector("[data-files]")?.replaceWith(document.adoptNode(list));
  }
}

function begin(scope) {
  for (const area of scope.querySelectorAll?.("form[data-keeps-draft] textarea[name=text]") ?? []) {
    if (area.dataset.inline) continue;
    area.dataset.inline = "yes";
    new Inline(textareaAdapter(area));
  }
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentNode ?? document));
document.addEventListener("inline:adapter", (event) => new Inline(event.detail));
