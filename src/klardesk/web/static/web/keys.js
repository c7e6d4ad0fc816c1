// Keys: each presses the element that bears it (data-shortcut, from the server's register); rows, masks and dialogs besides.

const root = document.documentElement;
const own = JSON.parse(document.body.dataset.keys || "{}");
const single = () => root.dataset.shortcuts !== "off";
const PATIENCE = 1500;
const NEVER = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=listbox]";

// A box that chooses a row is no field: the keys of the list go on from it
const typing = (element) => element.isContentEditable || (element.matches?.(NEVER) && !element.matches("tr input[type=checkbox]"));
const busy = () => document.querySelector("dialog[open], details[data-menu][open]") !== null;

export function nameOf(keys) {
  return keys.replace("Mod+", /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : root.lang.startsWith("de") ? "Strg+" : "Ctrl+").replace("Enter", root.lang.startsWith("de") ? "Eingabe" : "Enter").replace(/\+k$/, "+K");
}

// What a key means is said at its element, for eyes and for screen readers; a sequence has no name in ARIA
function label(scope) {
  for (const element of scope.querySelectorAll?.("[data-shortcut]") ?? []) {
    const keys = element.dataset.shortcut;
    const always = keys.includes("+");
    if (element.dataset.keyNamed || !keys || (!single() && !always)) continue;
    element.dataset.keyNamed = nameOf(keys);
    if (!keys.includes(" ")) element.setAttribute("aria-keyshortcuts", keys.replace("Mod+", "Control+"));
    element.title = element.title ? `${element.title} (${nameOf(keys)})` : document.body.dataset.textKey.replace("{key}", nameOf(keys));
  }
}

label(document);
document.addEventListener("htmx:load", (event) => label(event.target.parentNode ?? document));

// Rows of tables and articles, one after the other

let current = null;
const items = () => [...document.querySelectorAll("main tbody tr, main .message")].filter((item) => item.checkVisibility() && (item.matches(".message") || linkOf(item)));
const linkOf = (row) => row.querySelector("a.cell-link") ?? row.querySelector("a[href]");
const itemAt = (element) => element?.closest?.("main tbody tr, main .message");

function here() {
  const item = itemAt(document.activeElement) ?? (document.activeElement === document.body ? current : null);
  return item?.isConnected ? item : null;
}

function enter(item) {
  const target = item.matches(".message") ? item : linkOf(item);
  if (target === item) item.tabIndex = -1;
  target.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => (current = itemAt(event.target) ?? current));

function step(by) {
  const all = items();
  const at = all.indexOf(here());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  if (next) enter(next);
  return all.length > 0;
}

const behaviours = {
  row_next: () => step(1),
  row_previous: () => step(-1),
  row_open: () => here()?.matches("tr") && (linkOf(here()).click(), true),
  row_select: () => {
    const box = here()?.querySelector("input[type=checkbox]");
    box?.click();
    return Boolean(box);
  },
};

// Of several articles that offer it: the one with the focus, else the newest received, else the newest
function chosen(elements) {
  const focused = elements.find((element) => here()?.contains(element));
  if (focused || elements.length < 2) return focused ?? elements[0];
  const received = elements.filter((element) => element.closest(".message-in"));
  const offered = received.length ? received : elements;
  return elements[0].closest("[data-newest-first]") ? offered[0] : offered.at(-1);
}

function press(keys) {
  const found = [...document.querySelectorAll(`[data-shortcut="${CSS.escape(keys)}"]`)].filter((one) => !one.disabled && !one.closest("[hidden], [inert]"));
  const element = chosen(found);
  if (!element) return false;
  if (element.matches("input")) element.select();
  else element.click();
  return true;
}

function act(keys) {
  const name = Object.keys(own).find((one) => own[one] === keys && behaviours[one]);
  return (name && behaviours[name]()) || press(keys);
}

let first = null;

function singleKey(event) {
  if (!single() || event.altKey || typing(event.target) || busy()) return (first = null);
  const letter = event.shiftKey ? event.key : event.key.toLowerCase();
  const begun = first && event.timeStamp - first.at < PATIENCE ? first.key : null;
  if (event.key !== "Shift") first = null;
  if (event.repeat && letter !== own.row_next && letter !== own.row_previous) return;
  if (begun ? act(`${begun} ${letter}`) : act(letter)) event.preventDefault();
  else if (!begun && document.querySelector(`[data-shortcut^="${CSS.escape(letter)} "]`)) first = { key: letter, at: event.timeStamp };
}

function withModifier(event) {
  if (event.altKey || event.shiftKey || event.repeat) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const keys = `Mod+${key}`;
  if (keys === own.mask_send ? send(event.target) : !document.querySelector("dialog[open]") && press(keys)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function send(element) {
  const form = element.closest?.("main form[method=post]");
  const button = form?.querySelector(".form-actions button[type=submit]:not(:disabled)");
  if (button) form.requestSubmit(button);
  return Boolean(button);
}

// Before others: an editor has a use of its own for the key that sends
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.isComposing) withModifier(event);
}, true);

