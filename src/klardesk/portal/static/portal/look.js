// The preview beside the form of the portal's look follows what is typed.

const place = document.querySelector("[data-look]");
const field = (name) => document.querySelector(`[name="${name}"]`);
const german = document.documentElement.lang.startsWith("de");

function follow(input, change) {
  input?.addEventListener("input", () => change(input.value.trim()));
}

if (place) {
  follow(field("name"), (value) => { place.querySelector("[data-look-name]").textContent = value || "Klardesk"; });
  follow(field(german ? "welcome_de" : "welcome_en"), (value) => { place.querySelector("[data-look-welcome]").textContent = value; });
  follow(field("accent"), (value) => {
    if (/^#[0-9a-f]{6}$/i.test(value)) place.querySelector("[data-look-colour]").setAttribute("fill", value);
  });
}
