/* Sends photographs one after the other with their progress. Without this script the form sends them all at once. */

const form = document.querySelector("[data-upload]");
if (form) start(form);

function start(form) {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-sending]");
  const told = form.querySelector("[data-told]");
  const button = form.querySelector("button[type=submit]");
  const entry = form.elements.namedItem("entry").value;

  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    button.setAttribute("aria-busy", "true");
    list.hidden = false;
    list.replaceChildren();
    const rows = [...input.files].map((file) => ({ file, ...row(list, file, form) }));
    let bad = 0;
    for (const one of rows) bad += (await send(form, one, entry)) ? 0 : 1;
    delete form.dataset.busy;
    button.removeAttribute("aria-busy");
    told.textContent = rows.map((one) => `${one.file.name}: ${one.says.textContent}`).join(". ");
    if (!bad && rows.length) location.assign(form.dataset.next || location.pathname);
  });
}

function row(list, file, form) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.className = "breaks";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const says = document.createElement("span");
  says.className = "says";
  says.textContent = form.dataset.wait;
  item.append(name, bar, says);
  list.append(item);
  return { item, bar, says };
}

/* Each file keeps its id for as long as the page is open, so that a second try of the same one stores nothing twice. */
const ids = new Map();
function idOf(entry, file) {
  const key = `${file.name} ${file.size} ${file.lastModified}`;
  if (!ids.has(key)) ids.set(key, ids.size ? random() : entry);
  return ids.get(key);
}

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function send(form, one, entry) {
  const say = (words, good) => {
    one.says.textContent = words;
    one.item.classList.toggle("is-bad", !good);
    return good;
  };
  if (one.file.size > Number(form.dataset.mostMb) * 1e6) return say(form.dataset.large, false);
  const data = new FormData(form);
  data.delete("files");
  data.set("entry", idOf(entry, one.file));
  data.append("files", one.file, one.file.name);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) one.bar.value = (100 * event.loaded) / event.total;
    });
    request.upload.addEventListener("load", () => say(form.dataset.storing, true));
    request.addEventListener("error", () => done(say(form.dataset.lost, false)));
    request.addEventListener("load", () => {
      const answer = request.response;
      if (!answer) return done(say(form.dataset.lost, false));
      const language = document.documentElement.lang === "es" ? "es" : "en";
      const wrong = answer.errors.map((error) => error.what);
      const good = answer.photographs.map((photograph) => photograph.told[language]);
      one.bar.value = 100;
      return done(say([...good, ...wrong].join(" "), wrong.length === 0));
    });
    request.send(data);
  });
}
