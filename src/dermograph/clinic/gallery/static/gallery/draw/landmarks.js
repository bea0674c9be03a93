/** The page on which the same points are clicked in two photographs. */

import { narrowness, similarity, strays } from "./agreement.js";
import { rounded } from "./geometry.js";
import { Pane } from "./pane.js";
import { Past } from "./past.js";
import { filled, made, put } from "./svg.js";

const SIDES = ["before", "after"];
const THIN = 0.08; // as the registration judges it
const NEAR = { mouse: 13, pen: 15, touch: 24 };
const TWICE_PX = 2;
const STRANGE = 0.03; // of the width: more than another angle of the camera makes of four good pairs (assumption)

/** One photograph with its points; asks the page for all changes. */
class Side {
  constructor(name, host, settings, page) {
    Object.assign(this, { name, page, words: settings.words, chosen: null, wanted: null });
    const label = settings.words[name];
    this.pane = new Pane(host, { ...settings[name], label, described: "draw-help" }, this);
    this.marks = made("g", {}, this.pane.layer);
    this.pane.svg.addEventListener("focusin", (event) => {
      const mark = event.target.closest?.("[data-number]");
      this.chosen = mark ? Number(mark.dataset.number) : null;
      if (mark && !this.pane.pointers.size) this.pane.view.reveal(this.points[this.chosen]);
      this.pane.draw();
    });
  }

  get points() {
    return this.page.state[this.name];
  }

