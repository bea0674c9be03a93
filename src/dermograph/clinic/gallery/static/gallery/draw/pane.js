/** A photograph that can be zoomed and moved, with a layer above it to draw on; mouse, touch and keyboard. */

import { Loupe } from "./loupe.js";
import { made, put } from "./svg.js";
import { View } from "./view.js";

const CLICK_PX = 5; // a press that moves no further is a click
const STEP = 1.25;
const CURSOR_PX = 4;

let panes = 0;

/**
 * What a drawing does with the pane; all are optional, positions in px of the photograph:
 * ``press(place, event)`` answers true to be given ``drag``, ``release`` (with whether it moved) and ``cancel``;
 * ``tap(place, event)`` for a click on the ground; ``hover(place)``; ``key(event)`` answers true if it was for it;
 * ``draw()`` when the layer must be drawn anew; ``moved()`` when the view changed by hand.
 */
export class Pane {
  /**
   * @param {HTMLElement} host an empty element with a height
   * @param {{width: number, height: number, image: string, label: string, described?: string}} photo
   * @param {object} drawing see above
   */
  constructor(host, photo, drawing) {
    Object.assign(this, { host, photo, drawing, view: new View(photo), cursor: null, pointers: new Map(), hold: null });
    panes += 1;
    this.id = panes;
    this.svg = made("svg", { class: "draw-svg", tabindex: 0, role: "application", "aria-label": photo.label });
    if (photo.described) put(this.svg, { "aria-describedby": photo.described });
    this.image = made("image", { href: photo.image, preserveAspectRatio: "none", "aria-hidden": "true" }, this.svg);
    this.layer = made("g", {}, this.svg);
    this.cross = made("path", { class: "draw-cursor", "aria-hidden": "true" }, this.svg);
    this.loupe = new Loupe(this.svg, photo, this.id);
    host.style.setProperty("--shape", photo.width / photo.height);
    host.append(this.svg);
    new ResizeObserver(() => this.measure()).observe(host);
    this.listen();
    this.measure();
  }

  measure() {
    this.view.resize(this.host.clientWidth, this.host.clientHeight);
    put(this.svg, { width: this.host.clientWidth, height: this.host.clientHeight });
    this.draw();
  }

