/* Passkeys: what the server asks goes to the browser's own dialogue, and its answer back with the form. */

const decode = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};
const encode = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};
const withBytes = (keys) => (keys ?? []).map((key) => ({ ...key, id: decode(key.id) }));

/* Those bytes that a WebAuthn answer holds, as text. */
function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: encode(credential.rawId),
    response,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

function added(form, { publicKey }) {
  const alone = form.elements.passwordless?.checked ?? false;
  const options = {
    ...publicKey,
    challenge: decode(publicKey.challenge),
    user: { ...publicKey.user, id: decode(publicKey.user.id) },
    excludeCredentials: withBytes(publicKey.excludeCredentials),
    authenticatorSelection: {
      ...publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone ? { userVerification: "required" } : {}),
    },
  };
  return navigator.credentials.create({ publicKey: options });
}

function used({ publicKey }) {
  const options = {
    ...publicKey,
    challenge: decode(publicKey.challenge),
    allowCredentials: withBytes(publicKey.allowCredentials),
  };
  return navigator.credentials.get({ publicKey: options });
}

/* The server's question: on the page, or, where nobody is known yet, asked for now. */
async function question(form) {
  if (form.dataset.options) {
    const data = JSON.parse(document.getElementById(form.dataset.options).textContent);
    return data.creation_options ?? data.request_options;
  }
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return (await answer.json()).request_options;
}

function say(form, reason) {
  const words = form.querySelector("[data-passkey-words]");
  const box = form.querySelector("[data-passkey-error]");
  box.querySelector("span").textContent = words.dataset[reason];
  box.hidden = false;
}

const REASONS = { NotAllowedError: "cancelled", AbortError: "cancelled", SecurityError: "address", InvalidStateError: "known" };

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-button]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!window.PublicKeyCredential) {
      say(form, "none");
      return;
    }
    button.disabled = true;
    try {
      const asked = await question(form);
      const credential = await (form.dataset.passkey === "add" ? added(form, asked) : used(asked));
      form.elements.credential.value = told(credential);
      form.submit();
    } catch (error) {
      say(form, REASONS[error.name] ?? "failed");
      button.disabled = false;
    }
  });
}
