/** Drawing and correcting outlines and lines. Knows nothing of the page around it but what it is told. */

import { fault } from "./check.js";
import { nearestEdge, rounded, signedArea, simplified } from "./geometry.js";
import { Pane } from "./pane.js";
import { Past } from "./past.js";
import { Sketch } from "./sketch.js";
import { filled } from "./svg.js";

const NEAR = { mouse: 11, pen: 14, touch: 24 }; // CSS px within which a point is meant
const STROKE_PX = 2;
const LEAST_STROKE = 3;

export class Editor {
  /**
   * @param {HTMLElement} host
   * @param {object} settings of the page: width, height, image, words, reach; and parts, or several layers, each
   *   {name, parts, open, isLine}: what is drawn on one is seen from the others, and a line stays open
   * @param {{changed: () => void, told: (words: string) => void}} page
   */
  constructor(host, settings, page) {
    Object.assign(this, { settings, page, words: settings.words });
    const layers = settings.layers ?? [{ name: "lesion", parts: settings.parts, open: null }];
    const [{ name: layer, parts, open }, ...others] = layers;
    const rest = Object.fromEntries(others.map((one) => [one.name, { parts: one.parts, open: one.open }]));
    this.past = new Past({ layer, parts, open, rest });
    this.lines = new Set(layers.filter((one) => one.isLine).map((one) => one.name));
    Object.assign(this, { tool: parts.length ? "adjust" : "points", chosen: null, live: null, stroke: null });
    Object.assign(this, { others: [], ring: false, ghost: null, rubber: null });
    const photo = { ...settings, label: settings.words.pane, described: "draw-help" };
    this.pane = new Pane(host, photo, this);
    this.sketch = new Sketch(this.pane, (part, point, count, [x, y]) =>
      filled(this.words.point, { part: part + 1, point: point + 1, count, x: Math.round(x), y: Math.round(y) }),
    );
    this.pane.svg.addEventListener("focusin", (event) => this.focused(event));
    this.check();
  }

  get state() {
    return this.live ? { ...this.past.now, ...this.live } : this.past.now;
  }

  /** What is drawn on each layer: {parts, open} by its name. */
  get layers() {
    const { layer, parts, open, rest } = this.state;
    return { ...rest, [layer]: { parts, open } };
  }

  /** Whether a line is drawn, which stays open. */
  get isLine() {
    return this.lines.has(this.state.layer);
  }

  get closed() {
    return this.state.parts;
  }

  /** A new state, with a step to go back to. */
  keep(state) {
    const kept = { ...this.past.now, ...state };
    this.live = null;
    this.past.keep(kept);
    this.check();
  }

  /** Go on with another layer; what is still open here is closed first. Whether it could be. */
  turnTo(layer) {
    if (layer === this.state.layer) return true;
    if (!this.isLine) this.close();
    if (this.state.open && !this.isLine) return false;
    const { [layer]: wanted, ...rest } = this.layers;
    this.live = this.chosen = null;
    this.past.swap({ layer, ...wanted, rest });
    this.use(wanted.parts.length || wanted.open ? "adjust" : "points");
    this.check();
    return true;
  }

  check() {
    const { parts, open } = this.state;
    this.fault = fault(parts, open, this.settings);
    this.pane.draw();
    this.page.changed();
  }

  use(tool) {
    this.tool = tool;
    this.rubber = this.ghost = null;
    this.page.changed();
    this.pane.draw();
  }

  back(way) {
    this.live = null;
    this.chosen = null;
    this.past[way]();
    if (this.past.now.open && !this.isLine) this.tool = "points";
    else if (!this.past.now.parts.length && !this.past.now.open && this.tool === "adjust") this.tool = "points";
    this.check();
    this.page.told(this.words[way]);
  }

  /** Replace the whole drawing, as one step. */
  replace(parts, open = null) {
    this.chosen = null;
    this.keep({ parts: parts.map((points) => points.map(rounded)), open: open?.map(rounded) ?? null });
    this.use("adjust");
  }

  draw() {
    const { parts, open, rest } = this.state;
    const reach = this.ring ? this.settings.reach : null;
    const { isLine, stroke, chosen, ghost, rubber } = this;
    const beside = Object.entries(rest).map(([kind, one]) => ({
      kind, parts: one.open ? [...one.parts, one.open] : one.parts, isLine: this.lines.has(kind),
    }));
    const others = [...beside, ...this.others];
    this.sketch.draw({ parts, open, isLine, stroke, chosen, fault: this.fault, ghost, rubber, others, reach });
    if (this.wanted) {
      const { part, point } = this.wanted;
      this.wanted = null;
      this.sketch.element(part, point)?.focus({ preventScroll: true });
    }
  }

  // ── pointer ──

