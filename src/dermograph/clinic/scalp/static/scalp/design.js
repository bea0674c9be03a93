/** The page on which a design is drawn: an area, a front edge that stays open, the patient's own hair. */

import { Bar, read, squareCm } from "../gallery/draw/bar.js";
import { fault } from "../gallery/draw/check.js";
import { Editor } from "../gallery/draw/editor.js";
import { planeArea } from "../gallery/draw/geometry.js";
import { filled } from "../gallery/draw/svg.js";

const root = document.querySelector("[data-design]");
if (root?.querySelector("[data-pane]")) start(root);

function start(root) {
  const settings = JSON.parse(document.getElementById("outline-settings").textContent);
  const { words } = settings;
  const bar = new Bar(root, words);
  const form = root.querySelector("form[data-save]");
  const names = settings.layers.map((one) => one.name);
  const isLine = (name) => editor.lines.has(name);
  bar.find("layers").hidden = bar.find("hint").hidden = false;

  const page = { changed: () => requestAnimationFrame(changed), told: (said) => bar.told(said) };
  const editor = new Editor(bar.find("pane"), settings, page);
  bar.work(editor);
  const drawn = () => JSON.stringify(names.map((name) => editor.layers[name]));
  let saved = settings.unsaved ? "" : drawn();

  function changed() {
    bar.show(editor);
    editor.pane.svg.dataset.layer = editor.state.layer;
    for (const button of root.querySelectorAll("[data-layer]")) {
      if (button.tagName === "BUTTON") {
        button.setAttribute("aria-pressed", String(button.dataset.layer === editor.state.layer));
      }
    }
    const { name, todo } = words.layers[editor.state.layer];
    bar.find("hint").textContent = filled(words.now, { layer: name, todo });
    for (const one of names) {
      root.querySelector(`[data-of="${one}"]`).textContent = says(one);
      form.elements[one].value = text(one);
    }
  }

  /** How far a layer is. */
  function says(name) {
    const { parts, open } = editor.layers[name];
    if (open) return filled(isLine(name) ? words.isLine : words.isOpen, { points: open.length });
    if (!parts.length) return name === names[0] ? words.notDrawnNeeded : words.notDrawn;
    const closed = filled(words.isClosed, { points: parts.reduce((sum, points) => sum + points.length, 0) });
    const mm2 = name === names[0] && !fault(parts, null, settings) ? planeArea(parts, settings.plane?.to_mm) : null;
    return mm2 === null ? closed : closed + filled(words.withArea, squareCm(mm2, settings.plane.u_scale, settings.language));
  }

  /** What is sent of a layer. */
  function text(name) {
    const { parts, open } = editor.layers[name];
    if (isLine(name)) return open ? JSON.stringify(open) : "";
    return parts.length ? JSON.stringify(parts.length === 1 ? parts[0] : parts) : "";
  }

  for (const button of root.querySelectorAll("button[data-layer]")) {
    button.addEventListener("click", () => editor.turnTo(button.dataset.layer));
  }
  for (const name of names) {
    form.elements[name].addEventListener("change", ({ target }) => {
      const parts = target.value.trim() ? read(target.value) : [];
      if (!parts || (isLine(name) && parts.length > 1)) bar.told(words.notRead);
      else if (editor.turnTo(name)) editor.replace(isLine(name) ? [] : parts, isLine(name) ? parts[0] ?? null : null);
    });
  }

  /** The first layer that cannot be sent, and why: [name, words]; null if all can be. */
  function wrong() {
    for (const name of names) {
      const { parts, open } = editor.layers[name];
      if (isLine(name) && open?.length === 1) return [name, words.lineShort];
      if (!isLine(name) && open) return [name, words.faults.few];
      const found = fault(parts, open, settings);
      if (found) return [name, filled(words.faults[found.what], found.values)];
      if (name === names[0] && !parts.length && words.needsArea) return [name, words.needsArea];
    }
    return null;
  }

  form.addEventListener("submit", (event) => {
    if (!editor.isLine) editor.close();
    const found = wrong();
    if (found) {
      event.preventDefault();
      const [name, said] = found;
      editor.turnTo(name);
      requestAnimationFrame(() => requestAnimationFrame(() => {
        Object.assign(bar.find("problem"), { hidden: false, textContent: said });
        bar.find("problem").scrollIntoView({ block: "center" });
        editor.pane.svg.focus({ preventScroll: true });
      }));
      return;
    }
    changed();
    saved = drawn();
  });
  window.addEventListener("beforeunload", (event) => {
    if (drawn() !== saved) event.preventDefault();
  });
  changed();
}
