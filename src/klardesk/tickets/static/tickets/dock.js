// The dock of a ticket's page: the focus goes into the mask that opens there, and back to where it was when it is left.

const dock = document.getElementById("dock");
const FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select, textarea";
let opener = null;
let before = "";

const values = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, String(value.name ?? value)]));

// What is wrong, or what came in; else the field that asks to be filled first; else the text
function firstPlace() {
  const alert = dock.querySelector(".alert");
  const fields = [...dock.querySelectorAll(FIELDS)].filter((field) => !field.disabled && field.checkVisibility());
  const wrong = fields.find((field) => field.getAttribute("aria-invalid") === "true");
  if (alert && !wrong) alert.tabIndex = -1;
  return wrong ?? alert ?? fields.find((field) => field.required && !field.value) ?? fields.find((field) => field.name === "text") ?? fields[0];
}

function entered() {
  if (!dock.contains(document.activeElement)) firstPlace()?.focus({ preventScroll: true });
}

// A button that stands in a menu is no longer seen: the menu takes its place. Who has gone elsewhere meanwhile stays there
function back() {
  if (document.activeElement && document.activeElement !== document.body) return;
  const menu = opener?.closest("details[data-menu]:not([open])")?.querySelector("summary");
  const place = [menu, opener, document.querySelector(".toolbar [data-shortcut]")].find((one) => one?.isConnected);
  (place ?? document.getElementById("main")).focus({ preventScroll: true });
}

async function mayLeave(form, asks) {
  const kept = new CustomEvent("mask:leave", { bubbles: true, detail: {} });
  form.dispatchEvent(kept);
  if (kept.detail.kept) return kept.detail.kept;
  if (!asks || values(form) === before) return true;
  const asked = new CustomEvent("ask", { detail: { question: dock.dataset.textLeave, label: dock.dataset.textDiscard } });
  document.dispatchEvent(asked);
  return asked.detail.answer;
}

async function leave(asks) {
  const form = dock.querySelector("form");
  if (!form) return;
  const keeps = form.hasAttribute("data-keeps-draft");
  const focused = dock.contains(document.activeElement) ? document.activeElement : null;
  // While its draft is kept, the next key is the page's already, and not a letter in a mask that is gone
  dock.inert = true;
  focused?.blur();
  const left = await mayLeave(form, asks);
  dock.inert = false;
  if (!form.isConnected) return;
  if (!left) return focused?.focus({ preventScroll: true });
  dock.replaceChildren();
  back();
  if (keeps) htmx.ajax("GET", location.href, { target: "#drafts", select: "#drafts", swap: "outerHTML" });
}

if (dock) {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === dock && !dock.contains(event.detail.elt)) opener = event.detail.elt;
  });
  dock.addEventListener("htmx:afterSwap", () => {
    const form = dock.querySelector("form");
    if (form) before = values(form);
  });
  dock.addEventListener("htmx:afterSettle", entered);
  document.addEventListener("leave", (event) => {
    // The key that opened a mask was pressed at a link, and the next one may come before the focus has gone into the mask
    if (!dock.firstElementChild || !(dock.contains(event.target) || event.target.matches("body, a, button"))) return;
    event.preventDefault();
    leave(true);
  });
  dock.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest(".form-actions a.button-ghost")) return;
    event.preventDefault();
    leave(false);
  });
}
