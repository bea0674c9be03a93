/* The before and after: slider, side by side, overlay, change map; linked zoom; a scale bar in millimetres. */

const NICE_MM = [0.5, 1, 2, 5, 10, 20, 50, 100, 200];
const LARGEST_ZOOM = 12;

class Viewer {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector("[data-stage]");
    this.before = root.querySelector(".pane.before");
    this.after = root.querySelector(".pane.after");
    this.heat = root.querySelector(".pane.heat");
    this.range = root.querySelector("input[type=range]");
    this.edge = root.querySelector(".viewer-edge");
    this.says = root.querySelector("[data-range-says]");
    this.mmPerPx = Number.parseFloat(root.dataset.mmPerPx.replace(",", ".")) || 0;
    this.zoom = 1;
    this.x = 0;
    this.y = 0;
    for (const part of root.querySelectorAll("[data-needs-script]")) part.hidden = false;
    this.stage.tabIndex = 0;
    this.listen();
    this.show("slider");
  }

  listen() {
    for (const button of this.root.querySelectorAll("button[data-mode]")) {
      button.addEventListener("click", () => this.show(button.dataset.mode));
    }
    for (const button of this.root.querySelectorAll("button[data-zoom]")) {
      button.addEventListener("click", () => {
        const by = { in: 1.5, out: 1 / 1.5, fit: 0 }[button.dataset.zoom];
        this.zoomBy(by, 0.5, 0.5);
      });
    }
    this.range.addEventListener("input", () => this.draw());
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("pointerdown", (event) => this.drag(event));
    this.stage.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return; // a page must stay scrollable over a picture
        event.preventDefault();
        const box = this.pane().getBoundingClientRect();
        this.zoomBy(Math.exp(-event.deltaY / 300), (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
      },
      { passive: false },
    );
    for (const img of this.root.querySelectorAll("img")) img.addEventListener("load", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.stage);
  }

  /* A pane that is on the screen; all of them are of one size. */
  pane() {
    return this.after;
  }

  show(mode) {
    this.mode = mode;
    this.stage.dataset.mode = mode;
    if (this.heat) this.heat.hidden = mode !== "heat";
    this.before.hidden = mode === "heat";
    for (const button of this.root.querySelectorAll("button[data-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    }
    this.range.closest("label").hidden = mode === "side";
    if (this.says.dataset[mode]) this.says.textContent = this.says.dataset[mode];
    this.range.value = mode === "heat" ? 70 : 50;
    this.draw();
  }

  key(event) {
    const step = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (step && this.zoom > 1) {
      event.preventDefault();
      this.move(step[0] * 40, step[1] * 40);
    } else if (step && step[0] && this.mode !== "side") {
      event.preventDefault();
      this.range.value = Number(this.range.value) - step[0] * 2;
      this.draw();
    } else if (event.key === "+" || event.key === "=") this.zoomBy(1.5, 0.5, 0.5);
    else if (event.key === "-") this.zoomBy(1 / 1.5, 0.5, 0.5);
    else if (event.key === "0") this.zoomBy(0, 0.5, 0.5);
  }

  drag(event) {
    if (event.button) return;
    const sliding = this.mode === "slider" && this.zoom === 1;
    if (!sliding && this.zoom === 1) return;
    event.preventDefault();
    this.stage.focus({ preventScroll: true });
    this.stage.setPointerCapture(event.pointerId);
    this.stage.classList.add("dragging");
    let last = event;
    const moved = (now) => {
      if (sliding) {
        const box = this.pane().getBoundingClientRect();
        this.range.value = (100 * (now.clientX - box.left)) / box.width;
        this.draw();
      } else this.move(now.clientX - last.clientX, now.clientY - last.clientY);
      last = now;
    };
    moved(event);
    const over = () => {
      this.stage.classList.remove("dragging");
      this.stage.removeEventListener("pointermove", moved);
    };
    this.stage.addEventListener("pointermove", moved);
    this.stage.addEventListener("pointerup", over, { once: true });
    this.stage.addEventListener("pointercancel", over, { once: true });
  }

  /* Zoom about a place of the picture, given as shares of the pane; 0 fits the whole picture. */
  zoomBy(factor, atX, atY) {
    const box = this.pane().getBoundingClientRect();
    const zoom = factor ? Math.min(LARGEST_ZOOM, Math.max(1, this.zoom * factor)) : 1;
    const [px, py] = [atX * box.width, atY * box.height];
    this.x = px - ((px - this.x) * zoom) / this.zoom;
    this.y = py - ((py - this.y) * zoom) / this.zoom;
    this.zoom = zoom;
    this.move(0, 0);
  }

  move(dx, dy) {
    const box = this.pane().getBoundingClientRect();
    this.x = Math.min(0, Math.max(box.width * (1 - this.zoom), this.x + dx));
    this.y = Math.min(0, Math.max(box.height * (1 - this.zoom), this.y + dy));
    this.draw();
  }

  draw() {
    const share = Number(this.range.value);
    const first = this.before.querySelector("img");
    if (first.naturalWidth) this.root.style.setProperty("--aspect", first.naturalWidth / first.naturalHeight);
    const moved = `translate(${this.x}px, ${this.y}px) scale(${this.zoom})`;
    for (const img of this.root.querySelectorAll(".pane img")) img.style.transform = moved;
    this.stage.classList.toggle("zoomed", this.zoom > 1);
    this.root.querySelector("[data-zoom-says]").textContent = `${Math.round(this.zoom * 100)} %`;
    this.after.style.clipPath = this.mode === "slider" ? `inset(0 0 0 ${share}%)` : "";
    this.after.style.opacity = this.mode === "overlay" ? String(share / 100) : "";
    if (this.heat) this.heat.style.opacity = this.mode === "heat" ? String(share / 100) : "";
    const [stage, pane] = [this.stage.getBoundingClientRect(), this.after.getBoundingClientRect()];
    this.edge.style.left = `${pane.left - stage.left + (pane.width * share) / 100}px`;
    this.scale();
  }

  /* The longest round length that fits in a quarter of the picture. */
  scale() {
    const bar = this.root.querySelector("[data-scale]");
    const img = this.after.querySelector("img");
    if (!this.mmPerPx || !img.naturalWidth || !img.clientWidth) {
      bar.hidden = true;
      return;
    }
    const fits = getComputedStyle(img).objectFit === "cover" ? Math.max : Math.min;
    const shown = fits(img.clientWidth / img.naturalWidth, img.clientHeight / img.naturalHeight) * this.zoom;
    const pxPerMm = shown / this.mmPerPx;
    const length = NICE_MM.filter((mm) => mm * pxPerMm <= img.clientWidth / 4).at(-1);
    bar.hidden = length === undefined;
    if (bar.hidden) return;
    bar.style.width = `${length * pxPerMm}px`;
    const [stage, pane] = [this.stage.getBoundingClientRect(), this.after.getBoundingClientRect()];
    bar.style.right = `${stage.right - pane.right + 16}px`;
    const language = document.documentElement.lang;
    bar.querySelector("[data-scale-says]").textContent = `${length.toLocaleString(language)} mm`;
  }
}

for (const root of document.querySelectorAll("[data-viewer]")) new Viewer(root);
document.addEventListener("htmx:load", (event) => {
  const { elt } = event.detail;
  for (const root of [...(elt.matches?.("[data-viewer]") ? [elt] : []), ...(elt.querySelectorAll?.("[data-viewer]") ?? [])]) {
    if (root.querySelector(".viewer-bar").hidden) new Viewer(root);
  }
});
