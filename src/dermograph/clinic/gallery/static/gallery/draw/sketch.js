/** Drawing an outline onto a pane: its parts, its points, the adjacent skin, other outlines beside it. */

import { signedArea } from "./geometry.js";
import { made, path, put } from "./svg.js";

const DENSE_PX = 13; // nearer than this on the screen, points are drawn small

export class Sketch {
  /**
   * @param {import("./pane.js").Pane} pane
   * @param {(part: number, point: number, count: number, place: number[]) => string} named what a point is called
   */
  constructor(pane, named) {
    Object.assign(this, { pane, named });
    const { layer } = pane;
    const mask = made("mask", { id: `draw-ring-${pane.id}`, maskUnits: "userSpaceOnUse" }, made("defs", {}, layer));
    this.mask = mask;
    this.ringOuter = made("path", { fill: "#fff", stroke: "#fff", "stroke-linejoin": "round" }, mask);
    this.ringInner = made("path", { fill: "#000", stroke: "#000", "stroke-linejoin": "round" }, mask);
    this.ring = made("rect", { class: "draw-ring", x: 0, y: 0, mask: `url(#draw-ring-${pane.id})` }, layer);
    this.others = made("g", { class: "draw-others" }, layer);
    this.casing = made("path", { class: "draw-casing" }, layer);
    this.line = made("path", { class: "draw-line" }, layer);
    this.openCasing = made("path", { class: "draw-casing draw-open" }, layer);
    this.openLine = made("path", { class: "draw-line draw-open" }, layer);
    this.rubber = made("path", { class: "draw-rubber" }, layer);
    this.bad = made("path", { class: "draw-bad" }, layer);
    this.ghost = made("circle", { class: "draw-ghost", r: 5, visibility: "hidden" }, layer);
    this.points = made("g", { class: "draw-points" }, layer);
  }

  /** @param {object} shown what to draw: parts, open, isLine, stroke, chosen, fault, ghost, rubber, others, reach */
  draw(shown) {
    const { view } = this.pane;
    const on = (points) => points.map((place) => view.toScreen(place));
    const closed = shown.parts.map((points) => path(on(points), true)).join("");
    put(this.casing, { d: closed });
    put(this.line, { d: closed });
    const open = path(on(shown.stroke ?? shown.open ?? []), false);
    put(this.openCasing, { d: open });
    put(this.openLine, { d: open });
    const from = shown.open?.at(-1);
    put(this.rubber, { d: from && shown.rubber ? path(on([from, shown.rubber]), false) : "" });
    put(this.bad, { d: (shown.fault?.edges ?? []).map(({ a, b }) => path(on([a, b]), false)).join("") });
    const [gx, gy] = shown.ghost ? view.toScreen(shown.ghost) : [0, 0];
    put(this.ghost, { cx: gx, cy: gy, visibility: shown.ghost ? "visible" : "hidden" });
    this.drawRing(shown, closed);
    this.drawOthers(shown.others ?? [], on);
    this.drawPoints(shown, on);
  }

  drawRing({ parts, reach }, d) {
    const { view } = this.pane;
    const reached = reach && parts.length ? reach(parts.reduce((sum, points) => sum + Math.abs(signedArea(points)), 0)) : null;
    put(this.ring, { visibility: reached ? "visible" : "hidden", width: view.across, height: view.down });
    if (!reached) return;
    put(this.mask, { x: 0, y: 0, width: view.across, height: view.down });
    put(this.ringOuter, { d, "stroke-width": 2 * (reached.gap + reached.width) * view.scale });
    put(this.ringInner, { d, "stroke-width": 2 * reached.gap * view.scale });
  }

  drawOthers(others, on) {
    while (this.others.childElementCount < 2 * others.length) made("path", {}, this.others);
    while (this.others.childElementCount > 2 * others.length) this.others.lastElementChild.remove();
    others.forEach(({ parts, kind, isLine }, at) => {
      const d = parts.map((points) => path(on(points), !isLine)).join("");
      put(this.others.children[2 * at], { d, class: "draw-other-casing" });
      put(this.others.children[2 * at + 1], { d, class: `draw-other draw-${kind}` });
    });
  }

  drawPoints({ parts, open, isLine, chosen }, on) {
    const lines = open ? [...parts, open] : parts;
    let used = 0;
    lines.forEach((points, part) => {
      const places = on(points);
      const around = places.reduce((sum, [x, y], at) => {
        const [u, v] = places[(at + 1) % places.length];
        return sum + Math.hypot(u - x, v - y);
      }, 0);
      const dense = places.length > 12 && around / places.length < DENSE_PX;
      places.forEach(([x, y], point) => {
        const grip = this.points.children[used] ?? this.newPoint();
        used += 1;
        const is = chosen && chosen.part === part && chosen.point === point;
        put(grip, {
          transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})`, "data-part": part, "data-point": point,
          "aria-label": this.named(part, point, points.length, points[point]),
          class: `draw-point${dense ? " draw-dense" : ""}${is ? " draw-chosen" : ""}${points === open && !point && !isLine ? " draw-first" : ""}`,
        });
      });
    });
    while (this.points.childElementCount > used) this.points.lastElementChild.remove();
  }

  newPoint() {
    const grip = made("g", { tabindex: 0, role: "button" }, this.points);
    made("circle", { class: "draw-halo", r: 12 }, grip);
    made("circle", { class: "draw-dot", r: 5 }, grip);
    return grip;
  }

  /** The element of a point; undefined if there is none. */
  element(part, point) {
    return this.points.querySelector(`[data-part="${part}"][data-point="${point}"]`) ?? undefined;
  }
}
