/* What every page does by itself: nothing here decides anything, and every form works without it. */

const words = document.getElementById("page-words")?.dataset ?? {};
const root = document.documentElement;
root.classList.add("js");

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/* Something to hear and to see, such as why a request failed. */
function tell(text, { link = "", linkText = "", kind = "bad" } = {}) {
  const box = document.getElementById("messages");
  if (!box) return;
  for (const old of box.querySelectorAll("[data-told]")) old.remove();
  const notice = document.createElement("div");
  notice.className = `notice ${kind}`;
  notice.dataset.told = "";
  notice.setAttribute("role", "alert");
  const says = document.createElement("p");
  says.textContent = text;
  if (link) {
    const a = document.createElement("a");
    a.href = link;
    a.target = "_blank";
    a.rel = "noopener";
    a.textContent = linkText;
    says.append(" ", a);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button small quiet";
  close.textContent = words.close;
  close.addEventListener("click", () => notice.remove());
  notice.append(says, close);
  box.append(notice);
  const top = box.getBoundingClientRect().top;
  if (top < 0 || top > innerHeight) box.scrollIntoView({ block: "center" });
}

/* htmx: the token, and no failure in silence */
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = meta("csrf");
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const arrived = xhr.responseURL ? new URL(xhr.responseURL, location.href).pathname : "";
  if (arrived && arrived === meta("sign-in")) {
    event.detail.shouldSwap = false;
    tell(words.signedOut, { link: meta("sign-in"), linkText: words.signIn });
  }
});
const failures = { 400: "wrong", 403: "refused", 404: "gone", 409: "wrong", 413: "large", 429: "often" };
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const said = new DOMParser().parseFromString(xhr.responseText ?? "", "text/html").querySelector("[data-error]");
  tell(said?.textContent.trim().replace(/\s+/g, " ") || words[failures[xhr.status] ?? "broken"]);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => tell(words.offline));
}

/* "/" goes to the search field; the arrow keys go through what it found */
const search = document.getElementById("search");
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && search && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});
search?.form.addEventListener("keydown", (event) => {
  const found = [...search.form.querySelectorAll(".found a")];
  if (event.key === "Escape") {
    search.value = "";
    search.form.querySelector(".found").replaceChildren();
    search.focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
    event.preventDefault();
    const next = found.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? search : found[Math.min(next, found.length - 1)]).focus();
  }
});

/* Menus close when one goes elsewhere */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/* Rows that lead somewhere */
function rows(inside) {
  for (const row of inside.querySelectorAll("tr[data-href]")) {
    if (!row.querySelector("a[href]")) row.tabIndex = 0;
  }
}
rows(document);
document.addEventListener("htmx:load", (event) => rows(event.detail.elt));
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, select, textarea, label, summary, details")) return;
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
});
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("tr[data-href]");
  if (!row) return;
  if (event.key === "Enter" && event.target === row) location.assign(row.dataset.href);
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.target.closest("input, select, textarea")) return;
  const all = [...row.closest("table").querySelectorAll("tr[data-href]")];
  const next = all[all.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) {
    event.preventDefault();
    (next.querySelector("a[href]") ?? next).focus();
  }
});

/* Light and dark at once, then kept by the server */
for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.dataset.themeForm;
    if (chosen === "auto") delete root.dataset.theme;
    else root.dataset.theme = chosen;
    for (const button of form.parentElement.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(form.contains(button)));
    }
    fetch(form.action, { method: "POST", body: new FormData(form) })
      .then((answer) => answer.ok || tell(words.broken))
      .catch(() => tell(words.offline));
  });
}

/* Forms: what is not saved says so, and a second click does not send twice */
document.addEventListener("input", (event) => {
  const form = event.target.closest("form.form[method=post]");
  const foot = form?.querySelector(":scope .actions");
  if (!foot || form.querySelector(".not-saved") || form.hasAttribute("hx-post")) return;
  const mark = document.createElement("span");
  mark.className = "not-saved";
  mark.textContent = words.notSaved;
  foot.append(mark);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => again(form), 5000);
});
function again(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(again));

/* A month: the day that is pointed at says why it is closed; the arrow keys go from day to day */
document.addEventListener("pointerover", (event) => explain(event.target));
document.addEventListener("focusin", (event) => explain(event.target));
function explain(target) {
  const day = target.closest?.(".month .day");
  const says = day?.closest(".month").querySelector(".month-says");
  if (!says) return;
  const spoken = day.querySelector(".visually-hidden")?.textContent ?? "";
  says.textContent = spoken.charAt(0).toUpperCase() + spoken.slice(1);
  says.classList.add("told");
}
document.addEventListener("click", (event) => {
  if (event.target.closest?.(".month [aria-disabled=true]")) explain(event.target);
});
document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.(".month .day");
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  if (!day || !by) return;
  const all = [...day.closest(".month").querySelectorAll(".day[data-day]")];
  for (let at = all.indexOf(day) + by; at >= 0 && at < all.length; at += by) {
    if (all[at].matches("a, button")) {
      event.preventDefault();
      all[at].focus();
      return;
    }
  }
});
/* On paper everything is open. */
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details.reason:not([open])")) {
    one.open = true;
    one.dataset.printed = "";
  }
});
addEventListener("afterprint", () => {
  for (const one of document.querySelectorAll("details[data-printed]")) {
    one.open = false;
    delete one.dataset.printed;
  }
});
