// What moves on an open page by itself. The desk's stream only names what changed; the page then asks for it as it always does.
// Without the stream everything works by reload.

const here = document.querySelector("script[data-live]");
const root = document.documentElement;
const text = (name) => here.dataset[`text${name}`] ?? "";
const HIDDEN_AFTER = 10000;
const LIST_EVERY = 4000;
let source = null;
let last = null;
let hiding = 0;

// One connection for a page that is looked at; a hidden page has none, and asks for what it missed when it is shown again.

function open() {
  if (source || document.hidden || !here.dataset.live) return;
  const address = new URL(here.dataset.live, location.href);
  if (last !== null) address.searchParams.set("after", last);
  source = new EventSource(address, { withCredentials: true });
  source.addEventListener("hello", (event) => {
    last ??= event.lastEventId;
    root.dataset.liveState = "open";
  });
  source.addEventListener("message", (event) => {
    last = event.lastEventId;
    hear(JSON.parse(event.data));
  });
  source.addEventListener("error", () => {
    root.dataset.liveState = "lost";
    if (source?.readyState === EventSource.CLOSED) {
      source = null; // the desk refused it: tried again when the page is next shown, or after a while
      setTimeout(open, 60000);
    }
  });
}

function close() {
  source?.close();
  source = null;
  root.dataset.liveState = "paused";
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(close, HIDDEN_AFTER);
  else open();
});
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => event.persisted && open());

// Each part of the page is asked for again at most once in a few seconds, and not while somebody is at work in it.

function refresher(run, busy, every) {
  let timer = 0;
  let before = 0;
  const later = () => {
    timer = 0;
    if (document.hidden || busy()) return void (timer = setTimeout(later, 2000));
    before = Date.now();
    run();
  };
  return () => {
    timer ||= setTimeout(later, Math.max(300, before + every - Date.now()));
  };
}

function hear(message) {
  if (message.lists || message.all) lists(message);
  if (message.lists || message.bell || message.all) counters();
  if (message.bell || message.all) bell();
  if (message.all || message.tickets?.some((key) => document.querySelector(`[data-tab="${key}"]`))) strip();
  const ticket = shownTicket();
  if (ticket && (message.all || message.tickets?.includes(ticket))) news();
  if (ticket && (message.all || message.present?.includes(ticket))) document.dispatchEvent(new CustomEvent("live:present"));
}

// Parts of a page that say what moves them hear `refresh`

function refreshParts(name) {
  for (const part of document.querySelectorAll(`[data-live-part="${name}"]`)) htmx.trigger(part, "refresh");
}

// The list of tickets, asked for with its present filters: what does not fall into it moves nothing. Where somebody is at work
// in it, a line above it says what is new, and it is brought in when wanted, or when they are done.

const inUse = (part) =>
  part.querySelector("details[data-menu][open], input:checked") ||
  part.querySelector("#filters")?.childElementCount ||
  (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, summary")) ||
  (!getSelection().isCollapsed && part.contains(getSelection().anchorNode));

const table = () => document.getElementById("tickets");
const linesOf = (part) => new Map([...part.querySelectorAll("tbody tr")].map((row) => [row.querySelector("a.cell-link")?.getAttribute("href"), row]));
let changed = new Set(); // tickets that were told of since the list was last drawn; null: too many to name

// What a line says; how long ago something was passes by itself
function said(row) {
  const copy = row.cloneNode(true);
  for (const time of copy.querySelectorAll("time")) time.textContent = time.dateTime;
  return copy.textContent.replace(/\s+/g, " ");
}

function isSame(old, young) {
  const [before, after] = [[...old], [...young]];
  return before.length === after.length && after.every(([key, row], place) => before[place][0] === key && said(before[place][1]) === said(row));
}

const isTold = (address) => changed === null || changed.has(Number(address?.match(/(\d+)\/$/)?.[1]));

async function askTable() {
  const headers = { "HX-Request": "true", "HX-Target": "tickets" };
  const answer = await fetch(location.href, { headers, cache: "no-store", redirect: "manual" });
  const words = answer.ok && table() ? await answer.text() : "";
  return [words, new DOMParser().parseFromString(words, "text/html").getElementById("tickets")];
}

async function readTable() {
  const [words, young] = await askTable();
  if (!young) return;
  const [old, fresh] = [linesOf(table()), linesOf(young)];
  if (isSame(old, fresh)) offer(null);
  else if (!inUse(table())) putTable(words);
  else {
    offer([...fresh.keys()].filter((address) => !old.has(address) && isTold(address)).length);
    catchUp();
  }
}

function offer(number) {
  const place = document.getElementById("list-news");
  if (!place) return;
  if (number === null) return place.replaceChildren();
  const count = number.toLocaleString(root.lang);
  const sentence = number ? text(number === 1 ? "Ticket" : "Tickets").replace("{number}", count) : text("Changed");
  if (place.dataset.said === sentence && place.childElementCount) return;
  place.dataset.said = sentence;
  place.replaceChildren(newsLine(sentence, "showList"));
}

// What is ticked and a form that is open stay
async function showTable() {
  const ticked = [...table().querySelectorAll("tbody input:checked")].map((box) => box.value);
  const form = table().querySelector("#filters");
  const [words, young] = await askTable();
  if (!young) return;
  putTable(words);
  if (form?.childElementCount) document.getElementById("filters")?.replaceWith(form);
  for (const value of ticked) {
    const box = table().querySelector(`tbody input[value="${CSS.escape(value)}"]`);
    if (!box) continue;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (table().contains(document.activeElement)) return;
  const first = table().querySelector("tbody a.cell-link") ?? document.getElementById("main");
  first?.focus({ preventScroll: true });
}

function putTable(words) {
  const old = table();
  const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const sideways = old.querySelector(".table-frame")?.scrollLeft;
  changed = new Set();
  htmx.swap(old, words, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 }, { eventInfo: { target: old, elt: old } });
  if (sideways) table().querySelector(".table-frame").scrollLeft = sideways;
  if (focused) table().querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("live:table"));
}

