/* The mark on the body map: by pointing, or with the arrow keys. Without this script the list of regions does the same. */
const map = document.querySelector("[data-body-map]");
const form = map.closest("form");
const [x, y, region, name] = ["x", "y", "region", "name"].map((field) => form.elements[field]);
const where = map.querySelector("[data-where]");
const svgs = new Map([...map.querySelectorAll("[data-view]")].map((view) => [view.dataset.view, view.querySelector("svg")]));
const STEP = 2;
const LEAP = 10;
const FAR = 30; // over how many steps a gap between two limbs is jumped
let named = !name.value; // the name follows the region until somebody writes one

name.addEventListener("input", () => { named = !name.value; });
const current = () => form.querySelector("input[name=view]:checked").value;
const size = (svg) => [Number(svg.dataset.width), Number(svg.dataset.height)];

for (const svg of svgs.values()) {
  const [width, height] = size(svg);
  for (const other of svg.querySelectorAll(".other")) {
    other.setAttribute("transform", `translate(${other.dataset.atX * width} ${other.dataset.atY * height})`);
  }
}

function regionAt(svg, px, py) {
  const point = new DOMPoint(px, py);
  return [...svg.querySelectorAll("[data-region]")].find((one) => one.isPointInFill(point));
}

function show(view, px, py, found) {
  const svg = svgs.get(view);
  const [width, height] = size(svg);
  for (const [other, drawing] of svgs) {
    drawing.querySelector(".here").toggleAttribute("hidden", other !== view);
    for (const one of drawing.querySelectorAll(".chosen")) one.classList.remove("chosen");
  }
  svg.querySelector(".here").setAttribute("transform", `translate(${px} ${py})`);
  found.classList.add("chosen");
  form.querySelector(`input[name=view][value=${view}]`).checked = true;
  x.value = (px / width).toFixed(4);
  y.value = (py / height).toFixed(4);
  region.value = found.dataset.region;
  const words = found.querySelector("title").textContent;
  if (where.textContent !== words) where.textContent = words;
  if (named) name.value = words;
}

function middle(found) {
  const svg = found.closest("svg");
  const [width, height] = size(svg);
  show(found.closest("[data-view]").dataset.view, found.dataset.x * width, found.dataset.y * height, found);
}

for (const [view, svg] of svgs) {
  svg.addEventListener("click", (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const found = regionAt(svg, point.x, point.y);
    if (found) show(view, point.x, point.y, found);
    else where.textContent = map.dataset.outside;
  });
  svg.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const here = svg.querySelector(".here");
    const [width, height] = size(svg);
    if (here.hasAttribute("hidden")) {
      middle(svg.querySelector("[data-region]"));
      return;
    }
    const [px, py] = [x.value * width, y.value * height];
    const first = event.shiftKey ? LEAP : STEP;
    for (let far = first; far <= first + FAR * STEP; far += STEP) {
      const [nx, ny] = [px + way[0] * far, py + way[1] * far];
      const found = regionAt(svg, nx, ny);
      if (found) {
        show(view, nx, ny, found);
        return;
      }
    }
  });
}
region.addEventListener("change", () => {
  const found = map.querySelector(`[data-region="${CSS.escape(region.value)}"]`);
  if (found) middle(found);
});

/* A form that came back, or a place that was kept */
if (x.value && y.value) {
  const svg = svgs.get(current());
  const [width, height] = size(svg);
  const found = regionAt(svg, x.value * width, y.value * height);
  if (found) show(current(), x.value * width, y.value * height, found);
} else if (region.value) {
  region.dispatchEvent(new Event("change"));
}
