"""Pictures that a page holds itself, with their scale bar."""

from __future__ import annotations

import base64

from dermograph.core.text import Language, Text
from dermograph.photo.report.drawing import Bar
from dermograph.photo.report.markup import Markup, tag
from dermograph.photo.report.pictures import jpeg
from dermograph.photo.report.rendering import Rgb

_MOST_BYTES = 620_000  # of one picture: three of them, written as text, stay below 3 MB


def picture_tag(picture: Rgb, alt: str, class_: str = "", *, most_bytes: int = _MOST_BYTES) -> Markup:
    """A picture that the page holds itself."""
    data = base64.b64encode(jpeg(picture, most_bytes)).decode("ascii")
    rows, columns = picture.shape[:2]
    return tag("img", src=f"data:image/jpeg;base64,{data}", alt=alt, width=columns, height=rows, class_=class_ or None)


def bar_tag(bar: Bar | None, columns: int, language: Language) -> Markup:
    """The scale bar over a picture, as wide as it is on the skin; nothing without a scale."""
    if bar is None:
        return Markup()
    share = f"{100 * bar.px / columns:.2f}%"
    return tag(
        "svg",
        tag("rect", x=0, y=8, width=share, height=5),
        tag("text", bar.says(language), x=share, dx=8, y=16),
        class_="bar",
        role="img",
        aria_label=Text(f"Scale bar: {bar.says(language)}", f"Barra de escala: {bar.says(language)}").say(language),
    )
