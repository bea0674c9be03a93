"""Pages as a test reads them."""

import re
from html.parser import HTMLParser

from dermograph.photo.report.markup import VOID


class Page(HTMLParser):
    """Every element of a page, and whether they are closed in order.

    Attributes:
        elements: Name and attributes of each, in order.
        wrong: End tags that close nothing or something else.
        open: What was never closed.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []
        self.feed(without_pictures(page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that opens."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note a tag that closes."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def all(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of every element of one name."""
        return [attributes for tag, attributes in self.elements if tag == name]


def without_pictures(page: str) -> str:
    """A page without the bytes of its pictures: what a failing test prints stays short."""
    return re.sub(r'(src="data:image/jpeg;base64,)[^"]*"', r'\1"', page)


def words_of(page: str) -> str:
    """What can be read on a page: no pictures, style or script."""
    return re.sub(r"<(style|script)>.*?</\1>", "", without_pictures(page), flags=re.DOTALL)