// An editor of formatted text takes Escape without any use for it
const taken = (event) => event.defaultPrevented && !(event.key === own.mask_leave && event.target.isContentEditable);

document.addEventListener("keydown", (event) => {
  if (taken(event) || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.key === own.mask_leave) {
    // What is left by the key may open a question, which the same key would close
    if (!busy() && !event.target.dispatchEvent(new CustomEvent("leave", { bubbles: true, cancelable: true }))) event.preventDefault();
  } else if (event.key.length === 1) singleKey(event);
});

// Who clicked into an HTML mail has the focus in its frame: the keys are passed on to the page

function passOn(event) {
  const { key, ctrlKey, metaKey, altKey, shiftKey, repeat, isComposing } = event;
  const told = new KeyboardEvent("keydown", { key, ctrlKey, metaKey, altKey, shiftKey, repeat, isComposing, bubbles: true, cancelable: true });
  if (!event.view?.frameElement?.dispatchEvent(told)) event.preventDefault();
}

const hear = (frame) => frame.contentDocument?.addEventListener("keydown", passOn);

document.querySelectorAll("iframe.mail-frame").forEach(hear);
document.addEventListener("load", (event) => event.target.matches?.("iframe.mail-frame") && hear(event.target), true);

// A list that is drawn anew keeps the focus: at the same row, the same link, or at the first row

let kept = null;
const signOf = (element) => `${element.tagName} ${element.getAttribute("aria-label") ?? ""} ${element.textContent.trim()} ${element.value ?? ""}`;

document.addEventListener("htmx:beforeSwap", (event) => {
  const focused = document.activeElement;
  const { target } = event.detail;
  kept = null;
  if (!target.contains(focused) || focused === target || target.id === "dock") return;
  kept = { sign: signOf(focused), row: linkOf(itemAt(focused) ?? focused)?.getAttribute("href"), inRow: Boolean(focused.closest("tbody tr")) };
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!kept || (document.activeElement && document.activeElement !== document.body)) return;
  const { sign, row, inRow } = kept;
  const scope = event.detail.target?.isConnected ? event.detail.target : document.getElementById(event.detail.target?.id) ?? document;
  kept = null;
  const same = [...scope.querySelectorAll("a[href], button, input, summary")].find((one) => signOf(one) === sign && (!inRow || linkOf(one.closest("tr") ?? one)?.getAttribute("href") === row));
  if (same) return same.focus({ preventScroll: true });
  const line = scope.querySelector("tbody tr");
  if (line && linkOf(line)) linkOf(line).focus({ preventScroll: true });
  else document.getElementById("main")?.focus({ preventScroll: true });
});

// Pages that open over the present one

async function inDialog(link) {
  const before = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog-wide";
  dialog.id = "page-dialog";
  const body = document.createElement("div");
  body.id = "dialog-body";
  dialog.append(body);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    const summary = before?.closest?.("details[data-menu]:not([open])")?.querySelector("summary");
    (summary ?? before)?.focus?.();
  });
  const address = new URL(link.href);
  for (const keys of usable()) address.searchParams.append("here", keys);
  await htmx.ajax("GET", `${address.pathname}${address.search}`, { target: body, swap: "innerHTML" });
  if (!body.firstElementChild) return dialog.remove();
  dialog.setAttribute("aria-labelledby", body.querySelector("h2")?.id ?? "");
  dialog.showModal();
  const script = body.querySelector("[data-module]")?.dataset.module;
  if (script) (await import(script)).begin(dialog, before);
}

// What does something on this page: the keys of its elements, and behaviours by name
function usable() {
  const found = new Set([...document.querySelectorAll("[data-shortcut]")].map((element) => element.dataset.shortcut));
  const rows = items();
  if (rows.length) found.add("row_next").add("row_previous");
  if (rows.some((row) => row.matches("tr"))) found.add("row_open");
  if (rows.some((row) => row.querySelector("input[type=checkbox]"))) found.add("row_select");
  if (document.querySelector("main form[method=post] .form-actions")) found.add("mask_send");
  if (document.querySelector("#dock form")) found.add("mask_leave");
  return found;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-in-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (!document.getElementById("page-dialog")) inDialog(link);
});

// What was pressed before the scripts were there (early.js) is pressed now, once all of them are. What opens a page over this
// one, or has the focus in a field, ends it: what follows was meant for that.

const FRESH = 5000;

function takeOver() {
  for (const { key, ctrlKey, metaKey, shiftKey, timeStamp } of document.earlyKeys?.() ?? []) {
    const target = document.activeElement ?? document.body;
    if (performance.now() - timeStamp > FRESH || typing(target)) continue;
    target.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true }));
    if (ctrlKey || metaKey) return;
  }
}

if (document.readyState === "complete") takeOver();
else document.addEventListener("DOMContentLoaded", takeOver, { once: true });
