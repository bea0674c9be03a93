/** The page on which an outline is drawn: toolbar, messages, refinement, saved versions, saving. */

import { fault } from "./check.js";
import { Editor } from "./editor.js";
import { planeArea, rounded } from "./geometry.js";
import { filled } from "./svg.js";

const root = document.querySelector("[data-outline]");
if (root) start(root);

function start(root) {
  const settings = JSON.parse(document.getElementById("outline-settings").textContent);
  const { words } = settings;
  const find = (name) => root.querySelector(`[data-${name}]`);
  const form = root.querySelector("form[data-save]");
  const text = form.elements.shape;
  settings.reach = reachOf(settings.ring);
  root.classList.add("draw-ready");
  find("tools").hidden = find("stage").hidden = false;
  find("text").open = false;

  let [saved, refined] = [JSON.stringify(settings.parts), null];
  const versions = new Map(settings.versions.map((one) => [one.id, one.parts]));
  const told = (said) => {
    find("told").textContent = said;
  };
  const editor = new Editor(find("pane"), settings, { changed: () => requestAnimationFrame(changed), told });
  const others = () => {
    const shown = [...root.querySelectorAll("[data-version]:checked")].map((box) => ({
      parts: versions.get(box.value) ?? [], kind: "version",
    }));
    editor.others = refined ? [...shown, { parts: refined, kind: "refined" }] : shown;
    editor.pane.draw();
  };

  function changed() {
    const { closed, fault: wrong, state, past } = editor;
    for (const button of root.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === editor.tool));
    }
    find("undo").disabled = !past.canUndo;
    find("redo").disabled = !past.canRedo;
    find("close").disabled = (state.open?.length ?? 0) < 3;
    find("remove").disabled = !editor.chosen && !state.open;
    find("remove-part").disabled = !closed.length && !state.open;
    find("refine").disabled = !closed.length || Boolean(state.open) || Boolean(wrong);
    const problem = find("problem");
    const says = wrong ? filled(words.faults[wrong.what], wrong.values) : "";
    if (problem.textContent !== says) problem.textContent = says;
    problem.hidden = !says;
    const state_words = state.open
      ? filled(words.openLine, { points: state.open.length })
      : closed.length
        ? filled(closed.length > 1 ? words.parts : words.part, {
            parts: closed.length, points: closed.reduce((sum, points) => sum + points.length, 0),
          })
        : words.nothing;
    find("state").textContent = state_words;
    find("area").textContent = wrong || state.open || !closed.length ? "" : areaWords();
    text.value = closed.length ? JSON.stringify(shape(closed)) : "";
  }

  function areaWords() {
    const cm2 = planeArea(editor.closed, settings.plane?.to_mm);
    if (cm2 === null) return settings.judged ? words.noScale : words.notJudged;
    const number = (value, digits) => new Intl.NumberFormat(settings.language, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
    const u = (2 * settings.plane.u_scale * cm2) / 100;
    const digits = Math.min(Math.max(1 - Math.floor(Math.log10(Math.max(1.96 * u, 1e-3))), 0), 3);
    return filled(words.area, { area: number(cm2 / 100, digits), error: number(1.96 * u, digits) });
  }

  const shape = (parts) => ({ lesion: parts.length === 1 ? parts[0] : parts });

  for (const button of root.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => {
      if (editor.state.open && button.dataset.tool !== "points") {
        told(words.closeFirst);
        return;
      }
      editor.use(button.dataset.tool);
    });
  }
  const on = (name, act) => find(name).addEventListener("click", act);
  on("undo", () => editor.back("undo"));
  on("redo", () => editor.back("redo"));
  on("close", () => editor.close());
  on("remove", () => editor.remove());
  on("remove-part", () => editor.removePart());
  on("closer", () => editor.pane.zoom(1.5));
  on("farther", () => editor.pane.zoom(1 / 1.5));
  on("fit", () => editor.pane.fit());
  find("ring").addEventListener("change", (event) => {
    editor.ring = event.target.checked;
    editor.pane.draw();
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("[data-version]")) others();
  });
  text.addEventListener("change", () => {
    const parts = read(text.value);
    if (parts) editor.replace(parts);
    else told(words.notRead);
  });

  // ── refinement: shown beside the drawn outline, taken only when somebody says so ──
  on("refine", async () => {
    const button = find("refine");
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    told(words.refining);
    const answer = await post(settings.refine, shape(editor.closed), form);
    button.removeAttribute("aria-busy");
    changed();
    if (answer?.shape) {
      refined = partsOf(answer.shape);
      others();
      find("offer").hidden = false;
      find("offer-words").textContent = answer.says;
      told(answer.says);
      find("take").focus();
    } else told(answer?.says ?? words.noAnswer);
    find("refusal").textContent = answer?.shape ? "" : answer?.says ?? words.noAnswer;
    find("refusal").hidden = Boolean(answer?.shape);
  });
  const decided = (take) => {
    if (take) editor.replace(refined);
    refined = null;
    others();
    find("offer").hidden = true;
    told(take ? words.taken : words.kept);
    editor.pane.svg.focus();
  };
  on("take", () => decided(true));
  on("leave", () => decided(false));

  form.addEventListener("submit", (event) => {
    if (editor.state.open) editor.close();
    const wrong = editor.state.open ? { what: "few", values: {} } : fault(editor.closed, null, settings);
    if (wrong || !editor.closed.length) {
      event.preventDefault();
      told(wrong ? filled(words.faults[wrong.what], wrong.values) : words.nothing);
      editor.pane.svg.focus();
      return;
    }
    text.value = JSON.stringify(shape(editor.closed));
    saved = JSON.stringify(editor.closed);
  });
  window.addEventListener("beforeunload", (event) => {
    if (editor.state.open || JSON.stringify(editor.closed) !== saved) event.preventDefault();
  });
  if (settings.unsaved) saved = "";
  others();
  changed();
}

/** Polygons of a shape, one or several. */
function partsOf({ lesion }) {
  return typeof lesion[0]?.[0] === "number" ? [lesion] : lesion;
}

/** Polygons of a text; null if it is none. */
function read(text) {
  try {
    const parts = partsOf(JSON.parse(text)).map((points) => points.map(rounded));
    const numbers = parts.flat(2);
    return parts.length && numbers.length && numbers.every(Number.isFinite) ? parts : null;
  } catch {
    return null;
  }
}

/** Where the ring of adjacent skin begins and how wide it is, px, for a lesion of so many px². */
function reachOf({ mm_per_px: scale, gap_mm, widths_mm, gap_share, width_share }) {
  return (area) => {
    const diameter = 2 * Math.sqrt(area / Math.PI);
    if (!scale) return { gap: gap_share * diameter, width: width_share * diameter };
    const [least, most] = widths_mm;
    return { gap: gap_mm / scale, width: Math.min(Math.max(width_share * diameter, least / scale), most / scale) };
  };
}

async function post(address, body, form) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, Accept: "application/json" },
    });
    return answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
  } catch {
    return null;
  }
}
