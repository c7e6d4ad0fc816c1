// Passkeys: asks the desk what to ask the browser, lets the browser's answer go back with the form it stands in.

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const withBytes = (keys) => keys?.map((key) => ({ ...key, id: toBytes(key.id) }));

function forBrowser(options) {
  const asked = { ...options, challenge: toBytes(options.challenge) };
  if (asked.user) asked.user = { ...asked.user, id: toBytes(asked.user.id) };
  if (asked.allowCredentials) asked.allowCredentials = withBytes(asked.allowCredentials);
  if (asked.excludeCredentials) asked.excludeCredentials = withBytes(asked.excludeCredentials);
  return asked;
}

function forDesk(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  const id = toText(credential.rawId);
  return { id, rawId: id, type: credential.type, response, clientExtensionResults: {} };
}

async function answer(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const asked = await fetch(form.dataset.passkeyOptions, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!asked.ok) throw new Error(`status ${asked.status}`);
  const { publicKey } = await asked.json();
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey: forBrowser(publicKey) });
  form.elements.answer.value = JSON.stringify(forDesk(credential));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !window.PublicKeyCredential;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const notes = form.querySelector("[role=alert]");
    notes.textContent = "";
    try {
      await answer(form);
    } catch {
      notes.textContent = form.dataset.passkeyFailed;
      return;
    }
    HTMLFormElement.prototype.submit.call(form);
  });
}
