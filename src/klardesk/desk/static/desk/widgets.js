// The start page keeps itself up to date: when it is told that lists moved, it asks for the bodies of all its widgets at once.
// A focused link keeps its focus. What somebody is at otherwise (a marked text, a field, a link that is gone, a widget that is
// dragged) stays, and follows when they are done. A widget without anything to show is hidden until there is something.

const grid = document.querySelector(".dashboard[data-bodies]");
const bodyOf = (widget) => widget.querySelector(":scope > .widget-body");
let again = 0;

const focusIn = (body) => (body?.contains(document.activeElement) ? document.activeElement : null);

// The same link in the body that comes; null where there is none
function twinOf(link, young) {
  const key = link.matches("a[href]") ? `a[href="${CSS.escape(link.getAttribute("href"))}"]` : null;
  return key && young.querySelector(key);
}

function isMarked(body) {
  const marked = getSelection();
  return !marked.isCollapsed && body.contains(marked.anchorNode);
}

// How long ago something was passes by itself, and is no reason to draw a widget anew
function said(body) {
  const copy = body.cloneNode(true);
  for (const time of copy.querySelectorAll("time")) time.replaceChildren();
  for (const one of copy.querySelectorAll("[class]")) one.classList.remove("htmx-request", "htmx-settling", "htmx-added");
  return copy.innerHTML;
}

function put(widget, answer) {
  const old = bodyOf(widget);
  const young = answer && bodyOf(answer);
  if (!old || !young) return true;
  const empty = "hidesEmpty" in grid.dataset && "empty" in answer.dataset;
  if (empty && !widget.hidden && (focusIn(widget) || isMarked(widget))) return false;
  const done = said(old) === said(young) || exchange(old, young);
  if (done) widget.hidden = empty;
  return done;
}

function exchange(old, young) {
  const held = focusIn(old);
  const copy = document.adoptNode(young);
  const twin = held && twinOf(held, copy);
  if ((held && !twin) || isMarked(old) || grid.querySelector(".widget-dragged")) return false;
  old.replaceWith(copy);
  htmx.process(copy);
  twin?.focus({ preventScroll: true });
  return true;
}

async function refresh() {
  clearTimeout(again);
  const asked = new URLSearchParams();
  const widgets = [...grid.querySelectorAll(":scope > [data-widget]")];
  for (const widget of widgets) {
    asked.append("key", widget.dataset.widget);
    const own = new URLSearchParams(widget.querySelector("[data-widget-query]")?.dataset.widgetQuery);
    for (const [name, value] of own) asked.set(name, value);
  }
  const answer = await fetch(`${grid.dataset.bodies}?${asked}`, { headers: { "HX-Request": "true" }, redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const done = widgets.map((widget) => put(widget, fresh.querySelector(`[data-body="${CSS.escape(widget.dataset.widget)}"]`)));
  if (done.includes(false)) again = setTimeout(later, 2000);
}

// Asked for again only once nobody is at a widget any more
function later() {
  const widgets = [...grid.querySelectorAll(":scope > [data-widget]")];
  const waits = document.hidden || grid.querySelector(".widget-dragged") || widgets.some((widget) => focusIn(widget) || isMarked(widget));
  if (waits) again = setTimeout(later, 2000);
  else refresh();
}

grid?.addEventListener("refresh", refresh);
