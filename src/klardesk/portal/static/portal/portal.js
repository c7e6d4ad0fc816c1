// The portal's forms: files are dropped into them, one is sent once, and unsent text is not lost by a wrong click.

for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  const target = place.closest("form");
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  target.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    place.setAttribute("data-over", "");
  });
  target.addEventListener("dragleave", (event) => {
    if (!target.contains(event.relatedTarget)) place.removeAttribute("data-over");
  });
  target.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    place.removeAttribute("data-over");
    const all = new DataTransfer();
    for (const file of [...input.files, ...event.dataTransfer.files]) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const form of document.querySelectorAll("form[data-guarded]")) {
  let unsent = false;
  form.addEventListener("input", () => { unsent = true; });
  form.addEventListener("change", () => { unsent = true; });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    unsent = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsent) event.preventDefault();
  });
  // Back from the next page, the form can be sent again; its key still makes it count once.
  window.addEventListener("pageshow", () => { delete form.dataset.sent; });
}
