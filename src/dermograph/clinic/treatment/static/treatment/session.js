// The session form: the live estimate by zone, rows added in place, and "now".

const figure = (zone, name) => {
  const text = zone.querySelector(`[name$="-${name}"]`)?.value.trim().replace(",", ".") ?? "";
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
};

const language = document.documentElement.lang || "en";

function estimate(zone) {
  const [needles, speed, seconds, area] = ["needles", "speed_hz", "seconds", "cm2"].map((name) => figure(zone, name));
  const output = zone.querySelector("[data-punctures]");
  const known = needles && speed && seconds && area;
  output.textContent = known
    ? `≈ ${Math.round((needles * speed * seconds) / area).toLocaleString(language)}`
    : "–";
}

function outside(zone, all) {
  for (const input of zone.querySelectorAll("input")) {
    const name = input.name.split("-").pop();
    const [low, high] = ["low", "high"].map((end) => all.getAttribute(`data-${end}-${name}`));
    if (low === null && high === null) continue;
    const value = figure(zone, name);
    const beyond = value !== null && ((low !== null && value < Number(low)) || (high !== null && value > Number(high)));
    let note = input.closest(".field")?.querySelector(".outside-note");
    if (beyond && !note) {
      note = document.createElement("p");
      note.className = "help outside-note";
      note.setAttribute("role", "status");
      input.closest(".field").append(note);
    }
    if (note) note.textContent = beyond ? `${all.dataset.outside} (${low ?? ""}–${high ?? ""})` : "";
  }
}

const all = document.querySelector("[data-zones]");
const refresh = (zone) => {
  estimate(zone);
  outside(zone, all);
};

if (all) {
  all.querySelectorAll("[data-zone]").forEach(refresh);
  all.addEventListener("input", (event) => refresh(event.target.closest("[data-zone]")));
  const total = document.querySelector(`[name="${all.dataset.prefix}-TOTAL_FORMS"]`);
  const template = document.querySelector("[data-zone-template]");
  document.querySelector("[data-add-zone]")?.addEventListener("click", (event) => {
    const count = Number(total.value);
    const most = Number(document.querySelector(`[name="${all.dataset.prefix}-MAX_NUM_FORMS"]`)?.value ?? 20);
    event.preventDefault();
    if (count >= most) return;
    const row = template.content.firstElementChild.cloneNode(true);
    for (const part of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...part.attributes]) {
        if (value.includes("__prefix__")) part.setAttribute(name, value.replaceAll("__prefix__", count));
      }
    }
    all.append(row);
    total.value = count + 1;
    refresh(row);
    row.querySelector("input")?.focus();
  });
}

for (const button of document.querySelectorAll("[data-now]")) {
  const input = document.getElementById(button.dataset.now);
  if (!input) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    // The clinic's own time, whatever the clock of the device is set to.
    const zone = document.querySelector("[data-time-zone]")?.dataset.timeZone;
    const now = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
    input.value = now.format(new Date()).replace(" ", "T");
  });
}
