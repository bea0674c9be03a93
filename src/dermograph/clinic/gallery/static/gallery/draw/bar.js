/** The buttons around a drawing, what is said of it, and the texts that hold it. */

import { rounded } from "./geometry.js";
import { filled } from "./svg.js";

export class Bar {
  /**
   * @param {HTMLElement} root what holds the buttons, by their data attributes
   * @param {object} words of the page
   */
  constructor(root, words) {
    Object.assign(this, { root, words });
    this.root.classList.add("draw-ready");
    this.find("tools").hidden = this.find("stage").hidden = false;
    this.find("text").open = false;
  }

  find(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  /** Say something to who does not see the drawing. */
  told(said) {
    this.find("told").textContent = said;
  }

  /** Have the buttons work an editor. */
  work(editor) {
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.addEventListener("click", () => {
        const isOpen = editor.state.open && !editor.isLine;
        if (isOpen && button.dataset.tool !== "points") this.told(this.words.closeFirst);
        else editor.use(button.dataset.tool);
      });
    }
    const on = (name, act) => this.find(name).addEventListener("click", act);
    on("undo", () => editor.back("undo"));
    on("redo", () => editor.back("redo"));
    on("close", () => editor.close());
    on("remove", () => editor.remove());
    on("remove-part", () => editor.removePart());
    on("closer", () => editor.pane.zoom(1.5));
    on("farther", () => editor.pane.zoom(1 / 1.5));
    on("fit", () => editor.pane.fit());
  }

  /** Show what can be done now, and what is wrong. */
  show(editor) {
    const { closed, fault: wrong, state, past } = editor;
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === editor.tool));
    }
    this.find("undo").disabled = !past.canUndo;
    this.find("redo").disabled = !past.canRedo;
    this.find("close").disabled = editor.isLine || (state.open?.length ?? 0) < 3;
    this.find("remove").disabled = !editor.chosen && !state.open;
    this.find("remove-part").disabled = !closed.length && !state.open;
    const problem = this.find("problem");
    const says = wrong ? filled(this.words.faults[wrong.what], wrong.values) : "";
    if (problem.textContent !== says) problem.textContent = says;
    problem.hidden = !says;
  }
}

/** Polygons of a tree of positions, also where there is only one. */
export function polygons(tree) {
  return typeof tree[0]?.[0] === "number" ? [tree] : tree;
}

/** The polygons in a text of positions; null if there are none. */
export function read(text, of = (tree) => tree) {
  try {
    const parts = polygons(of(JSON.parse(text))).map((points) => points.map(rounded));
    const numbers = parts.flat(2);
    return parts.length && numbers.length && numbers.every(Number.isFinite) ? parts : null;
  } catch {
    return null;
  }
}

/** Square cm as people read them, with the error of the scale: {area, error}. */
export function squareCm(mm2, scaleError, language) {
  const u = (2 * scaleError * mm2) / 100;
  const digits = Math.min(Math.max(1 - Math.floor(Math.log10(Math.max(1.96 * u, 1e-3))), 0), 3);
  const options = { maximumFractionDigits: digits, minimumFractionDigits: digits };
  const number = (value) => new Intl.NumberFormat(language, options).format(value);
  return { area: number(mm2 / 100), error: number(1.96 * u) };
}
