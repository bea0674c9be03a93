"""What a validator would find in a page: tags that do not match, ids that stand twice, links that lead nowhere."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
NO_BLOCKS = frozenset({"p", "h1", "h2", "h3", "summary", "button", "label", "dt"})
BLOCKS = frozenset({"p", "div", "ul", "ol", "dl", "section", "article", "details", "form", "table", "h1", "h2", "h3"})
INTERACTIVE = frozenset({"a", "button", "summary", "select", "textarea"})


class Checker(HTMLParser):
    """Collects what is wrong."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wanted: list[tuple[str, str]] = []
        self.levels: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and what it stands in."""
        names = [name for name, _ in attrs]
        self.problems += [f"<{tag}> has {name} twice" for name in set(names) if names.count(name) > 1]
        values = {name: value or "" for name, value in attrs}
        for around in NO_BLOCKS & set(self.open):
            if tag in BLOCKS:
                self.problems.append(f"<{tag}> stands in <{around}>")
        if tag in INTERACTIVE and INTERACTIVE & set(self.open):
            self.problems.append(f"<{tag}> stands in another interactive element")
        if tag in ("li", "dd", "dt") and not {"ul", "ol", "dl", "div"} & set(self.open[-1:]):
            self.problems.append(f"<{tag}> stands in <{self.open[-1]}>")
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.wanted += [(name, one) for one in values.get(name, "").split()]
        if values.get("href", "").startswith("#"):
            self.wanted.append(("href", values["href"][1:]))
        if tag == "html" and not values.get("lang"):
            self.problems.append("<html> has no lang")
        if tag in ("h1", "h2", "h3", "h4"):
            self.levels.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself, as in a picture."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """The end has to be that of what was opened last."""
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def invalid(page: str) -> list[str]:
    """Everything that is wrong with the markup of a page."""
    checker = Checker()
    checker.feed(page)
    checker.close()
    found = list(checker.problems)
    found += [f"<{tag}> is never closed" for tag in checker.open]
    found += [f"the id {one} stands twice" for one in set(checker.ids) if checker.ids.count(one) > 1]
    found += [f'{name}="{one}" leads nowhere' for name, one in checker.wanted if one and one not in checker.ids]
    if checker.levels.count(1) != 1:
        found.append(f"{checker.levels.count(1)} headings of the first level")
    pairs = zip(checker.levels, checker.levels[1:], strict=False)
    found += [f"a heading of level {after} follows one of {before}" for before, after in pairs if after > before + 1]
    return found
