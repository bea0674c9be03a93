// Keeps the place after an answer: the next question, or the one that was refused. On phones the verdict is a bar that opens.

const narrow = window.matchMedia("(max-width: 67.99rem)");
const verdict = document.getElementById("verdict");

function fold() {
  if (verdict) verdict.open = !narrow.matches;
}
fold();
narrow.addEventListener("change", fold);

const asked = document.getElementById("asked");
let written = Number(asked?.dataset.written ?? 0);

// Two answers in quick succession may come back in the other order: what knows fewer answers is not shown.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== asked) return;
  const knows = Number(event.detail.xhr.getResponseHeader("Intake-Written"));
  if (knows < written) event.detail.shouldSwap = false;
  else written = knows;
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target !== asked) return;
  const questions = document.getElementById("questions");
  const place =
    questions.querySelector('[data-focus="error"]') ??
    questions.querySelector('[data-focus="change"]') ??
    questions.querySelector('[data-focus="next"]') ??
    document.getElementById("all-asked");
  if (!place) return;
  place.focus({ preventScroll: true });
  const box = place.getBoundingClientRect();
  if (box.top < 120 || box.bottom > window.innerHeight) place.scrollIntoView({ block: "center" });
});
