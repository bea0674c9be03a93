/** How a photograph lies on the screen: a scale and a shift. Screen positions are CSS pixels of the pane. */

const CLOSEST = 16; // CSS px for one px of the photograph
const KEPT_IN_SIGHT = 60; // CSS px of the photograph that cannot be pushed out of the pane

export class View {
  /** @param {{width: number, height: number}} size of the photograph, px */
  constructor({ width, height }) {
    Object.assign(this, { width, height, across: 1, down: 1, scale: 1, left: 0, top: 0, untouched: true });
  }

  /** CSS px for one px of the photograph at which all of it is seen. */
  get whole() {
    return Math.min(this.across / this.width, this.down / this.height);
  }

  /** Tell the size of the pane, CSS px. What was looked at stays in the middle. */
  resize(across, down) {
    if (!across || !down) return;
    const middle = this.toPhoto([this.across / 2, this.down / 2]);
    Object.assign(this, { across, down });
    if (this.untouched) this.fit();
    else this.look(middle, this.scale);
  }

  /** Show the whole photograph. */
  fit() {
    this.look([(this.width - 1) / 2, (this.height - 1) / 2], this.whole);
    this.untouched = true;
  }

  /** Bring a place of the photograph to the middle, at a scale. */
  look([x, y], scale) {
    this.scale = Math.min(Math.max(scale, this.whole), Math.max(CLOSEST, this.whole));
    this.left = this.across / 2 - (x + 0.5) * this.scale;
    this.top = this.down / 2 - (y + 0.5) * this.scale;
    this.untouched = false;
    this.hold();
  }

  /** Zoom by a factor about a screen position, which stays where it is. */
  zoom(factor, [sx, sy]) {
    const [x, y] = this.toPhoto([sx, sy]);
    this.scale = Math.min(Math.max(this.scale * factor, this.whole), Math.max(CLOSEST, this.whole));
    this.left = sx - (x + 0.5) * this.scale;
    this.top = sy - (y + 0.5) * this.scale;
    this.untouched = false;
    this.hold();
  }

  /** Shift by CSS px. */
  pan(dx, dy) {
    this.left += dx;
    this.top += dy;
    this.untouched = false;
    this.hold();
  }

  /** Move so that a place of the photograph is in sight. */
  reveal(place) {
    const [sx, sy] = this.toScreen(place);
    const margin = Math.min(30, this.across / 4, this.down / 4);
    const out = (at, end) => (at < margin ? margin - at : at > end - margin ? end - margin - at : 0);
    const [dx, dy] = [out(sx, this.across), out(sy, this.down)];
    if (dx || dy) this.pan(dx, dy);
  }

  toScreen([x, y]) {
    return [this.left + (x + 0.5) * this.scale, this.top + (y + 0.5) * this.scale];
  }

  toPhoto([sx, sy]) {
    return [(sx - this.left) / this.scale - 0.5, (sy - this.top) / this.scale - 0.5];
  }

  /** Where it is centred and how close, in shares of the photograph: what another pane can repeat. */
  get stance() {
    const [x, y] = this.toPhoto([this.across / 2, this.down / 2]);
    return { x: (x + 0.5) / this.width, y: (y + 0.5) / this.height, closer: this.scale / this.whole };
  }

  set stance({ x, y, closer }) {
    this.look([x * this.width - 0.5, y * this.height - 0.5], this.whole * closer);
  }

  hold() {
    const kept = (start, length, room) => {
      if (length <= room) return (room - length) / 2;
      return Math.min(Math.max(start, room - length - (room - KEPT_IN_SIGHT) / 2), (room - KEPT_IN_SIGHT) / 2);
    };
    this.left = kept(this.left, this.width * this.scale, this.across);
    this.top = kept(this.top, this.height * this.scale, this.down);
  }
}
