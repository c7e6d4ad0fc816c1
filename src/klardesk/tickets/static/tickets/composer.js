// Masks that keep what is typed until it is sent: saved on the server a moment after each pause, files at once.

const PAUSE = 900;
const LONGEST = 5000;
const AGAIN = 10000;
const states = new WeakMap();

function state(form) {
  if (!states.has(form)) states.set(form, { timer: 0, since: 0, dirty: false, running: null, sent: false });
  return states.get(form);
}

function line(form) {
  return form.querySelector("[data-draft]");
}

function tell(form, name, more) {
  const where = line(form);
  const status = where?.querySelector("[data-draft-status]");
  if (!status) return;
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date());
  status.textContent = where.dataset[`text${name}`].replace("{time}", time);
  status.classList.toggle("draft-lost", name === "Failed" || name === "Lost");
  if (more) {
    const link = document.createElement("a");
    link.href = where.dataset.logIn;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = where.dataset.textLogIn;
    status.append(" ", link);
  }
  if (name === "Saved") where.querySelector("[data-draft-discard]").hidden = false;
}

function contents(form, withFiles) {
  const data = new FormData(form);
  if (!withFiles) data.delete("files");
  data.set("save_draft", "1");
  return data;
}

function post(form, body, keepalive) {
  return fetch(form.action, { method: "POST", body, keepalive, redirect: "manual", headers: { "X-Draft": "1" } });
}

// After a log-in in another window the page's token is an old one: take the present one from the mask's own address.
async function freshToken(form) {
  const answer = await fetch(form.action, { redirect: "manual" });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return false;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  return true;
}

async function send(form, withFiles) {
  let answer = await post(form, contents(form, withFiles), false);
  if (answer.status === 403 && (await freshToken(form))) answer = await post(form, contents(form, withFiles), false);
  if (answer.ok && withFiles) replaceFiles(form, await answer.text());
  return answer;
}

function replaceFiles(form, html) {
  const present = form.querySelector("[data-files]");
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-files]");
  if (present && fresh) present.replaceWith(document.adoptNode(fresh));
}

async function save(form, withFiles = false) {
  const own = state(form);
  clearTimeout(own.timer);
  own.since = 0;
  if (own.running) await own.running.catch(() => null);
  own.dirty = false;
  own.running = send(form, withFiles);
  try {
    const answer = await own.running;
    if (answer.ok) return tell(form, "Saved"), true;
    own.dirty = true;
    const lost = answer.type === "opaqueredirect" || answer.status === 403;
    tell(form, lost ? "Lost" : "Failed", lost);
  } catch {
    own.dirty = true;
    tell(form, "Failed");
  } finally {
    own.running = null;
  }
  if (form.isConnected) own.timer = setTimeout(() => save(form, withFiles), AGAIN);
  return false;
}

function changed(form) {
  const own = state(form);
  own.dirty = true;
  own.since ||= Date.now();
  clearTimeout(own.timer);
  own.timer = setTimeout(() => save(form), Math.max(0, Math.min(PAUSE, own.since + LONGEST - Date.now())));
}

// What the server put into a mask (a template) is kept as if it had been typed.
function begin(scope) {
  for (const button of scope.querySelectorAll?.("[data-draft-save]") ?? []) button.hidden = true;
  for (const form of scope.querySelectorAll?.("form[data-unsaved]") ?? []) {
    delete form.dataset.unsaved;
    changed(form);
  }
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentNode ?? document));

// What can be undone is said in a corner for some seconds, longer while somebody points at it or has the focus in it.
function offerUndo(link) {
  const alert = link.closest(".alert");
  const box = document.getElementById("toasts");
  if (!alert || !box) return;
  alert.classList.add("toast-undo");
  box.append(alert);
  let left = Number(link.dataset.undo);
  const clock = setInterval(() => {
    if (!alert.isConnected) clearInterval(clock);
    if (alert.matches(":hover") || alert.contains(document.activeElement)) return;
    left -= 1;
    if (left <= 0) alert.remove();
  }, 1000);
}

for (const link of document.querySelectorAll("#messages [data-undo]")) offerUndo(link);

const keeping = (element) => element.closest?.("form[data-keeps-draft]");

document.addEventListener("input", (event) => {
  const form = keeping(event.target);
  if (form && event.target.name && event.target.type !== "file") changed(form);
});
document.addEventListener("change", (event) => {
  const form = keeping(event.target);
  if (form && event.target.matches("[type=file]") && event.target.files.length) save(form, true);
});

// What is sent must not be overtaken by a draft that is on its way: sending waits for it.
document.addEventListener("submit", (event) => {
  const form = keeping(event.target);
  if (!form) return;
  const own = state(form);
  clearTimeout(own.timer);
  if (!own.running) {
    own.sent = true;
    own.dirty = false;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const again = () => form.requestSubmit(event.submitter);
  own.running.then(again, again);
}, true);

// A request that failed sent nothing: what was typed is kept again.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const form = keeping(event.detail.elt);
    if (form) changed(form);
  });
}

function flush() {
  for (const form of document.querySelectorAll("form[data-keeps-draft]")) {
    const own = state(form);
    if (own.dirty && !own.running) {
      own.dirty = false;
      post(form, contents(form, false), true).catch(() => null);
    }
  }
}

window.addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
window.addEventListener("focus", () => {
  for (const form of document.querySelectorAll("form[data-keeps-draft]")) if (state(form).dirty) changed(form);
});
// A mask that is taken out of the page (another one opens in the dock) is kept first.
document.addEventListener("htmx:beforeSwap", (event) => {
  for (const form of event.detail.target.querySelectorAll?.("form[data-keeps-draft]") ?? []) if (state(form).dirty) save(form);
});
// The dock is left by the keyboard: it waits for what is kept, and stays if that failed.
document.addEventListener("mask:leave", (event) => {
  const form = keeping(event.target);
  if (form) event.detail.kept = state(form).dirty || state(form).running ? save(form) : Promise.resolve(true);
});