  /** The point under the pointer: {part, point}; the open line is the last part. */
  near(place, event) {
    const within = (NEAR[event.pointerType] ?? NEAR.mouse) / this.pane.view.scale;
    let best = null;
    const { parts, open } = this.state;
    [...parts, ...(open ? [open] : [])].forEach((points, part) =>
      points.forEach(([x, y], point) => {
        const away = Math.hypot(x - place[0], y - place[1]);
        if (away <= within && (!best || away < best.away)) best = { part, point, away };
      }),
    );
    return best;
  }

  /** The nearest edge of what is drawn here. */
  edge(place) {
    return nearestEdge(this.isLine && this.state.open ? [this.state.open] : this.closed, place, this.isLine);
  }

  press(place, event) {
    this.ghost = null;
    if (this.tool === "freehand" && (!this.state.open || this.isLine)) {
      this.stroke = [place];
      return true;
    }
    const found = this.near(place, event);
    if (found) {
      this.choose(found);
      return true;
    }
    const within = (NEAR[event.pointerType] ?? NEAR.mouse) / this.pane.view.scale;
    const edge = this.tool === "adjust" ? this.edge(place) : null;
    if (!edge || edge.distance > within) return false;
    this.live = this.with(edge.part, (points) => points.toSpliced(edge.at + 1, 0, rounded(place)));
    this.inserted = true;
    this.choose({ part: edge.part, point: edge.at + 1 });
    return true;
  }

  drag(place) {
    if (this.stroke) {
      const last = this.stroke.at(-1);
      if (Math.hypot(place[0] - last[0], place[1] - last[1]) * this.pane.view.scale >= STROKE_PX) {
        this.stroke = [...this.stroke, this.within(place)];
        this.pane.draw();
      }
      return;
    }
    const { part, point } = this.chosen;
    this.live = this.with(part, (points) => points.with(point, rounded(this.within(place))));
    this.check();
  }

  release(place, moved) {
    if (this.stroke) return this.finishStroke();
    const { part, point } = this.chosen ?? {};
    const inserted = this.inserted;
    this.inserted = false;
    if (moved || inserted) this.keep(this.state);
    else if (this.state.open && part === this.state.parts.length && point === 0) this.close();
    return undefined;
  }

  cancel() {
    Object.assign(this, { live: null, stroke: null, inserted: false });
    this.check();
  }

  tap(place, event) {
    if (this.tool === "points") this.add(place, event);
    else if (this.tool === "adjust" && !this.closed.length && !this.state.open) this.page.told(this.words.pickTool);
  }

  hover(place) {
    const event = { pointerType: "mouse" };
    this.rubber = place && this.tool === "points" && this.state.open ? place : null;
    this.ghost = null;
    if (place && this.tool === "adjust" && !this.near(place, event)) {
      const edge = this.edge(place);
      if (edge && edge.distance * this.pane.view.scale <= NEAR.mouse) this.ghost = edge.place;
    }
    this.pane.draw();
  }

  finishStroke() {
    const drawn = simplified(this.stroke, 0.8 / this.pane.view.scale).map(rounded);
    this.stroke = null;
    const short = drawn.length < LEAST_STROKE || Math.abs(signedArea(drawn)) * this.pane.view.scale ** 2 < 30;
    if (this.isLine ? drawn.length < 2 : short) {
      this.page.told(this.words.strokeShort);
      this.pane.draw();
      return;
    }
    if (this.isLine) {
      this.keep({ parts: [], open: drawn });
      this.use("adjust");
      return;
    }
    const [first, last] = [drawn[0], drawn.at(-1)];
    if (Math.hypot(first[0] - last[0], first[1] - last[1]) * this.pane.view.scale < 4) drawn.pop();
    this.keep({ parts: [...this.closed, drawn], open: null });
    this.use("adjust");
    this.page.told(this.words.closed);
  }

  // ── changes ──

  within([x, y]) {
    const { width, height } = this.settings;
    return [Math.min(Math.max(x, -0.5), width - 0.5), Math.min(Math.max(y, -0.5), height - 0.5)];
  }

  with(part, change) {
    const { parts, open } = this.state;
    if (part === parts.length) return { parts, open: change(open) };
    return { parts: parts.with(part, change(parts[part])), open };
  }

  add(place, event) {
    const open = this.state.open ?? [];
    const last = open.at(-1);
    const scale = this.pane.view.scale;
    if (last && Math.hypot(place[0] - last[0], place[1] - last[1]) * scale < 4) {
      if ((event?.detail ?? 0) > 1 && open.length > 2) this.close(); // the second click of a double click
      return;
    }
    const first = open[0];
    const near = (NEAR[event?.pointerType] ?? NEAR.mouse) / scale;
    if (!this.isLine && open.length > 2 && Math.hypot(place[0] - first[0], place[1] - first[1]) <= near) {
      this.close();
      return;
    }
    const point = open.length;
    this.keep({ parts: this.closed, open: [...open, rounded(place)] });
    this.chosen = { part: this.closed.length, point };
    this.page.told(filled(this.words.added, { point: point + 1 }));
  }

