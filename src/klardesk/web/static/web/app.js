// The desk's behaviour in the browser. Everything works without it; it spares clicks and reloads.

const YEAR = 60 * 60 * 24 * 365;
const root = document.documentElement;
const text = (name) => document.body.dataset[`text${name}`] ?? "";

function keep(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

// The person's choice counts on every device, so the desk keeps it too (a page that shows nobody's menu has no address for it)
function keepOnServer(kind, value) {
  const address = document.querySelector("[data-appearance-address]")?.dataset.appearanceAddress;
  if (!address) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  fetch(address, { method: "POST", headers, body: new URLSearchParams({ [kind]: value }), keepalive: true });
}

function choose(kind, value) {
  root.dataset[kind] = value;
  keep(`klardesk_${kind}`, value);
  keepOnServer(kind, value);
  for (const button of document.querySelectorAll(`[data-set-${kind}]`)) {
    button.setAttribute("aria-pressed", String(button.getAttribute(`data-set-${kind}`) === value));
  }
}

// Toasts

function toast(message, kind = "info") {
  const box = document.getElementById("toasts");
  if (!box || !message) return;
  const alert = document.createElement("div");
  alert.className = `alert alert-${kind}`;
  const words = document.createElement("p");
  words.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", text("Close"));
  close.textContent = "×";
  alert.append(document.createElement("span"), words, close);
  box.append(alert);
  if (kind !== "danger") setTimeout(() => alert.remove(), 8000);
}

// Questions before a form is sent

function ask(question, label) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const body = document.createElement("form");
  body.method = "dialog";
  body.className = "dialog-body";
  const words = document.createElement("p");
  words.id = "question";
  words.textContent = question;
  dialog.setAttribute("aria-labelledby", words.id);
  const row = document.createElement("div");
  row.className = "form-actions";
  const choice = (value, caption, kind) => {
    const button = document.createElement("button");
    button.value = value;
    button.className = `button button-${kind}`;
    button.textContent = caption;
    return button;
  };
  const cancel = choice("", text("Cancel") || "×", "default");
  row.append(choice("yes", label, "danger"), cancel);
  body.append(words, row);
  dialog.append(body);
  document.body.append(dialog);
  dialog.showModal();
  cancel.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

// Other modules ask by this event: its detail has question and label, and gets the promise of an answer
document.addEventListener("ask", ({ detail }) => (detail.answer = ask(detail.question, detail.label)));

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const label = event.submitter?.dataset.confirmLabel ?? form.dataset.confirmLabel ?? event.submitter?.textContent.trim() ?? "OK";
  if (!(await ask(question, label))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter);
  delete form.dataset.confirmed;
}, true);

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const label = event.detail.elt.dataset.confirmLabel ?? event.detail.elt.textContent.trim();
  ask(event.detail.question, label).then((yes) => yes && event.detail.issueRequest(true));
});

// Menus, dialogs, the side navigation, checkboxes of whole tables: one listener for all

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

function toggleSidebar(button, open) {
  const sidebar = document.getElementById(button.getAttribute("aria-controls"));
  if (!sidebar) return;
  sidebar.toggleAttribute("data-open", open);
  button.setAttribute("aria-expanded", String(sidebar.hasAttribute("data-open")));
}

const clicks = {
  "[data-set-theme]": (element) => choose("theme", element.dataset.setTheme),
  "[data-set-density]": (element) => choose("density", element.dataset.setDensity),
  "[data-toggle-sidebar]": (element) => toggleSidebar(element),
  "[data-open-dialog]": (element) => document.getElementById(element.dataset.openDialog)?.showModal(),
  "[data-close-dialog]": (element) => element.closest("dialog")?.close(),
  "[data-dismiss]": (element) => element.closest(".alert")?.remove(),
};

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  for (const [selector, act] of Object.entries(clicks)) {
    const element = event.target.closest(selector);
    if (element) act(element);
  }
  if (event.target.closest("details[data-menu] .menu-sheet :is(a, [type=submit], [data-open-dialog])")) closeMenus(null);
  if (event.target instanceof HTMLDialogElement && event.target.matches(".dialog")) event.target.close();
});

const boxesOf = (name) => [...document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)];
const headsOf = (name) => document.querySelectorAll(`[data-select-all="${CSS.escape(name)}"]`);
let lastBox;

// The boxes that tick all, and the number of those that are ticked, follow the single ones
function showChosen(name) {
  const boxes = boxesOf(name);
  const chosen = boxes.filter((box) => box.checked).length;
  for (const head of headsOf(name)) {
    head.checked = chosen > 0 && chosen === boxes.length;
    head.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const place of document.querySelectorAll(`[data-count-chosen="${CSS.escape(name)}"]`)) place.textContent = chosen;
}

