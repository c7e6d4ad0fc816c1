// Arranging the start page: drag, edges and buttons change the page at once and are kept by the same form that works without this.

const form = document.getElementById("arrangement");
const grid = form.querySelector(".dashboard");
const WIDTHS = [2, 3, 4, 6];
const widgets = () => [...grid.querySelectorAll(":scope > [data-key]")];
const words = (name, values) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), form.dataset[name]);

function say(text) {
  document.getElementById("arranged").textContent = text;
}

// One after the other, so that the last change is the one that is kept
let kept = Promise.resolve();
function keep() {
  for (const widget of widgets()) {
    widget.querySelector("input[name=widget]").value = `${widget.dataset.key}|${widget.dataset.width}|yes`;
  }
  const body = new URLSearchParams(new FormData(form));
  kept = kept.then(async () => {
    const answer = await fetch(form.action, { method: "POST", headers: { "X-Requested-With": "fetch" }, body, keepalive: true }).catch(() => null);
    if (!answer?.ok) document.dispatchEvent(new CustomEvent("toast", { detail: { text: form.dataset.wordsLost, kind: "danger" } }));
  });
}

function move(widget, neighbour) {
  grid.insertBefore(widget, neighbour);
  keep();
  const all = widgets();
  say(words("wordsMoved", { name: widget.dataset.title, place: all.indexOf(widget) + 1, total: all.length }));
}

function widen(widget, width) {
  if (Number(widget.dataset.width) === width) return;
  widget.classList.replace(`widget-${widget.dataset.width}`, `widget-${width}`);
  widget.dataset.width = width;
  say(words("wordsWidth", { name: widget.dataset.title, width }));
}

const verbs = {
  earlier: (widget) => widget.previousElementSibling && move(widget, widget.previousElementSibling),
  later: (widget) => widget.nextElementSibling && move(widget, widget.nextElementSibling.nextElementSibling),
  narrower: (widget) => (widen(widget, WIDTHS[Math.max(0, WIDTHS.indexOf(Number(widget.dataset.width)) - 1)]), keep()),
  wider: (widget) => (widen(widget, WIDTHS[Math.min(3, WIDTHS.indexOf(Number(widget.dataset.width)) + 1)]), keep()),
};

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  const act = verbs[button?.name];
  if (!act) return; // hiding and showing draw the page anew
  event.preventDefault();
  act(button.closest("[data-key]"));
  button.focus();
});

// Drag by the handle: dropped on a widget it goes before it, or behind it if it came from before

let dragged;
grid.addEventListener("dragstart", (event) => {
  const handle = event.target.closest?.(".widget-handle");
  if (!handle) return;
  dragged = handle.closest("[data-key]");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.key);
  event.dataTransfer.setDragImage(dragged, 10, 10);
  dragged.classList.add("widget-dragged");
});

function mark(target) {
  for (const widget of widgets()) widget.classList.toggle("widget-target", widget === target && target !== dragged);
}

grid.addEventListener("dragover", (event) => {
  if (!dragged) return;
  event.preventDefault();
  mark(event.target.closest("[data-key]"));
});

grid.addEventListener("drop", (event) => {
  const target = event.target.closest("[data-key]");
  if (!dragged || !target || target === dragged) return;
  event.preventDefault();
  const all = widgets();
  move(dragged, all.indexOf(dragged) < all.indexOf(target) ? target.nextElementSibling : target);
});

grid.addEventListener("dragend", () => {
  dragged?.classList.remove("widget-dragged");
  mark(null);
  dragged = undefined;
});

// Widths by the edge: the nearest of those there are

grid.addEventListener("pointerdown", (event) => {
  const edge = event.target.closest(".widget-edge");
  if (!edge) return;
  event.preventDefault();
  edge.setPointerCapture(event.pointerId);
  const widget = edge.closest("[data-key]");
  const before = widget.dataset.width;
  const rtl = getComputedStyle(grid).direction === "rtl";
  const follow = (moved) => {
    const box = widget.getBoundingClientRect();
    const wanted = ((rtl ? box.right - moved.clientX : moved.clientX - box.left) / grid.clientWidth) * 6;
    widen(widget, WIDTHS.reduce((best, width) => (Math.abs(width - wanted) < Math.abs(best - wanted) ? width : best)));
  };
  edge.addEventListener("pointermove", follow);
  edge.addEventListener("lostpointercapture", () => {
    edge.removeEventListener("pointermove", follow);
    if (widget.dataset.width !== before) keep();
  }, { once: true });
});