  close() {
    const { parts, open } = this.state;
    if (!open || this.isLine) return;
    if (open.length < 3) {
      this.page.told(this.words.few);
      return;
    }
    this.chosen = null;
    this.keep({ parts: [...parts, open], open: null });
    this.use("adjust");
    this.page.told(this.words.closed);
    this.pane.svg.focus({ preventScroll: true });
  }

  insert() {
    const { part, point } = this.chosen ?? {};
    if (part === undefined) return;
    const points = part === this.closed.length ? this.state.open : this.closed[part];
    const isLast = this.isLine && point === points.length - 1; // nothing lies behind the end of a line
    const [a, b] = [points[point], points[(point + 1) % points.length]];
    if (points.length < 2 || isLast) return;
    this.keep(this.with(part, (all) => all.toSpliced(point + 1, 0, rounded([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]))));
    this.choose({ part, point: point + 1 });
    this.wanted = this.chosen;
  }

  remove() {
    const { parts, open } = this.state;
    const { part, point } = this.chosen ?? (open ? { part: parts.length, point: open.length - 1 } : {});
    if (part === undefined) {
      this.page.told(this.words.choosePoint);
      return;
    }
    const points = part === parts.length ? open : parts[part];
    const left = points.toSpliced(point, 1);
    if (part === parts.length) this.keep({ parts, open: left.length ? left : null });
    else if (left.length < 3) this.keep({ parts: parts.toSpliced(part, 1), open });
    else this.keep({ parts: parts.with(part, left), open });
    const next = left.length && (part === parts.length || left.length > 2) ? { part, point: Math.max(0, point - 1) } : null;
    this.chosen = next;
    this.wanted = next;
    if (!next) this.pane.svg.focus({ preventScroll: true });
    if (!this.state.parts.length && !this.state.open) this.use("points");
    this.page.told(this.words.removed);
  }

  removePart() {
    const { parts, open } = this.state;
    if (open) this.keep({ parts, open: null });
    else if (parts.length) {
      const part = this.chosen?.part ?? parts.length - 1;
      this.keep({ parts: parts.toSpliced(part, 1), open: null });
    } else return;
    this.chosen = null;
    if (!this.state.parts.length) this.use("points");
    this.page.told(this.words.partRemoved);
  }

  choose({ part, point }) {
    this.chosen = { part, point };
    this.wanted = this.chosen;
    this.pane.draw();
    this.page.changed();
  }

  // ── keyboard ──

  focused(event) {
    const grip = event.target.closest?.("[data-point]");
    if (!grip) return;
    this.chosen = { part: Number(grip.dataset.part), point: Number(grip.dataset.point) };
    const points = this.chosen.part === this.closed.length ? this.state.open : this.closed[this.chosen.part];
    if (points?.[this.chosen.point] && !this.pane.pointers.size) this.pane.view.reveal(points[this.chosen.point]);
    this.pane.draw();
    this.page.changed();
  }

  key(event) {
    const letter = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (letter === "z") this.back(event.shiftKey ? "redo" : "undo");
      else if (letter === "y") this.back("redo");
      else return false;
      return true;
    }
    if (event.altKey) return false;
    const onPoint = event.target.closest("[data-point]");
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (onPoint && event.key in ways) this.nudge(ways[event.key], event.shiftKey ? 10 : 1);
    else if (event.key === "Delete" || event.key === "Backspace") this.remove();
    else if (onPoint && (event.key === "Enter" || event.key === " ")) {
      const { part, point } = this.chosen;
      if (this.state.open && part === this.closed.length && point === 0) this.close();
    } else if (event.key === "Insert" || letter === "i") this.insert();
    else if (letter === "c") this.close();
    else if (event.key === "Escape" && onPoint) this.pane.svg.focus();
    else return false;
    return true;
  }

  nudge([dx, dy], by) {
    const { part, point } = this.chosen;
    this.keep(this.with(part, (points) => {
      const [x, y] = points[point];
      return points.with(point, rounded(this.within([x + dx * by, y + dy * by])));
    }));
    const points = part === this.closed.length ? this.state.open : this.closed[part];
    const [x, y] = points[point];
    this.pane.view.reveal([x, y]);
    this.page.told(filled(this.words.movedTo, { x: Math.round(x), y: Math.round(y) }));
  }

  pointed([x, y]) {
    this.page.told(filled(this.words.cursor, { x: Math.round(x), y: Math.round(y) }));
  }
}
