// The start page keeps itself up to date: when it is told that lists moved, it asks for the bodies of all its widgets at once.
// What somebody is at (focus, a marked text, a widget that is dragged) stays, and follows when they are done.

const grid = document.querySelector(".dashboard[data-bodies]");
const bodyOf = (widget) => widget.querySelector(":scope > .widget-body");
let again = 0;

function isAt(widget) {
  const [body, marked] = [bodyOf(widget), getSelection()];
  return body?.contains(document.activeElement) || (!marked.isCollapsed && body?.contains(marked.anchorNode));
}

// How long ago something was passes by itself, and is no reason to draw a widget anew
function said(body) {
  const copy = body.cloneNode(true);
  for (const time of copy.querySelectorAll("time")) time.replaceChildren();
  for (const one of copy.querySelectorAll("[class]")) one.classList.remove("htmx-request", "htmx-settling", "htmx-added");
  return copy.innerHTML;
}

function put(widget, young) {
  const old = bodyOf(widget);
  if (!old || !young || said(old) === said(young)) return true;
  if (isAt(widget) || grid.querySelector(".widget-dragged")) return false;
  const copy = document.adoptNode(young);
  old.replaceWith(copy);
  htmx.process(copy);
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
  const done = widgets.map((widget) => put(widget, fresh.querySelector(`[data-body="${CSS.escape(widget.dataset.widget)}"] > .widget-body`)));
  if (done.includes(false)) again = setTimeout(later, 2000);
}

// Asked for again only once nobody is at a widget any more
function later() {
  const waits = document.hidden || grid.querySelector(".widget-dragged") || [...grid.querySelectorAll(":scope > [data-widget]")].some(isAt);
  if (waits) again = setTimeout(later, 2000);
  else refresh();
}

grid?.addEventListener("refresh", refresh);