  draw() {
    const points = this.points;
    while (this.marks.childElementCount > points.length) this.marks.lastElementChild.remove();
    while (this.marks.childElementCount < points.length) this.newMark();
    const side = this.words[this.name === "before" ? "sideBefore" : "sideAfter"];
    points.forEach((place, at) => {
      const [x, y] = this.pane.view.toScreen(place);
      const mark = this.marks.children[at];
      put(mark, {
        transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})`, "data-number": at,
        class: `draw-point${this.chosen === at ? " draw-chosen" : ""}`,
        "aria-label": filled(this.words.point, { number: at + 1, side, x: Math.round(place[0]), y: Math.round(place[1]) }),
      });
      const number = String(at + 1);
      if (mark.lastElementChild.textContent !== number) mark.lastElementChild.textContent = number;
    });
    if (this.wanted !== null && this.marks.children[this.wanted]) {
      this.marks.children[this.wanted].focus({ preventScroll: true });
      this.wanted = null;
    }
  }

  newMark() {
    const mark = made("g", { tabindex: 0, role: "button" }, this.marks);
    made("circle", { class: "draw-halo", r: 12 }, mark);
    made("circle", { class: "draw-dot", r: 5 }, mark);
    made("text", { class: "draw-number", x: 9, y: -9, "aria-hidden": "true" }, mark);
  }

  press(place, event) {
    const within = (NEAR[event.pointerType] ?? NEAR.mouse) / this.pane.view.scale;
    let best = null;
    this.points.forEach(([x, y], at) => {
      const away = Math.hypot(x - place[0], y - place[1]);
      if (away <= within && (!best || away < best.away)) best = { at, away };
    });
    if (!best) return false;
    this.chosen = best.at;
    this.wanted = best.at;
    this.from = this.points;
    return true;
  }

  drag(place) {
    this.page.live = { ...this.page.state, [this.name]: this.points.with(this.chosen, this.within(place)) };
    this.pane.draw();
  }

  release(_place, moved) {
    if (moved && this.page.live) this.page.keep(this.page.live);
    this.pane.draw();
  }

  cancel() {
    this.page.live = null;
    this.page.changed();
  }

  tap(place) {
    this.page.add(this.name, this.within(place));
  }

  within([x, y]) {
    const { width, height } = this.pane.photo;
    return rounded([Math.min(Math.max(x, -0.5), width - 0.5), Math.min(Math.max(y, -0.5), height - 0.5)]);
  }

  key(event) {
    const letter = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (letter !== "z" && letter !== "y") return false;
      this.page.back(letter === "y" || event.shiftKey ? "redo" : "undo");
      return true;
    }
    const on = event.target.closest("[data-number]");
    if (!on) return false;
    const at = Number(on.dataset.number);
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in ways) {
      const [dx, dy] = ways[event.key];
      const by = event.shiftKey ? 10 : 1;
      const [x, y] = this.points[at];
      const place = this.within([x + dx * by, y + dy * by]);
      this.page.keep({ ...this.page.state, [this.name]: this.points.with(at, place) });
      this.pane.view.reveal(place);
      this.page.told(filled(this.words.movedTo, { x: Math.round(place[0]), y: Math.round(place[1]) }));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.page.remove(at);
      this.pane.svg.focus({ preventScroll: true });
    } else if (event.key === "Escape") this.pane.svg.focus();
    else return event.key === "Enter" || event.key === " ";
    return true;
  }

  pointed([x, y]) {
    this.page.told(filled(this.words.cursor, { x: Math.round(x), y: Math.round(y) }));
  }

  moved() {
    this.page.follow(this.name);
  }
}

class Page {
  constructor(root, settings) {
    Object.assign(this, { root, settings, words: settings.words, live: null, following: false });
    this.past = new Past({ before: settings.before.points, after: settings.after.points });
    this.form = root.querySelector("form[data-save]");
    this.saved = settings.unsaved ? "" : JSON.stringify(this.past.now);
    this.sides = {};
    root.querySelector("[data-tools]").hidden = root.querySelector("[data-stage]").hidden = false;
    root.querySelector("[data-text]").open = false;
    for (const name of SIDES) {
      this.sides[name] = new Side(name, root.querySelector(`[data-pane="${name}"]`), settings, this);
      for (const [act, done] of [["closer", (pane) => pane.zoom(1.5)], ["farther", (pane) => pane.zoom(1 / 1.5)], ["fit", (pane) => pane.fit()]]) {
        root.querySelector(`[data-${act}="${name}"]`).addEventListener("click", () => done(this.sides[name].pane));
      }
    }
    this.find("undo").addEventListener("click", () => this.back("undo"));
    this.find("redo").addEventListener("click", () => this.back("redo"));
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.form.elements.landmarks.addEventListener("change", () => this.read());
    window.addEventListener("beforeunload", (event) => {
      if (JSON.stringify(this.past.now) !== this.saved) event.preventDefault();
    });
    this.changed();
  }

  find(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  get state() {
    return this.live ?? this.past.now;
  }

  told(said) {
    this.find("told").textContent = said;
  }

  keep(state) {
    this.live = null;
    this.past.keep(state);
    this.changed();
  }

  back(way) {
    this.live = null;
    this.past[way]();
    this.changed();
    this.told(this.words[way]);
  }

  side(name) {
    return this.words[name === "before" ? "sideBefore" : "sideAfter"];
  }

  /** A click sets the next landmark that this photograph lacks. */
  add(name, place) {
    const other = name === "before" ? "after" : "before";
    const points = this.state[name];
    if (points.some(([x, y]) => Math.hypot(x - place[0], y - place[1]) < TWICE_PX)) {
      this.told(this.words.twice);
      return;
    }
    if (points.length > this.state[other].length) {
      this.told(filled(this.words.next, { number: points.length, side: this.side(other) }));
      return;
    }
    this.keep({ ...this.state, [name]: [...points, place] });
    const lacks = this.state[name].length > this.state[other].length;
    const said = filled(this.words.added, { number: points.length + 1, side: this.side(name) });
    this.told(lacks ? `${said} ${filled(this.words.next, { number: points.length + 1, side: this.side(other) })}` : said);
  }

  remove(at) {
    const { before, after } = this.state;
    this.keep({ before: before.toSpliced(at, 1), after: after.toSpliced(at, 1) });
    this.told(filled(this.words.removed, { number: at + 1 }));
  }

  /** Let the other photograph show the same place as closely, where the pairs or the frame tell it. */
  follow(name) {
    if (this.following || !this.find("linked").checked) return;
    const other = name === "before" ? "after" : "before";
    const [from, to] = [this.sides[name].pane, this.sides[other].pane];
    const count = Math.min(this.state.before.length, this.state.after.length);
    this.following = true;
    const stance = from.view.stance;
    if (count >= 3 && stance.closer > 1.02) {
      const [a, b] = [this.state[name].slice(0, count), this.state[other].slice(0, count)];
      const map = similarity(a, b);
      const middle = from.view.toPhoto([from.view.across / 2, from.view.down / 2]);
      const [p, q] = map ? [map(middle), map([middle[0] + 100, middle[1]])] : [null, null];
      const closer = p ? Math.hypot(q[0] - p[0], q[1] - p[1]) / 100 : 0;
      if (closer > 0.1 && closer < 10) to.view.look(p, from.view.scale / closer);
      else to.view.stance = stance;
    } else to.view.stance = stance;
    to.draw();
    this.following = false;
  }

  changed() {
    const { before, after } = this.past.now;
    const { words, settings } = this;
    const count = Math.min(before.length, after.length);
    const off = strays(before.slice(0, count), after.slice(0, count));
    for (const name of SIDES) this.sides[name].pane?.draw();
    this.find("undo").disabled = !this.past.canUndo;
    this.find("redo").disabled = !this.past.canRedo;
    const thin = count >= settings.least && Math.min(...[before, after].map((all) => narrowness(all.slice(0, count)))) < THIN;
    const lacks = before.length === after.length ? null : before.length < after.length ? "before" : "after";
    const next = lacks ? filled(words.next, { number: count + 1, side: this.side(lacks) }) : "";
    const counted = count < settings.least ? filled(words.more, { count, least: settings.least }) : filled(words.enough, { count });
    const worst = off ? off.indexOf(Math.max(...off)) : -1;
    const strange = off && off[worst] > STRANGE * settings.after.width;
    const hint = thin ? words.line : strange ? filled(words.offSays, { number: worst + 1, off: this.number(off[worst]) }) : "";
    this.find("state").textContent = before.length + after.length ? [counted, next].filter(Boolean).join(" ") : words.start;
    this.find("hint").textContent = hint;
    this.find("hint").hidden = !hint;
    this.rows(before, after, off);
    this.form.elements.landmarks.value = before.length + after.length ? JSON.stringify({ before, after }) : "";
  }

  number(value) {
    return new Intl.NumberFormat(this.settings.language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(value);
  }

  rows(before, after, off) {
    const body = this.find("rows");
    const count = Math.max(before.length, after.length);
    this.find("table").hidden = !count;
    const place = (point) => (point ? `${Math.round(point[0])}, ${Math.round(point[1])}` : this.words.missing);
    body.replaceChildren(
      ...Array.from({ length: count }, (_, at) => {
        const row = document.createElement("tr");
        const head = document.createElement("th");
        head.scope = "row";
        head.textContent = at + 1;
        const cells = [place(before[at]), place(after[at]), off?.[at] === undefined ? "–" : filled(this.words.off, { off: this.number(off[at]) })];
        row.append(head, ...cells.map((words) => Object.assign(document.createElement("td"), { className: "num", textContent: words })));
        const button = Object.assign(document.createElement("button"), { type: "button", className: "button quiet small", textContent: this.words.deleteShort });
        button.setAttribute("aria-label", filled(this.words.delete, { number: at + 1 }));
        button.addEventListener("click", () => {
          this.remove(at);
          (body.querySelectorAll("button")[Math.max(0, at - 1)] ?? this.find("undo")).focus();
        });
        const cell = document.createElement("td");
        cell.append(button);
        row.append(cell);
        return row;
      }),
    );
  }

  read() {
    try {
      const { before, after } = JSON.parse(this.form.elements.landmarks.value);
      const clean = (points) => points.map(rounded).filter((point) => point.every(Number.isFinite));
      this.keep({ before: clean(before), after: clean(after) });
    } catch {
      this.changed();
    }
  }

  submit(event) {
    const { before, after } = this.past.now;
    const few = Math.min(before.length, after.length) < this.settings.least;
    if (before.length !== after.length || few) {
      event.preventDefault();
      const lone = Math.max(before.length, after.length);
      const says = before.length !== after.length
        ? filled(this.words.single, { number: lone })
        : filled(this.words.more, { count: before.length, least: this.settings.least });
      this.find("hint").textContent = says;
      this.find("hint").hidden = false;
      this.told(says);
      return;
    }
    this.saved = JSON.stringify(this.past.now);
  }
}

const root = document.querySelector("[data-landmarks]");
if (root) new Page(root, JSON.parse(document.getElementById("landmark-settings").textContent));