  /** Draw at the next frame. */
  draw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      const { left, top, scale } = this.view;
      put(this.image, { x: left, y: top, width: this.photo.width * scale, height: this.photo.height * scale });
      this.svg.classList.toggle("draw-close", scale > 3);
      const [x, y] = this.cursor ? this.view.toScreen(this.cursor) : [0, 0];
      put(this.cross, { d: this.cursor ? `M${x - 14} ${y}h10m8 0h10M${x} ${y - 14}v10m0 8v10` : "" });
      this.drawing.draw?.();
    });
  }

  zoom(factor, about = [this.view.across / 2, this.view.down / 2]) {
    this.view.zoom(factor, about);
    this.moved();
  }

  fit() {
    this.view.fit();
    this.moved();
  }

  moved() {
    this.draw();
    this.drawing.moved?.();
  }

  at(event) {
    const box = this.svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  listen() {
    const { svg } = this;
    svg.addEventListener("pointerdown", (event) => this.down(event));
    svg.addEventListener("pointermove", (event) => this.move(event));
    svg.addEventListener("pointerup", (event) => this.up(event));
    svg.addEventListener("pointercancel", (event) => this.lost(event));
    svg.addEventListener("pointerleave", () => this.drawing.hover?.(null));
    svg.addEventListener("keydown", (event) => this.keydown(event));
    svg.addEventListener("blur", () => this.point(null));
    svg.addEventListener("contextmenu", (event) => event.preventDefault());
    svg.addEventListener(
      "wheel",
      (event) => {
        const closer = event.deltaY < 0;
        if (!closer && this.view.scale <= this.view.whole * 1.001) return; // the page scrolls on
        event.preventDefault();
        this.zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY * (event.deltaMode ? 20 : 1))) / 240), this.at(event));
      },
      { passive: false },
    );
  }

  down(event) {
    if (event.button === 2) return;
    event.preventDefault();
    const here = this.at(event);
    this.pointers.set(event.pointerId, here);
    this.svg.setPointerCapture(event.pointerId);
    this.point(null);
    if (this.pointers.size > 1) {
      if (this.hold?.kind === "drag") this.drawing.cancel?.();
      this.loupe.hide();
      this.hold = { kind: "pinch" };
      return;
    }
    const mine = event.button === 0 && this.drawing.press?.(this.view.toPhoto(here), event);
    this.hold = { kind: mine ? "drag" : "press", from: here, moved: false };
    if (mine) this.loupe.show(event, here, this.view);
    else this.svg.focus({ preventScroll: true });
  }

  move(event) {
    const here = this.at(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.drawing.hover?.(this.view.toPhoto(here));
      return;
    }
    this.pointers.set(event.pointerId, here);
    const hold = this.hold;
    if (!hold) return;
    if (hold.kind === "pinch") return this.pinch(event.pointerId, before, here);
    if (Math.hypot(here[0] - hold.from[0], here[1] - hold.from[1]) > CLICK_PX) hold.moved = true;
    if (hold.kind === "drag") {
      if (hold.moved) this.drawing.drag?.(this.view.toPhoto(here), event);
      this.loupe.show(event, here, this.view);
    } else if (hold.moved) {
      this.view.pan(here[0] - before[0], here[1] - before[1]);
      this.moved();
    }
  }

  pinch(id, before, here) {
    const other = [...this.pointers].find(([one]) => one !== id)?.[1];
    if (!other) return;
    const apart = (a, b) => Math.max(Math.hypot(a[0] - b[0], a[1] - b[1]), 1);
    const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const [old, now] = [middle(before, other), middle(here, other)];
    this.view.pan(now[0] - old[0], now[1] - old[1]);
    this.zoom(apart(here, other) / apart(before, other), now);
  }

  up(event) {
    const here = this.at(event);
    if (!this.pointers.delete(event.pointerId)) return;
    const hold = this.hold;
    if (this.pointers.size) return; // the second finger of a pinch stays
    this.hold = null;
    this.loupe.hide();
    if (hold?.kind === "drag") this.drawing.release?.(this.view.toPhoto(here), hold.moved, event);
    else if (hold?.kind === "press" && !hold.moved && event.button === 0) {
      this.drawing.tap?.(this.view.toPhoto(here), event);
    }
    this.draw();
  }

  lost(event) {
    this.pointers.delete(event.pointerId);
    if (this.hold?.kind === "drag") this.drawing.cancel?.();
    if (!this.pointers.size) this.hold = null;
    this.loupe.hide();
    this.draw();
  }

  /** Put the keyboard's crosshair somewhere, or away. */
  point(place) {
    this.cursor = place;
    if (place) this.view.reveal(place);
    this.draw();
  }

  keydown(event) {
    if (this.drawing.key?.(event)) {
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target === this.svg) {
      this.host.nextElementSibling?.querySelector("button")?.focus(); // past all points
      return;
    }
    const zooms = { "+": STEP, "=": STEP, "-": 1 / STEP, "−": 1 / STEP };
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in zooms) {
      const about = this.cursor ? this.view.toScreen(this.cursor) : undefined;
      this.zoom(zooms[event.key], about);
    } else if (event.key === "0") this.fit();
    else if (event.target === this.svg && event.key in ways) {
      const middle = this.view.toPhoto([this.view.across / 2, this.view.down / 2]);
      const step = ((event.shiftKey ? 10 : 1) * CURSOR_PX) / this.view.scale;
      const [x, y] = this.cursor ?? middle;
      const [dx, dy] = this.cursor ? ways[event.key] : [0, 0];
      const kept = (at, most) => Math.min(Math.max(at, -0.5), most - 0.5);
      this.point([kept(x + dx * step, this.photo.width), kept(y + dy * step, this.photo.height)]);
      this.drawing.pointed?.(this.cursor);
    } else if (event.target === this.svg && (event.key === "Enter" || event.key === " ") && this.cursor) {
      this.drawing.tap?.(this.cursor, event);
    } else return;
    event.preventDefault();
  }
}

