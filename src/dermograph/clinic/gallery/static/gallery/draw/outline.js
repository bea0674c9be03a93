/** The page on which an outline is drawn: toolbar, messages, refinement, saved versions, saving. */

import { Bar, polygons, read, squareCm } from "./bar.js";
import { fault } from "./check.js";
import { Editor } from "./editor.js";
import { planeArea } from "./geometry.js";
import { filled } from "./svg.js";

const root = document.querySelector("[data-outline]");
if (root) start(root);

function start(root) {
  const settings = JSON.parse(document.getElementById("outline-settings").textContent);
  const { words } = settings;
  const bar = new Bar(root, words);
  const find = (name) => bar.find(name);
  const told = (said) => bar.told(said);
  const form = root.querySelector("form[data-save]");
  const text = form.elements.shape;
  settings.reach = reachOf(settings.ring);

  let [saved, refined] = [JSON.stringify(settings.parts), null];
  const versions = new Map(settings.versions.map((one) => [one.id, one.parts]));
  const editor = new Editor(find("pane"), settings, { changed: () => requestAnimationFrame(changed), told });
  const others = () => {
    const shown = [...root.querySelectorAll("[data-version]:checked")].map((box) => ({
      parts: versions.get(box.value) ?? [], kind: "version",
    }));
    editor.others = refined ? [...shown, { parts: refined, kind: "refined" }] : shown;
    editor.pane.draw();
  };

  function changed() {
    const { closed, fault: wrong, state } = editor;
    bar.show(editor);
    find("refine").disabled = !closed.length || Boolean(state.open) || Boolean(wrong);
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
    const mm2 = planeArea(editor.closed, settings.plane?.to_mm);
    if (mm2 === null) return settings.judged ? words.noScale : words.notJudged;
    return filled(words.area, squareCm(mm2, settings.plane.u_scale, settings.language));
  }

  const shape = (parts) => ({ lesion: parts.length === 1 ? parts[0] : parts });

  bar.work(editor);
  const on = (name, act) => find(name).addEventListener("click", act);
  find("ring").addEventListener("change", (event) => {
    editor.ring = event.target.checked;
    editor.pane.draw();
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("[data-version]")) others();
  });
  text.addEventListener("change", () => {
    const parts = read(text.value, ({ lesion }) => lesion);
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
      refined = polygons(answer.shape.lesion);
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