document.addEventListener("click", (event) => event.target.closest?.("[data-show-list]") && showTable());

const moveLists = refresher(
  () => {
    refreshParts("lists");
    if (table()) readTable();
  },
  () => false,
  LIST_EVERY,
);
const catchUp = refresher(readTable, () => !table() || inUse(table()), 2000);

function lists(message) {
  if (message.all) changed = null;
  for (const key of message.tickets ?? []) changed?.add(key);
  moveLists();
}

// The counters of the top bar, and what shows notifications

const counters = refresher(
  () => {
    const part = document.getElementById("counters");
    if (part) htmx.ajax("GET", here.dataset.counters, { target: part, swap: "outerHTML" });
  },
  () => document.getElementById("counters")?.contains(document.activeElement),
  LIST_EVERY,
);
const strip = refresher(
  () => {
    const part = document.getElementById("tabs");
    if (part) htmx.ajax("GET", part.dataset.address, { target: part, swap: "outerHTML" });
  },
  () => document.getElementById("tabs")?.contains(document.activeElement),
  LIST_EVERY,
);
const bell = refresher(() => refreshParts("bell"), () => false, LIST_EVERY);

// The open ticket: its head and the panels beside it are brought up to date; new articles are announced, and shown when wanted

const ticketPart = () => document.querySelector("[data-ticket]");
const shownTicket = () => Number(ticketPart()?.dataset.ticket ?? 0);
let fresh = null;

function put(selector, from) {
  const [old, young] = [document.querySelector(selector), from.querySelector(selector)];
  if (!old || !young || old.contains(document.activeElement) || old.querySelector("details[open]")) return;
  if (old.innerHTML === young.innerHTML) return;
  const copy = document.adoptNode(young.cloneNode(true));
  old.replaceWith(copy);
  htmx.process(copy);
}

async function readTicket() {
  const answer = await fetch(location.href, { redirect: "manual" });
  if (!answer.ok) return;
  fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const there = fresh.querySelector("[data-ticket]");
  if (!there) return;
  put(".ticket-head", fresh);
  put(".aside", fresh);
  put("#drafts", fresh);
  announce(Number(there.dataset.articles) - Number(ticketPart().dataset.articles));
}

function announce(number) {
  const place = document.getElementById("live-news");
  if (!place || number < 1) return;
  const count = number.toLocaleString(root.lang);
  place.replaceChildren(newsLine(text(number === 1 ? "One" : "Many").replace("{number}", count), "showNews"));
}

// A quiet line that says what is new, with a button that brings it in
function newsLine(words, verb) {
  const line = document.createElement("p");
  line.className = "live-news-line";
  line.dataset.newsText = "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small button-default";
  button.dataset[verb] = "";
  button.textContent = text("Show");
  line.append(`${words} `, button);
  return line;
}

function showNews() {
  const known = new Set([...document.querySelectorAll(".articles [id^=article-]")].map((one) => one.id));
  const there = fresh.querySelector("[data-ticket]");
  document.querySelector("[data-news-text]")?.remove();
  const articles = document.adoptNode(fresh.querySelector(".articles").cloneNode(true));
  document.querySelector(".articles").replaceWith(articles);
  const part = ticketPart();
  part.dataset.articles = there.dataset.articles;
  part.setAttribute("hx-vals", there.getAttribute("hx-vals"));
  put(".ticket-toolbar", fresh);
  htmx.process(articles);
  document.dispatchEvent(new CustomEvent("live:articles"));
  const first = [...articles.querySelectorAll("[id^=article-]")].find((one) => !known.has(one.id)) ?? articles;
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => event.target.closest?.("[data-show-news]") && showNews());
const news = refresher(readTicket, () => false, 2000);

// Who else is here: told to the desk while the page is looked at, and shown to colleagues who may see the ticket

const BEAT = 20000;
const TYPING = 60000;
let typedAt = 0;
let beating = 0;
let told = null;

const writing = () => Boolean(document.querySelector("#dock form.change-form")) && Date.now() - typedAt < TYPING;
const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
const presence = () => here.dataset.presence.replace("/0/", `/${shownTicket()}/`);

async function beat() {
  clearTimeout(beating);
  const place = document.getElementById("presence");
  if (!place || document.hidden) return;
  told = writing();
  try {
    const body = new URLSearchParams({ writing: told ? "yes" : "no" });
    const answer = await fetch(presence(), { method: "POST", headers: token(), body, redirect: "manual" });
    if (answer.ok) {
      const words = await answer.text();
      if (place.innerHTML.trim() !== words.trim()) place.innerHTML = words;
    }
  } catch {
    place.replaceChildren(); // nobody knows who is here while the desk cannot be reached
  }
  beating = setTimeout(beat, BEAT);
}

document.addEventListener("input", (event) => {
  if (!event.target.closest?.("#dock")) return;
  typedAt = Date.now();
  if (told === false) beat();
});
document.addEventListener("visibilitychange", () => document.hidden || beat());
document.addEventListener("live:present", () => setTimeout(beat, 200));
addEventListener("pagehide", () => {
  if (!document.getElementById("presence")) return;
  fetch(presence(), { method: "POST", headers: token(), body: new URLSearchParams({ leave: "yes" }), keepalive: true });
});

if (document.getElementById("presence")) beat();
open();
