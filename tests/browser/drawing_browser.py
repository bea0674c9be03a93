"""Places of a photograph in the window, for the tests of drawing."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

_PLACE = """([pane, x, y]) => {
    const svg = document.querySelector(`${pane} svg`), image = svg.querySelector("image");
    svg.closest(".draw-stage").scrollIntoView({block: "center"});
    const box = svg.getBoundingClientRect();
    const [left, top, width] = ["x", "y", "width"].map((name) => Number(image.getAttribute(name)));
    const settings = JSON.parse(document.querySelector("#outline-settings, #landmark-settings").textContent);
    const across = settings.width ?? settings[document.querySelector(pane).dataset.pane].width;
    return [box.left + left + (x + 0.5) * width / across, box.top + top + (y + 0.5) * width / across];
}"""


class Hand:
    """A hand with a mouse that knows pixels of the photograph."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def place(self, x: float, y: float, pane: str = ".draw-pane") -> tuple[float, float]:
        """Where a place of the photograph lies in the window, CSS px."""
        self.page.wait_for_selector(f"{pane} .draw-svg")
        found: Any = self.page.evaluate(_PLACE, [pane, x, y])
        return found[0], found[1]

    def click(self, x: float, y: float, pane: str = ".draw-pane") -> None:
        """Click a place of the photograph."""
        self.page.mouse.click(*self.place(x, y, pane))

    def drag(self, start: tuple[float, float], end: tuple[float, float], pane: str = ".draw-pane") -> None:
        """Drag from one place of the photograph to another."""
        self.page.mouse.move(*self.place(*start, pane))
        self.page.mouse.down()
        self.page.mouse.move(*self.place(*end, pane), steps=6)
        self.page.mouse.up()

    def width(self, pane: str = ".draw-pane") -> float:
        """How wide the whole photograph is drawn, CSS px."""
        self.page.wait_for_timeout(60)  # drawn at the next frame
        return float(self.page.locator(f"{pane} svg > image").get_attribute("width") or 0)


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def press_three_corners(page: Page) -> None:
    """Set three corners with the keyboard alone."""
    page.locator(".draw-svg").focus()
    for keys in (
        "ArrowRight Enter",
        "Shift+ArrowRight Shift+ArrowRight Enter",
        "Shift+ArrowDown Shift+ArrowDown Enter",
    ):
        for key in keys.split():
            page.keyboard.press(key)
