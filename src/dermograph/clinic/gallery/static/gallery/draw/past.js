/** Undo and redo: every state that was kept, and which one is now. States are never changed in place. */

const MOST = 300;

export class Past {
  constructor(first) {
    this.states = [first];
    this.at = 0;
  }

  get now() {
    return this.states[this.at];
  }

  keep(state) {
    this.states = [...this.states.slice(Math.max(0, this.at + 2 - MOST), this.at + 1), state];
    this.at = this.states.length - 1;
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }

  /** The same step, seen otherwise: there is nothing to go back to. */
  swap(state) {
    this.states = this.states.with(this.at, state);
  }

  undo() {
    if (this.canUndo) this.at -= 1;
    return this.now;
  }

  redo() {
    if (this.canRedo) this.at += 1;
    return this.now;
  }
}
