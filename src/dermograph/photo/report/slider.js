"use strict";
for (const viewer of document.querySelectorAll(".viewer")) {
  const range = viewer.querySelector("input[type=range]");
  const stage = viewer.querySelector(".stage");
  const frames = [...viewer.querySelectorAll(".pan")];
  const over = viewer.querySelector(".over");
  const after = over.getAttribute("src");
  const heat = document.querySelector(".heat-picture");

  const draw = () => {
    stage.style.setProperty("--cut", `${range.value}%`);
    stage.style.setProperty("--share", 1 - range.value / 100);
    range.setAttribute("aria-valuetext", range.dataset.says.replace("{share}", range.value));
  };
  const show = (view) => {
    viewer.dataset.view = view;
    over.src = view === "heat" && heat ? heat.src : after;
    draw();
  };
  const follow = (event) => {
    const box = stage.getBoundingClientRect();
    range.value = Math.round((100 * (event.clientX - box.left)) / box.width);
    draw();
  };

  const shape = over.getAttribute("width") / over.getAttribute("height");
  viewer.style.setProperty("--shape", shape);
  viewer.classList.add("live");
  range.addEventListener("input", draw);
  for (const choice of viewer.querySelectorAll("input[type=radio]")) {
    choice.addEventListener("change", () => show(choice.value));
  }
  viewer.querySelector("select").addEventListener("change", (event) => {
    viewer.style.setProperty("--zoom", event.target.value);
    for (const frame of frames) frame.tabIndex = event.target.value === "1" ? -1 : 0;
  });
  for (const frame of frames) {
    frame.style.aspectRatio = shape;
    frame.addEventListener("scroll", () => {
      for (const other of frames) {
        if (other !== frame && (other.scrollLeft !== frame.scrollLeft || other.scrollTop !== frame.scrollTop)) {
          other.scrollTo(frame.scrollLeft, frame.scrollTop);
        }
      }
    });
  }
  over.addEventListener("pointerdown", (event) => {
    if (viewer.dataset.view === "beside" || event.pointerType === "touch") return;
    follow(event);
    over.setPointerCapture(event.pointerId);
  });
  over.addEventListener("pointermove", (event) => {
    if (over.hasPointerCapture(event.pointerId)) follow(event);
  });
  show("slide");
}
