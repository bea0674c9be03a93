"""What comes from outside can never become a tag."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from dermograph.photo.report.markup import Markup, tag


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


@given(st.text(), st.text())
def test_any_text_stays_text_and_any_attribute_stays_one_attribute(text: str, attribute: str) -> None:
    parser = _Tags()
    parser.feed(tag("p", text, title=attribute))
    assert [name for name, _ in parser.found] == ["p"]
    assert [name for name, _ in parser.found[0][1]] == ["title"]


def test_what_is_markup_already_is_not_escaped_twice() -> None:
    assert tag("p", tag("b", "1 < 2"), " & ", None, [Markup("<br>")]) == "<p><b>1 &lt; 2</b> &amp; <br></p>"


def test_characters_that_turn_the_direction_of_writing_are_shown_as_dots() -> None:
    assert tag("p", "photo\u202egpj.exe\x00") == "<p>photo·gpj.exe·</p>"


def test_attributes_that_are_false_or_none_are_left_out() -> None:
    assert tag("input", type="radio", checked=True, disabled=False, id=None) == '<input type="radio" checked>'
