// After a day was picked without loading the page, the heading of its times takes the focus: the link is gone.
document.addEventListener("htmx:afterSwap", (event) => {
  const asked = event.detail.requestConfig?.elt;
  if (event.detail.target?.id !== "choose" || !asked?.matches?.("a.day")) return;
  document.getElementById("slots-title")?.focus();
});

// The fields change the month by themselves; the button is for who has no JavaScript.
document.documentElement.classList.add("scripted");
