// A live preview of colours and density while they are chosen; nothing is kept before the form is sent.

const usual = { theme: "auto", density: "normal" };

for (const form of document.querySelectorAll("form[data-preview]")) {
  form.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (name in usual) document.documentElement.dataset[name] = value || usual[name];
  });
}
