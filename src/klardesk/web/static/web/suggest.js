// Suggestions at the search box while one types: arrows choose, Enter goes there, Escape closes. Loaded when it is first used.

const PAUSE = 120;
const SHORTEST = 2;

class Suggestions {
  constructor(field) {
    this.field = field;
    this.box = document.createElement("div");
    this.box.className = "suggestions-box";
    this.box.hidden = true;
    field.closest("form").append(this.box);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.addEventListener("input", () => this.wait());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
  }

  wait() {
    clearTimeout(this.timer);
    if (this.field.value.trim().length < SHORTEST) return this.close();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const words = this.field.value.trim();
    const address = `${this.field.dataset.suggest}?${new URLSearchParams({ q: words })}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected || words !== this.field.value.trim() || document.activeElement !== this.field) return;
    this.box.innerHTML = await answer.text();
    this.options = [...this.box.querySelectorAll("[role=option]")];
    this.chosen = -1;
    this.box.hidden = false;
    this.field.setAttribute("aria-controls", this.box.querySelector("[role=listbox]").id);
    this.field.setAttribute("aria-expanded", "true");
    this.field.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    if (this.box.hidden) {
      if (event.key === "ArrowDown") this.wait();
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && this.chosen >= 0) this.options[this.chosen].click();
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // From the field through the options and back to it.
  move(step) {
    const places = this.options.length + 1;
    this.chosen = ((this.chosen + 1 + step + places) % places) - 1;
    this.options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.chosen)));
    const option = this.options[this.chosen];
    if (!option) return this.field.removeAttribute("aria-activedescendant");
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  close() {
    clearTimeout(this.timer);
    this.box.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.field.removeAttribute("aria-controls");
  }
}

export const suggestAt = (field) => new Suggestions(field);
