/** What lies under a finger, enlarged beside it. */

import { made, put } from "./svg.js";

const RADIUS = 58;
const AWAY = 96; // CSS px from the finger
const CLOSER = 2.5;

export class Loupe {
  constructor(svg, photo, id) {
    this.photo = photo;
    this.group = made("g", { class: "draw-loupe", "aria-hidden": "true", visibility: "hidden" }, svg);
    const clip = made("clipPath", { id: `draw-loupe-${id}` }, made("defs", {}, this.group));
    made("circle", { r: RADIUS }, clip);
    const inside = made("g", { "clip-path": `url(#draw-loupe-${id})` }, this.group);
    made("circle", { class: "draw-loupe-ground", r: RADIUS }, inside);
    this.image = made("image", { href: photo.image, preserveAspectRatio: "none" }, inside);
    made("circle", { class: "draw-loupe-rim", r: RADIUS }, this.group);
    made("path", { class: "draw-loupe-cross", d: "M-12 0h8m8 0h8M0 -12v8m0 8v8" }, this.group);
  }

  /** Show what lies at a screen position, if a finger covers it. */
  show(event, [x, y], view) {
    if (event.pointerType === "mouse") return;
    const above = y - AWAY > RADIUS;
    const at = [
      Math.min(Math.max(above ? x : x + (x < view.across / 2 ? 1 : -1) * (AWAY + 10), RADIUS + 4), view.across - RADIUS - 4),
      above ? y - AWAY : Math.min(y + AWAY, view.down - RADIUS - 4),
    ];
    const scale = Math.max(view.scale * CLOSER, 1);
    const [px, py] = view.toPhoto([x, y]);
    put(this.group, { visibility: "visible", transform: `translate(${at[0]} ${at[1]})` });
    put(this.image, {
      x: -(px + 0.5) * scale, y: -(py + 0.5) * scale, width: this.photo.width * scale, height: this.photo.height * scale,
    });
  }

  hide() {
    put(this.group, { visibility: "hidden" });
  }
}
