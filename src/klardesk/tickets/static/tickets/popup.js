// A list of proposals at a field: arrows choose, Enter or Tab takes, Escape closes; read aloud as a listbox.

let last = 0;

export class Popup {
  constructor(field, label, take) {
    this.field = field;
    this.take = take;
    this.items = [];
    this.chosen = 0;
    this.list = document.createElement("ul");
    this.list.className = "proposals";
    this.list.id = `proposals-${(last += 1)}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    this.list.hidden = true;
    document.body.append(this.list);
    field.setAttribute("aria-controls", this.list.id);
    field.setAttribute("aria-autocomplete", "list");
    this.expanded(false);
    this.list.addEventListener("mousedown", (event) => {
      const item = event.target.closest("[role=option]");
      event.preventDefault();
      if (item) this.pick(Number(item.dataset.place));
    });
    field.addEventListener("blur", () => this.close());
  }

  // Of a combobox alone: a text of many lines has no such state (WAI-ARIA, aria-expanded).
  expanded(open) {
    if (this.field.getAttribute("role") === "combobox") this.field.setAttribute("aria-expanded", String(open));
  }

  get open() {
    return !this.list.hidden;
  }

  // items: [{ label, note, value }]; at: { left, bottom } in the window
  show(items, at) {
    this.items = items;
    this.chosen = 0;
    if (!items.length) return this.close();
    this.list.replaceChildren(...items.map((item, place) => this.option(item, place)));
    this.list.hidden = false;
    const left = Math.max(4, Math.min(at.left, document.documentElement.clientWidth - this.list.offsetWidth - 8));
    const below = at.bottom + this.list.offsetHeight + 8 < window.innerHeight;
    this.list.style.left = `${left + window.scrollX}px`;
    this.list.style.top = `${(below ? at.bottom + 4 : Math.max(4, (at.top ?? at.bottom) - this.list.offsetHeight - 4)) + window.scrollY}px`;
    this.expanded(true);
    this.mark();
  }

  option(item, place) {
    const line = document.createElement("li");
    line.id = `${this.list.id}-${place}`;
    line.dataset.place = String(place);
    line.setAttribute("role", "option");
    const label = document.createElement("span");
    label.textContent = item.label;
    line.append(label);
    if (item.note) {
      const note = document.createElement("span");
      note.className = "muted small";
      note.textContent = item.note;
      line.append(note);
    }
    return line;
  }

  mark() {
    [...this.list.children].forEach((line, place) => line.setAttribute("aria-selected", String(place === this.chosen)));
    this.list.children[this.chosen]?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.chosen}`);
  }

  // Whether the key was the list's.
  key(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.chosen = (this.chosen + step + this.items.length) % this.items.length;
      this.mark();
    } else if (event.key === "Enter" || event.key === "Tab") this.pick(this.chosen);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  pick(place) {
    const item = this.items[place];
    this.close();
    if (item) this.take(item.value);
  }

  close() {
    this.list.hidden = true;
    this.expanded(false);
    this.field.removeAttribute("aria-activedescendant");
  }

  remove() {
    this.list.remove();
  }
}
