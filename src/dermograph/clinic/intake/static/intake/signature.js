// A signature drawn with a finger, a pen or the mouse: strokes of [x, y] from 0 to 1 of the field.

const pad = document.querySelector(".intake-pad");
const canvas = pad?.querySelector("canvas");
const kept = document.querySelector('input[name="strokes"]');

if (canvas && kept) {
  pad.hidden = false;
  const pen = canvas.getContext("2d");
  let strokes = read(kept.value);
  let current = null;

  function read(text) {
    try {
      const found = JSON.parse(text || "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }

  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 5;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], index) => pen[index ? "lineTo" : "moveTo"](x * canvas.width, y * canvas.height));
      pen.stroke();
    }
  }

  function point(event) {
    const box = canvas.getBoundingClientRect();
    const within = (value) => Math.round(Math.min(1, Math.max(0, value)) * 10000) / 10000;
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    current = [point(event)];
    strokes.push(current);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) current.push(point(one));
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      current = null;
      kept.value = strokes.length ? JSON.stringify(strokes) : "";
    });
  }
  pad.querySelector("[data-clear]").addEventListener("click", () => {
    strokes = [];
    kept.value = "";
    draw();
  });
  draw();
}

document.getElementById("error")?.focus();
