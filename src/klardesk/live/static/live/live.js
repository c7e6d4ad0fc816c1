// What moves on an open page by itself. The desk's stream only names what changed; the page then asks for it as it always does.
// Without the stream everything works by reload.

const here = document.querySelector("script[data-live]");
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
    document.documentElement.dataset.liveState = "open";
  });
  source.addEventListener("message", (event) => {
    last = event.lastEventId;
    hear(JSON.parse(event.data));
  });
  source.addEventListener("error", () => {
    document.documentElement.dataset.liveState = "lost";
    if (source?.readyState === EventSource.CLOSED) {
      source = null; // the desk refused it: tried again when the page is next shown, or after a while
      setTimeout(open, 60000);
    }
  });
}

function close() {
  source?.close();
  source = null;
  document.documentElement.dataset.liveState = "paused";
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
  if (message.lists || message.all) lists();
  if (message.bell || message.all) bell();
  const ticket = shownTicket();
  if (ticket && (message.all || message.tickets?.includes(ticket))) news();
  if (ticket && (message.all || message.present?.includes(ticket))) document.dispatchEvent(new CustomEvent("live:present"));
}

// Lists and counters: the table of tickets, and whatever says data-live-part="lists" and hears `refresh`

const inUse = (part) =>
  part.querySelector("details[data-menu][open], input:checked") ||
  part.querySelector("#filters")?.childElementCount ||
  (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, summary")) ||
  (!getSelection().isCollapsed && part.contains(getSelection().anchorNode));

async function refreshTable(table) {
  const focused = table.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const sideways = table.querySelector(".table-wrap")?.scrollLeft;
  await htmx.ajax("GET", location.href, { target: "#tickets", swap: "outerHTML show:none" });
  const fresh = document.getElementById("tickets");
  if (sideways) fresh.querySelector(".table-wrap").scrollLeft = sideways;
  if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("live:table"));
}

const table = () => document.getElementById("tickets");
const lists = refresher(
  () => {
    for (const part of document.querySelectorAll('[data-live-part="lists"]')) htmx.trigger(part, "refresh");
    if (table()) refreshTable(table());
  },
  () => table() && inUse(table()),
  LIST_EVERY,
);

// The counters of the top bar

const bell = refresher(
  () => {
    const counters = document.getElementById("counters");
    if (counters) htmx.ajax("GET", here.dataset.counters, { target: counters, swap: "outerHTML" });
  },
  () => document.getElementById("counters")?.contains(document.activeElement),
  LIST_EVERY,
);

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
  const words = number === 1 ? text("One") : text("Many").replace("{number}", number.toLocaleString(document.documentElement.lang));
  place.querySelector("[data-news-text]")?.remove();
  const line = document.createElement("p");
  line.className = "live-news-line";
  line.dataset.newsText = "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small button-default";
  button.dataset.showNews = "";
  button.textContent = text("Show");
  line.append(`${words} `, button);
  place.append(line);
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
