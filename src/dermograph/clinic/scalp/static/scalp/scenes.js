/** The tabs of a design: another scene in the same viewer, which keeps its edge and its zoom. */

for (const root of document.querySelectorAll("[data-scenes]")) {
  const picture = root.querySelector(".pane.after img");
  const tabs = [...root.querySelectorAll("a[data-scene]")];

  /** Bring a tab into sight where they stand in one row; the page itself stays where it is. */
  function centre(tab) {
    const row = tab.parentElement;
    const [within, of] = [row.getBoundingClientRect(), tab.getBoundingClientRect()];
    row.scrollLeft += of.left - within.left - (within.width - of.width) / 2;
  }

  function show(tab) {
    for (const one of tabs) {
      if (one === tab) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
    for (const words of root.querySelectorAll("[data-words]")) words.hidden = words.dataset.words !== tab.dataset.scene;
    centre(tab);
    picture.src = tab.dataset.picture;
    picture.alt = tab.dataset.alt;
    const caption = root.querySelector(".viewer-captions > :last-child .small");
    if (caption) caption.textContent = tab.dataset.short;
    history.replaceState(history.state, "", tab.getAttribute("href"));
  }

  centre(tabs.find((one) => one.hasAttribute("aria-current")) ?? tabs[0]);
  for (const tab of tabs) {
    tab.addEventListener("click", (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab of the browser
      event.preventDefault();
      show(tab);
    });
  }
}