document.addEventListener("change", (event) => {
  const all = event.target.dataset?.selectAll;
  if (all) for (const box of boxesOf(all)) box.checked = event.target.checked;
  const name = all ?? event.target.name;
  if (name && headsOf(name).length) showChosen(name);
});

// With the shift key all rows from the last ticked one to this one
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches("input[type=checkbox][name]") || !headsOf(box.name).length) return;
  if (event.shiftKey && lastBox?.isConnected && lastBox.name === box.name) {
    const boxes = boxesOf(box.name);
    const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((one, other) => one - other);
    for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
  }
  lastBox = box;
});

// A browser that goes back fills the boxes again without a word
addEventListener("pageshow", () => {
  for (const head of document.querySelectorAll("[data-select-all]")) showChosen(head.dataset.selectAll);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  const menu = event.target.closest?.("details[data-menu][open]");
  const toggle = document.querySelector("[data-toggle-sidebar][aria-expanded=true]");
  if (open || toggle) event.preventDefault();
  closeMenus(null);
  menu?.querySelector("summary").focus();
  if (toggle) toggleSidebar(toggle, false);
});

// A tree that is drawn anew, with fresh counters, keeps the branches open that its reader opened

const address = (branch) => branch.parentElement.querySelector(":scope > .tree-link")?.getAttribute("href");
let opened = new Set();

document.addEventListener("htmx:beforeSwap", (event) => {
  opened = new Set([...event.detail.target.querySelectorAll(".tree-node > details[open]")].map(address));
});
document.addEventListener("htmx:afterSwap", (event) => {
  for (const branch of event.detail.target.querySelectorAll(".tree-node > details")) branch.open ||= opened.has(address(branch));
});

// Frames of HTML mails grow with their content; no script runs inside them, so the page measures them from outside

function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  frame.style.blockSize = "0";
  const bar = page.scrollWidth > page.clientWidth ? 18 : 0;
  frame.style.blockSize = `${Math.min(page.scrollHeight + bar, 20000)}px`;
}

function watch(frame) {
  fit(frame);
  const body = frame.contentDocument?.body;
  if (!body) return;
  let last = body.offsetWidth;
  new ResizeObserver(() => {
    if (Math.abs(body.scrollHeight - frame.clientHeight) > 2 || body.offsetWidth !== last) fit(frame);
    last = body.offsetWidth;
  }).observe(body);
}

// On a phone each row of a table is a block (content.css), in which each cell says what its column is called
function name(table) {
  const heads = [...table.tHead.rows[0].cells].map((head) => (head.querySelector(".spoken") ? "" : head.textContent.trim()));
  for (const cell of table.querySelectorAll("tbody td")) if (heads[cell.cellIndex]) cell.dataset.column = heads[cell.cellIndex];
  for (const [part, role] of [["tr", "row"], ["td", "cell"], ["th", "rowheader"]]) for (const one of table.querySelectorAll(`tbody ${part}`)) one.setAttribute("role", role);
  table.tBodies[0].setAttribute("role", "rowgroup");
  table.setAttribute("role", "table");
  table.dataset.named = "";
}

function prepare(scope) {
  scope.querySelectorAll(":not(.ticket-table, .article-table, .portal-table) > .table-frame > .table:not([data-named])").forEach(name);
  for (const frame of scope.querySelectorAll("iframe.mail-frame")) {
    if (frame.dataset.watched) continue;
    frame.dataset.watched = "yes";
    frame.addEventListener("load", () => watch(frame));
    if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank") watch(frame);
  }
}

prepare(document);
document.addEventListener("htmx:load", (event) => prepare(event.target.parentNode ?? document));

// The search box suggests while one types

document.addEventListener("focusin", async (event) => {
  const field = event.target;
  if (!field.dataset?.suggest || field.dataset.suggesting) return;
  field.dataset.suggesting = "yes";
  (await import("./suggest.js")).suggestAt(field);
});

// Requests of htmx that fail are said aloud; a server's word comes as HX-Trigger: {"toast": {"text": …, "kind": …}}

document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.kind));
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, () => toast(text("RequestFailed"), "danger"));
}

// Of many things in a row that scrolls, the one that is at hand is in sight

const showCurrent = () => document.querySelector(".strip [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
showCurrent();
document.addEventListener("htmx:afterSettle", (event) => event.target.matches(".strip") && showCurrent());
