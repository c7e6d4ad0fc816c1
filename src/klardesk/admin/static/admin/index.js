// The administration's index shows what was typed while it is typed; without this script the server does the same.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const form of document.querySelectorAll("form[data-filter]")) {
  const list = document.querySelector(form.dataset.filter);
  const field = form.querySelector("input[type=search]");
  const empty = document.querySelector("[data-filter-empty]");
  form.querySelector("[data-filter-button]")?.setAttribute("hidden", "");
  const show = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const group of list.querySelectorAll("[data-filter-group]")) {
      const heading = plain(group.querySelector("h2").textContent);
      let found = 0;
      for (const item of group.querySelectorAll("[data-filter-item]")) {
        const text = `${heading} ${plain(item.textContent)}`;
        item.hidden = !words.every((word) => text.includes(word));
        found += item.hidden ? 0 : 1;
      }
      group.hidden = found === 0;
    }
    empty.hidden = Boolean(list.querySelector("[data-filter-group]:not([hidden])"));
  };
  field.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    if (!list.querySelector("[data-filter-item]")) return;
    event.preventDefault();
    list.querySelector("[data-filter-item]:not([hidden]) a")?.focus();
  });
}
