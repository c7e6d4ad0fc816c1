// The palette: the field filters what the server offered and what the present page can do; arrows choose, Enter goes.

const ACTIONS = "main [data-shortcut], main .toolbar :is(a, button), main .page-actions :is(a, button), .message-actions a";
const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/ß/g, "ss").toLowerCase();
const nameOf = (element) => (element.innerText || element.textContent || element.getAttribute("aria-label") || "").replace(/\s+/g, " ").trim();

// What the page's own links and buttons do, each name once: the first is the one that its key presses too
function actionsOf() {
  const found = new Map();
  for (const element of document.querySelectorAll(ACTIONS)) {
    const name = element.matches("input") || element.disabled || element.closest("[hidden], dialog, #dock, tr") ? "" : element.querySelector(":scope > span")?.textContent.trim() || nameOf(element);
    if (name && !found.has(name)) found.set(name, element);
  }
  return found;
}

function optionOf(name, element) {
  const option = document.createElement("div");
  option.className = "palette-option";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const icon = element.querySelector("svg")?.cloneNode(true);
  const words = document.createElement("span");
  words.className = "palette-label";
  words.textContent = name;
  option.append(...[icon, words].filter(Boolean));
  const keys = element.dataset.keyNamed;
  if (keys) {
    const key = document.createElement("kbd");
    key.textContent = keys;
    option.append(key);
  }
  return option;
}

export function begin(dialog, back) {
  const field = dialog.querySelector("#palette-field");
  const list = dialog.querySelector("#palette-list");
  const status = dialog.querySelector("[data-count]");
  const group = list.querySelector("[data-actions]");
  const actions = new Map();
  for (const [name, element] of actionsOf()) {
    const option = optionOf(name, element);
    actions.set(option, element);
    group.append(option);
  }
  let chosen = null;
  let byHand = false;
  const shown = () => [...list.querySelectorAll("[role=option]")].filter((option) => !option.closest("[hidden]"));

  function choose(option) {
    chosen?.setAttribute("aria-selected", "false");
    chosen = option ?? null;
    if (!chosen) return field.removeAttribute("aria-activedescendant");
    chosen.id ||= `palette-${Math.random().toString(36).slice(2)}`;
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", chosen.id);
  }

  // What is found later does not move the choice, unless nothing but the search was there to be chosen by itself
  function filter(later) {
    const words = bare(field.value).split(/\s+/).filter(Boolean);
    for (const part of list.querySelectorAll("[data-actions], [data-filtered]")) {
      let some = false;
      for (const option of part.querySelectorAll("[role=option]")) {
        const text = bare(option.textContent);
        option.hidden = !words.every((word) => text.includes(word));
        some ||= !option.hidden;
      }
      part.hidden = !some;
    }
    const found = list.querySelector("#palette-found");
    found.hidden = !found.querySelector("[role=option]");
    const search = list.querySelector("[data-search]");
    if (search) {
      search.hidden = !field.value.trim();
      search.querySelector("a").href = search.dataset.search + encodeURIComponent(field.value.trim());
      search.querySelector(".palette-label").textContent = search.dataset.textSearch.replace("{words}", () => field.value.trim());
    }
    const all = shown();
    choose(later && all.includes(chosen) && (byHand || !chosen.closest("[data-search]")) ? chosen : all[0]);
    const { textNone, textOne, textSome } = status.dataset;
    status.textContent = all.length > 1 ? textSome.replace("{count}", all.length) : all.length ? textOne : textNone;
  }

  function run(option) {
    const element = actions.get(option);
    if (!element) return option.click();
    dialog.addEventListener("close", () => setTimeout(() => (element.matches("[data-field]") ? element.focus() : element.click())), { once: true });
    dialog.close();
  }

  field.addEventListener("input", () => {
    byHand = false;
    filter(false);
  });
  list.addEventListener("htmx:afterSettle", () => filter(true));
  field.addEventListener("keydown", (event) => {
    const all = shown();
    const at = all.indexOf(chosen);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, PageDown: Math.min(at + 8, all.length - 1), PageUp: Math.max(at - 8, 0) }[event.key];
    if (to !== undefined) {
      byHand = true;
      choose(all[to]);
    } else if (event.key === "Enter" && chosen) run(chosen);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (actions.has(option)) run(option);
  });
  list.addEventListener("mousedown", (event) => event.button === 0 && event.preventDefault());
  filter(false);
  field.focus();
}
