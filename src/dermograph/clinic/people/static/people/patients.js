/* From the search field the arrow keys lead into the list, and back again. */
const find = document.querySelector("[data-find]");
const links = () => [...document.querySelectorAll("#patients-found tr[data-href] a[href]")];
find?.addEventListener("keydown", (event) => {
  const first = links()[0];
  if (event.key === "ArrowDown" && first) {
    event.preventDefault();
    first.focus();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "ArrowUp" && event.target === links()[0]) {
    event.preventDefault();
    find.focus();
  }
}, true);
