"""One self-contained HTML file: style, script and pictures inside, and a policy that forbids the network."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from dermograph.core.text import Language
from dermograph.photo.report.markup import Markup, tag

_STYLES = ("tokens.css", "page.css", "chart.css")
_SCRIPT = "slider.js"


def document(title: str, body: Markup, language: Language, *, with_script: bool) -> str:
    """A whole page.

    Args:
        title: Of the window.
        body: What stands in it.
        language: Of all of its words.
        with_script: Whether a viewer on it moves; a page without one carries no script.
    """
    style = "".join(packaged(name) for name in _STYLES)
    script = packaged(_SCRIPT) if with_script else ""
    policy = (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_digest(style)}'; script-src {_quoted(script)}"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    scripted = tag("script", Markup(script)) if with_script else None
    page = tag("html", head, tag("body", tag("main", body), scripted), lang=language)
    return f"<!doctype html>\n{page}\n"


@cache
def packaged(name: str) -> str:
    """The text of a file beside this module."""
    return (resources.files(__package__ or "") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _quoted(script: str) -> str:
    return f"'{_digest(script)}'" if script else "'none'"
